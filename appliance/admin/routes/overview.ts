import { z } from 'zod';
import { VERSION } from '../../version.ts';
import type { AdminBackend } from '../backend.ts';
import type { AdminApp, RouteContext } from '../context.ts';
import { person } from '../models.ts';
import { answers } from './answers.ts';

export function overviewRoutes(app: AdminApp, { backend }: RouteContext): void {
  app.route({
    method: 'GET',
    url: '/v1/who',
    schema: {
      tags: ['overview'],
      summary: 'Who sits at which terminal',
      response: answers(200, z.object({ people: z.array(person) })),
    },
    handler: async () => ({ people: people(backend) }),
  });

  app.route({
    method: 'GET',
    url: '/v1/policy',
    schema: {
      tags: ['overview'],
      summary: 'The rules in force',
      response: answers(200, z.record(z.string(), z.unknown())),
    },
    handler: async () => ({ ...backend.policy() }),
  });

  app.route({
    method: 'GET',
    url: '/healthz',
    config: { open: true },
    schema: {
      tags: ['overview'],
      summary: 'Whether the server answers; needs no key',
      security: [],
      response: answers(200, z.object({ status: z.literal('ok'), version: z.string() })),
    },
    handler: async () => ({ status: 'ok' as const, version: VERSION }),
  });
}

function people(backend: AdminBackend): z.infer<typeof person>[] {
  const online = backend.terminalsOnline();
  return backend.sessions().flatMap(({ id, user, terminal, lock, shownAtMs }) => {
    if (terminal === null) return [];
    const address = online.find(({ name }) => name === terminal)?.address ?? null;
    return [{ user, session: id, terminal, address, lock, shownAtMs }];
  });
}
