import { hasText } from '../../../helpers/card-house.ts';
import type { Desk } from '../desk.ts';

/** A smaller monitor, none, and the first one again: session and page fit each. */
export async function monitorChanged(desk: Desk): Promise<void> {
  const { machine, screen } = desk.at;
  using monitor = await machine.monitor();
  monitor.resize(1024, 768);
  await screen.until(
    'the session on a smaller monitor',
    (picture) => picture.width === 1024 && picture.height === 768 && hasText(picture),
  );
  await screen.settled();
  await screen.keep('smaller-monitor');
  const since = machine.console.length;
  monitor.unplug();
  await machine.says(/no monitor/, since);
  monitor.resize(1280, 720);
  await screen.until(
    'the session on the first monitor',
    (picture) => picture.width === 1280 && hasText(picture),
  );
  await desk.reader.remove();
  await screen.shows('cardRemoved');
  monitor.resize(800, 600);
  await screen.until('a small monitor', ({ width, height }) => width === 800 && height === 600);
  await screen.shows('cardRemoved');
  await screen.keep('page-on-a-small-monitor');
  monitor.resize(1280, 720);
  await screen.until('the first monitor', ({ width }) => width === 1280);
  await desk.reader.insert(desk.card);
  await screen.until('the session', hasText);
}
