import { z } from 'zod';
import { type AdminApp, audited, type RouteContext } from '../context.ts';
import { enrolment, key, newEnrolment } from '../models.ts';
import { answers } from './answers.ts';

const tags = ['enrolments'];
const created = z.object({
  ...enrolment.shape,
  code: z.string().describe('told here and never again'),
});

export function enrolmentRoutes(app: AdminApp, context: RouteContext): void {
  const { enrolments } = context.registry;

  app.route({
    method: 'GET',
    url: '/v1/enrolments',
    schema: {
      tags,
      summary: 'One-time codes that can still be used',
      response: answers(200, z.object({ enrolments: z.array(enrolment) })),
    },
    handler: async () => ({ enrolments: [...(await enrolments.list())] }),
  });

  app.route({
    method: 'POST',
    url: '/v1/enrolments',
    schema: {
      tags,
      summary: 'Makes a one-time code that lets one terminal in',
      body: newEnrolment,
      response: answers(201, created),
    },
    handler: async ({ body, by }, reply) => {
      const { validMs, terminal } = body;
      const wanted = terminal === undefined ? { validMs } : { validMs, terminal };
      const { code, record } = await enrolments.create(wanted);
      const details = { id: record.id, name: record.terminal };
      await audited(context, by, { kind: 'enrolment-created', details });
      return reply.code(201).send({ ...record, code });
    },
  });

  app.route({
    method: 'DELETE',
    url: '/v1/enrolments/:id',
    schema: {
      tags,
      summary: 'Ends a code before it is used',
      params: z.object({ id: key }),
      response: answers(204, z.null()),
    },
    handler: async ({ params, by }, reply) => {
      await enrolments.cancel(params.id);
      const details = { id: params.id };
      await audited(context, by, { kind: 'enrolment-cancelled', details });
      return reply.code(204).send(null);
    },
  });
}
