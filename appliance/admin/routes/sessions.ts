import { z } from 'zod';
import type { SessionView } from '../backend.ts';
import type { AdminApp, RouteContext } from '../context.ts';
import { key, move, next, page, session } from '../models.ts';
import { answers, found, nextAfter } from './answers.ts';

const tags = ['sessions'];
const params = z.object({ id: key });
const list = z.object({ sessions: z.array(session), next });
const none = z.null();

export function sessionRoutes(app: AdminApp, { backend }: RouteContext): void {
  const one = (id: string) => found(backend.session(id), 'session');

  app.route({
    method: 'GET',
    url: '/v1/sessions',
    schema: {
      tags,
      summary: 'All sessions, in the order of their ids',
      querystring: z.strictObject({ ...page, user: z.string().max(256).optional() }),
      response: answers(200, list),
    },
    handler: async ({ query }) => {
      const { limit = 100 } = query;
      const sessions = select(backend.sessions(), query).slice(0, limit);
      return { sessions: [...sessions], next: nextAfter(sessions, limit, ({ id }) => id) };
    },
  });

  app.route({
    method: 'GET',
    url: '/v1/sessions/:id',
    schema: { tags, summary: 'One session', params, response: answers(200, session) },
    handler: async ({ params }) => one(params.id),
  });

  for (const [verb, summary] of [
    ['lock', 'Locks a session; whoever comes has to prove who they are'],
    ['detach', 'Takes a session from its terminal; it runs on'],
  ] as const) {
    app.route({
      method: 'POST',
      url: `/v1/sessions/:id/${verb}`,
      schema: { tags, summary, params, response: answers(200, session) },
      handler: async ({ params, by }) => {
        one(params.id);
        await backend[verb](params.id, by);
        return one(params.id);
      },
    });
  }

  app.route({
    method: 'POST',
    url: '/v1/sessions/:id/move',
    schema: {
      tags,
      summary: 'Brings a session to a terminal, where its user has to prove who they are',
      params,
      body: move,
      response: answers(200, session),
    },
    handler: async ({ params, body, by }) => {
      one(params.id);
      await backend.move(params.id, body.terminal, by);
      return one(params.id);
    },
  });

  app.route({
    method: 'DELETE',
    url: '/v1/sessions/:id',
    schema: {
      tags,
      summary: 'Ends a session with all its applications',
      params,
      response: answers(204, none),
    },
    handler: async ({ params, by }, reply) => {
      one(params.id);
      await backend.kill(params.id, by);
      return reply.code(204).send(null);
    },
  });
}

interface Query {
  readonly after?: string | undefined;
  readonly prefix?: string | undefined;
  readonly user?: string | undefined;
}

function select(sessions: readonly SessionView[], query: Query): SessionView[] {
  const { after = '', prefix = '', user } = query;
  return sessions
    .filter(({ id }) => id > after && id.startsWith(prefix))
    .filter((session) => user === undefined || session.user === user)
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}
