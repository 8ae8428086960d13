import type { Desk } from '../desk.ts';

const KILLED = /Killed process \d+ \(.*anon-rss:(\d+)kB, file-rss:(\d+)kB, shmem-rss:(\d+)kB/;

/** The kernel kills the largest program, which is wrclient: it comes back by itself, and brings the session. */
export async function programKilled({ at: { machine, screen } }: Desk): Promise<void> {
  const before = await screen.settled();
  const since = machine.console.length;
  await machine.commandKernel('f');
  const [, ...kilobytes] = await machine.says(KILLED, since);
  const held = kilobytes.reduce((sum, part) => sum + Number(part), 0);
  console.log(`wrclient held ${Math.round(held / 1000)} MB: ${kilobytes.join(' + ')} kB`);
  await screen.until('nothing of the session', (picture) => picture.changedSince(before) !== null);
  await screen.until('the session again', (picture) => picture.changedSince(before) === null);
  await screen.keep('after-a-crash');
}
