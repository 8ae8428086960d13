import { z } from 'zod';
import { type LocatingToken, parseToken } from '../../../protocol/session/token.ts';
import type { TokenOwner } from '../../registry/registry.ts';
import { type AdminApp, audited, type RouteContext } from '../context.ts';
import { hashKey, newToken, next, page, token, tokenKeys } from '../models.ts';
import { RequestError } from '../request-error.ts';
import { cardOfCode } from '../unknown-card.ts';
import { answers, found, pageOf } from './answers.ts';

const tags = ['tokens'];
const params = z.object({ hash: hashKey });
const list = z.object({ tokens: z.array(token), next });

export function tokenRoutes(app: AdminApp, context: RouteContext): void {
  const { backend, registry } = context;
  const ofUser = async (user: string, after: string) =>
    (await registry.tokens.ofUser(user)).filter(({ hash }) => hash > after);

  app.route({
    method: 'GET',
    url: '/v1/tokens',
    schema: {
      tags,
      summary: 'Registered tokens, in the order of their hashes',
      querystring: z.strictObject({ ...page, user: z.string().min(1).max(256).optional() }),
      response: answers(200, list),
    },
    handler: async ({ query }) => {
      const { records, next } = await pageOf(query, {
        get: async (hash) => {
          const record = await registry.tokens.get(hash);
          return query.user === undefined || record?.user === query.user ? record : null;
        },
        list: (page) =>
          query.user === undefined ? registry.tokens.list(page) : ofUser(query.user, page.after),
        keyOf: ({ hash }) => hash,
      });
      return { tokens: records, next };
    },
  });

  app.route({
    method: 'GET',
    url: '/v1/tokens/:hash',
    schema: { tags, summary: 'One token', params, response: answers(200, token) },
    handler: async ({ params }) => found(await registry.tokens.get(params.hash), 'token'),
  });

  app.route({
    method: 'POST',
    url: '/v1/tokens',
    schema: {
      tags,
      summary: 'Registers a token; the answer knows it by its hash',
      body: newToken,
      response: answers(201, token),
    },
    handler: async ({ body, by }, reply) => {
      const { token: text, code, ...owner } = body;
      if ((text === undefined) === (code === undefined))
        throw new RequestError('invalid', 'expected one of token and code');
      const added = await (code === undefined
        ? registry.tokens.add(locatingOf(text ?? ''), defined(owner))
        : registry.tokens.addKnown(
            await cardOfCode(registry.events, code, Date.now()),
            defined(owner),
          ));
      const { hash, kind } = added;
      const details = { kind, user: added.user, ...(code === undefined ? {} : { shown: code }) };
      const event = { kind: 'token-added', token: hash, details };
      await audited(context, by, event, () => backend.tokenChanged(hash, 'added'));
      return reply.code(201).send(added);
    },
  });

  app.route({
    method: 'PUT',
    url: '/v1/tokens/:hash/keys',
    schema: {
      tags,
      summary: 'Replaces the keys that a token can prove it holds',
      params,
      body: tokenKeys,
      response: answers(200, token),
    },
    handler: async ({ params, body, by }) => {
      const changed = await registry.tokens.setKeys(params.hash, defined(body));
      const details = { keys: Object.keys(changed.keys).join(' ') };
      await audited(context, by, { kind: 'token-keys-set', token: params.hash, details });
      return changed;
    },
  });

  app.route({
    method: 'DELETE',
    url: '/v1/tokens/:hash',
    schema: { tags, summary: 'Forgets a token', params, response: answers(204, z.null()) },
    handler: async ({ params, by }, reply) => {
      await registry.tokens.remove(params.hash);
      const event = { kind: 'token-removed', token: params.hash };
      await audited(context, by, event, () => backend.tokenChanged(params.hash, 'removed'));
      return reply.code(204).send(null);
    },
  });
}

/** @throws RequestError and TokenError for what is none */
function locatingOf(text: string): LocatingToken {
  const locating = parseToken(text);
  if (locating.kind === 'none') throw new RequestError('invalid', 'a token is expected');
  return locating;
}

type Given<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** Fields that are there but undefined are not given. */
const defined = <T extends object>(fields: T): Given<T> & TokenOwner =>
  Object.fromEntries(
    Object.entries(fields)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, value]),
  ) as Given<T> & TokenOwner;
