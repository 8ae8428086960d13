import { z } from 'zod';
import type { TerminalRecord } from '../../registry/records.ts';
import type { TerminalOnline } from '../backend.ts';
import { type AdminApp, audited, type RouteContext } from '../context.ts';
import { key, next, page, terminal } from '../models.ts';
import { answers, found, pageOf } from './answers.ts';

const tags = ['terminals'];
const params = z.object({ name: key });
const list = z.object({ terminals: z.array(terminal), next });
const states = z.enum(['pending', 'approved', 'revoked']);

export function terminalRoutes(app: AdminApp, context: RouteContext): void {
  const { backend, registry } = context;
  const viewOf = (record: TerminalRecord) => view(record, backend.terminalsOnline());

  app.route({
    method: 'GET',
    url: '/v1/terminals',
    schema: {
      tags,
      summary: 'Registered terminals, in the order of their names',
      querystring: z.strictObject({ ...page, state: states.optional() }),
      response: answers(200, list),
    },
    handler: async ({ query }) => {
      const { state } = query;
      const { records, next } = await pageOf(query, {
        get: async (name) => {
          const record = await registry.terminals.get(name);
          return state === undefined || record?.state === state ? record : null;
        },
        list: (page) => registry.terminals.list(state ? { ...page, state } : page),
        keyOf: ({ name }) => name,
      });
      const online = backend.terminalsOnline();
      return { terminals: records.map((record) => view(record, online)), next };
    },
  });

  app.route({
    method: 'GET',
    url: '/v1/terminals/:name',
    schema: { tags, summary: 'One terminal', params, response: answers(200, terminal) },
    handler: async ({ params }) =>
      viewOf(found(await registry.terminals.get(params.name), 'terminal')),
  });

  for (const [verb, state, summary] of [
    ['approve', 'approved', 'Lets a terminal in, also one that was revoked'],
    ['revoke', 'revoked', 'Lets a terminal in no longer and ends its connection'],
  ] as const) {
    app.route({
      method: 'POST',
      url: `/v1/terminals/:name/${verb}`,
      schema: { tags, summary, params, response: answers(200, terminal) },
      handler: async ({ params, by }) => {
        const record = await registry.terminals[verb](params.name);
        await audited(context, by, terminalEvent(`terminal-${state}`, record), () =>
          backend.terminalChanged(record.fingerprint, state),
        );
        return viewOf(record);
      },
    });
  }

  app.route({
    method: 'DELETE',
    url: '/v1/terminals/:name',
    schema: {
      tags,
      summary: 'Forgets a terminal, so that its name is free for another key',
      params,
      response: answers(204, z.null()),
    },
    handler: async ({ params, by }, reply) => {
      const record = found(await registry.terminals.get(params.name), 'terminal');
      await registry.terminals.remove(record.name);
      await audited(context, by, terminalEvent('terminal-removed', record), () =>
        backend.terminalChanged(record.fingerprint, 'removed'),
      );
      return reply.code(204).send(null);
    },
  });
}

const terminalEvent = (kind: string, { name, fingerprint }: TerminalRecord) => ({
  kind,
  terminal: fingerprint,
  details: { name },
});

function view(record: TerminalRecord, online: readonly TerminalOnline[]) {
  const there = online.find(({ fingerprint }) => fingerprint === record.fingerprint);
  if (!there) return { ...record, online: null };
  const { address, sinceMs, session, page } = there;
  return { ...record, online: { address, sinceMs, session, page } };
}
