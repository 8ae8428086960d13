import assert from 'node:assert/strict';
import type { Desk } from '../desk.ts';

/** The session comes back from the other terminal, bit for bit what it was there. */
export async function backAtTheMachine(desk: Desk): Promise<void> {
  const { at, cards, reader, card, other } = desk;
  assert.ok(other);
  other.type('echo typed at the other terminal\n');
  const there = await other.settled();
  await cards.bench.clear(0);
  await other.shows('cardRemoved');
  await reader.insert(card);
  await at.screen.until('the same picture', (picture) => picture.changedSince(there) === null);
  await at.screen.keep('back');
}
