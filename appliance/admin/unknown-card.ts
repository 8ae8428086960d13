import type { KnownTokenHash } from '../registry/records.ts';
import type { EventRegistry } from '../registry/registry.ts';
import { RequestError } from './request-error.ts';

/** Codes are short: what was shown longer ago may be that of another card. */
const FRESH_MS = 24 * 3_600_000;
const KINDS = ['smartCard', 'badge', 'software'] as const;

/**
 * The card behind the code that a terminal shows to somebody whose card nobody knows.
 * @throws RequestError not-found, conflict
 */
export async function cardOfCode(
  events: EventRegistry,
  code: string,
  nowMs: number,
): Promise<KnownTokenHash> {
  const shown = await events.byCode(code);
  const cards = new Map<string, KnownTokenHash>();
  for (const { kind, atMs, token, details } of shown) {
    const fresh = nowMs - atMs <= FRESH_MS && details['page'] === 'unknownCard';
    const known = kindNamed(details['kind']);
    if (kind === 'page-shown' && fresh && token && known)
      cards.set(token, { hash: token, kind: known });
  }
  const [card] = cards.values();
  if (!card)
    throw new RequestError(
      'not-found',
      `no unknown card was shown with the code ${code} in the last 24 h: have it inserted again`,
    );
  if (cards.size > 1)
    throw new RequestError('conflict', `several cards have ${code}: have it inserted again`);
  return card;
}

const kindNamed = (name: unknown): KnownTokenHash['kind'] | null =>
  KINDS.find((kind) => kind === name) ?? null;
