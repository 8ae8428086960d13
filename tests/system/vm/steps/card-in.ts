import { hasButton } from '../../../helpers/card-house.ts';
import type { Desk } from '../desk.ts';

/** A card that nobody knows yet: the login screen. */
export async function cardIn({ at: { screen }, reader, card }: Desk): Promise<void> {
  await reader.insert(card);
  await screen.until('the login screen', hasButton);
  await screen.keep('greeter');
}
