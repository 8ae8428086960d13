import { setTimeout as delay } from 'node:timers/promises';
import type { Desk } from '../desk.ts';

/** Longer than a link waits for an answer. */
const CUT_MS = 20_000;

/** The cable is out for a while: the terminal says so, and shows the same session when it is back. */
export async function networkCut({ at: { machine, screen } }: Desk): Promise<void> {
  const before = await screen.settled();
  await machine.plugNetwork(false);
  const endMs = performance.now() + CUT_MS;
  await screen.showsSomePage('a page that says so');
  await screen.keep('cable-out');
  await delay(Math.max(0, endMs - performance.now()));
  await machine.plugNetwork(true);
  await screen.until('the session again', (picture) => picture.changedSince(before) === null);
  await screen.keep('cable-in');
}
