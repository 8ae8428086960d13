import { hasText } from '../../../helpers/card-house.ts';
import type { Desk } from '../desk.ts';

/** A monitor as most desks have it. */
export async function fullHd({ at: { machine, screen } }: Desk): Promise<void> {
  using monitor = await machine.monitor();
  monitor.resize(1920, 1080);
  await screen.until(
    'the session at 1920x1080',
    (picture) => picture.width === 1920 && picture.height === 1080 && hasText(picture),
  );
  await screen.settled();
  await screen.keep('full-hd');
}
