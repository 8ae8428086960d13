import assert from 'node:assert/strict';
import type { Desk } from '../desk.ts';

/** The page takes the whole screen, and the cursor goes as well. */
export async function cardOut({ at: { machine, screen }, house, reader }: Desk): Promise<void> {
  await reader.remove();
  await screen.shows('cardRemoved');
  await screen.keep('card-removed');
  await machine.cursorIs('hidden', ({ image }) => image === 0);
  assert.deepEqual(
    (await house.sessions()).map(({ state }) => state),
    ['suspended'],
  );
}
