import test from 'ava';
import { eventually } from '../helpers/eventually.ts';
import { Server } from '../helpers/server.ts';
import { screenshot } from '../helpers/terminal.ts';

/** Colour of the line that says why the application is gone; text is drawn antialiased, its core in full colour. */
const TROUBLE = 0xe0b070;

test('an application that fails leaves a word on the desktop, one that ends well does not', async (t) => {
  const server = await Server.start({ exec: 'exit 3' });
  t.teardown(() => server.stop());
  await eventually(async () => {
    const { share } = await screenshot(server);
    if (share(TROUBLE) === 0) throw new Error('no word of it');
  });

  const calm = await Server.start({ exec: 'exit 0' });
  t.teardown(() => calm.stop());
  const { share, colours } = await eventually(async () => {
    const shot = await screenshot(calm);
    if (shot.colours < 2) throw new Error('no hint on the desktop yet');
    return shot;
  });
  t.is(share(TROUBLE), 0);
  t.true(colours > 1);
});
