import type { Desk } from '../desk.ts';

/** wrsrvd ends and comes again; the session and its applications have run on. */
export async function serverRestarted({
  at: { screen },
  house,
  restartServer,
}: Desk): Promise<void> {
  const before = await screen.settled();
  await house.server.stop();
  await screen.showsSomePage('a page that says so');
  await screen.keep('server-gone');
  await restartServer();
  await screen.until('the session again', (picture) => picture.changedSince(before) === null);
  await screen.keep('server-back');
}
