import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { eventually } from '../../../helpers/eventually.ts';
import type { Desk } from '../desk.ts';
import { PATIENCE_MS } from '../machine.ts';

const TEXT = 'Typed in a virtual machine, with "quotes" & all: 6*7=42.';

/** What is typed is what the application gets, and it is on the screen. */
export async function textTyped({ at: { screen, keyboard }, user }: Desk): Promise<void> {
  const before = await screen.settled();
  await keyboard.type(`echo '${TEXT}' | tee typed\n`);
  const read = () => {
    const text = readFileSync(`/home/${user}/typed`, 'utf8');
    assert.equal(text, `${TEXT}\n`);
  };
  await eventually(read, PATIENCE_MS);
  await screen.until(
    'the text',
    (picture) => (picture.changedSince(before)?.width ?? 0) > picture.width / 4,
  );
  await screen.settled();
  await screen.keep('text');
}
