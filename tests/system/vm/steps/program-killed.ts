import type { Desk } from '../desk.ts';

/** The kernel kills the largest program, which is wrclient: it comes back by itself, and brings the session. */
export async function programKilled({ at: { machine, screen } }: Desk): Promise<void> {
  const before = await screen.settled();
  const since = machine.console.length;
  await machine.commandKernel('f');
  await machine.says(/Killed process \d+ \(node|Killed process \d+ \(Main/i, since);
  await screen.until('nothing of the session', (picture) => picture.changedSince(before) !== null);
  await screen.until('the session again', (picture) => picture.changedSince(before) === null);
  await screen.keep('after-a-crash');
}
