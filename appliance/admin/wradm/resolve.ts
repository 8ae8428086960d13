import type { AdminClient } from './client.ts';
import { CommandError } from './command-error.ts';

const COLLECTIONS = {
  session: { path: '/v1/sessions', list: 'sessions', key: 'id' },
  token: { path: '/v1/tokens', list: 'tokens', key: 'hash' },
  terminal: { path: '/v1/terminals', list: 'terminals', key: 'name' },
} as const;

export type Noun = keyof typeof COLLECTIONS;

/** The path of the one record that a key or the beginning of one means. @throws CommandError not-found, conflict */
export async function pathOf(client: AdminClient, noun: Noun, typed: string): Promise<string> {
  return `${COLLECTIONS[noun].path}/${encodeURIComponent(await keyOf(client, noun, typed))}`;
}

export async function keyOf(client: AdminClient, noun: Noun, typed: string): Promise<string> {
  const { path, list, key } = COLLECTIONS[noun];
  const prefix = noun === 'token' ? typed.toLowerCase() : typed;
  const query = new URLSearchParams({ prefix, limit: '2' });
  const answer = (await client.ask('GET', `${path}?${query}`)) as Record<string, unknown>;
  const keys = (answer[list] as Record<string, string>[]).map((record) => record[key] ?? '');
  const [only] = keys;
  // A whole key comes first, whatever goes on from it.
  if (only === prefix || (only !== undefined && keys.length === 1)) return only;
  if (only === undefined) throw new CommandError('not-found', `there is no ${noun} ${typed}`);
  throw new CommandError(
    'conflict',
    `several ${noun}s begin with ${typed}: ${keys.join(', ')}, ..`,
  );
}

/** All pages of a list. */
export async function allOf(
  client: AdminClient,
  noun: Noun,
  filter: Readonly<Record<string, string | undefined>>,
): Promise<unknown[]> {
  const { path, list } = COLLECTIONS[noun];
  const given = Object.entries(filter).filter(([, value]) => value !== undefined);
  const query = new URLSearchParams([...(given as [string, string][]), ['limit', '500']]);
  const all: unknown[] = [];
  for (;;) {
    const answer = (await client.ask('GET', `${path}?${query}`)) as Record<string, unknown>;
    all.push(...(answer[list] as unknown[]));
    if (typeof answer['next'] !== 'string') return all;
    query.set('after', answer['next']);
  }
}
