import { hasText } from '../../../helpers/card-house.ts';
import type { Desk } from '../desk.ts';

const SLOT = 0;

/** The card at a terminal on this machine: foot with the text, without a question. */
export async function otherTerminal(desk: Desk): Promise<void> {
  const { cards, card } = desk;
  const other = await cards.terminal('other', SLOT, { width: 1280, height: 720 });
  await other.shows('insertCard');
  await cards.bench.insert(card, SLOT);
  await other.shows('session');
  await other.until('the window', hasText);
  await other.settled();
  await cards.shot(other, 'other-terminal');
  desk.other = other;
}
