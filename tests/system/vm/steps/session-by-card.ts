import { hasText } from '../../../helpers/card-house.ts';
import type { Desk } from '../desk.ts';

/** A card that is known and enough: foot is there without a question. */
export async function sessionByCard({ at: { screen }, reader, card }: Desk): Promise<void> {
  await screen.shows('insertCard');
  await reader.insert(card);
  await screen.until('a window', hasText);
  await screen.settled();
  await screen.keep('session');
}
