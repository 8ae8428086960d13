import assert from 'node:assert/strict';
import type { Desk } from '../desk.ts';

/** Power goes without a warning: the next boot finds the same terminal, and the session comes by its card. */
export async function powerCut(desk: Desk): Promise<void> {
  const before = await desk.at.screen.settled();
  const known = await desk.house.wradm('terminal', 'list');
  await desk.at.machine.cutPower();
  await desk.at[Symbol.asyncDispose]();
  desk.at = await desk.boot();
  const { screen } = desk.at;
  await screen.until('the session again', (picture) => picture.changedSince(before) === null);
  await screen.keep('after-a-power-cut');
  const names = (listed: unknown) =>
    (listed as { terminals: { fingerprint: string }[] }).terminals.map((each) => each.fingerprint);
  assert.deepEqual(names(await desk.house.wradm('terminal', 'list')), names(known));
}
