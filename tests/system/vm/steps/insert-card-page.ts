import type { Desk } from '../desk.ts';

/** The machine has booted: it asks for a card, and nothing else is on its screen. */
export async function insertCardPage({ at: { screen } }: Desk): Promise<void> {
  await screen.shows('insertCard');
  await screen.keep('insert-card');
}
