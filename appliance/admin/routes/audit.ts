import { z } from 'zod';
import type { AdminApp, RouteContext } from '../context.ts';
import { event, page, problem } from '../models.ts';
import { RequestError } from '../request-error.ts';
import { answers } from './answers.ts';

const tags = ['audit'];
const after = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional();

export function auditRoutes(app: AdminApp, { registry, tail }: RouteContext): void {
  const { events } = registry;

  app.route({
    method: 'GET',
    url: '/v1/audit',
    schema: {
      tags,
      summary: 'Events: the latest, those after one, or those with the code that a terminal shows',
      querystring: z.strictObject({
        limit: page.limit,
        after: after.describe('id of an event; 0 for the oldest that are kept'),
        code: z.string().min(1).max(64).optional().describe('as read out, e.g. WR-4-7QK2'),
      }),
      response: answers(200, z.object({ events: z.array(event) })),
    },
    handler: async ({ query }) => {
      const { limit, after, code } = query;
      if (code !== undefined && after !== undefined) {
        throw new RequestError('invalid', 'expected one of after and code');
      }
      if (code !== undefined) return { events: [...(await events.byCode(code, limit))] };
      const found = after === undefined ? events.latest(limit) : events.since(after, limit);
      return { events: [...(await found)] };
    },
  });

  app.route({
    method: 'GET',
    url: '/v1/audit/tail',
    schema: {
      tags,
      summary: 'Events as they happen, one JSON object a line; empty lines mean nothing',
      produces: ['application/x-ndjson'],
      querystring: z.strictObject({
        after: after.describe('id of an event to begin after; without it, from now on'),
      }),
      response: {
        '2xx': z.any().describe('lines, each an Event'),
        '4xx': problem,
        '5xx': problem,
      },
    },
    handler: async ({ query }, reply) => {
      const lines = await tail.follow(query.after ?? null);
      return reply.header('content-type', 'application/x-ndjson; charset=utf-8').send(lines);
    },
  });
}
