import test from 'ava';
import { isRoot, reachesUsers } from '../appliance/sessd/rig.ts';
import { eventually } from '../helpers/eventually.ts';
import { House } from '../helpers/house.ts';
import type { Picture } from '../helpers/picture.ts';

const rootTest = isRoot && reachesUsers ? test.serial : test.serial.skip;
const CARD_POLICY = '[policy]\nunlock = ["card-key", "password"]\n';

/** Something dark on something else: a terminal emulator with text in it. */
const hasText = (picture: Picture) => picture.colours() > 8;

rootTest('foot follows the token from one terminal to another and back', async (t) => {
  t.timeout(120_000);
  const house = await House.open({ config: CARD_POLICY });
  t.teardown(() => house.close());
  const ann = house.users.add('a');
  const tokenFile = house.file('token');
  const hall = await house.terminal('hall', { tokenFile });
  await hall.shows('insertCard');
  await house.register(hall.tokenId, ann);
  const lab = await house.terminal('lab', { tokenFile, width: 800, height: 600 });
  await lab.shows('insertCard');

  hall.insertToken();
  await hall.shows('session');
  const first = await hall.until('a window', hasText);
  await hall.settled();
  hall.type('echo followed-me');
  await eventually(async () => {
    if (hall.look().share((rgb) => rgb !== first.at(5, 5)) === 0) throw new Error('nothing typed');
  });
  await hall.settled();
  await hall.save('hot-desk-hall');

  lab.insertToken();
  await lab.shows('session');
  await hall.shows('replaced');
  const there = await lab.until('the window at the other terminal', hasText);
  t.is(there.width, 800);
  await lab.settled();
  await lab.save('hot-desk-lab');

  hall.removeToken();
  hall.insertToken();
  await hall.shows('session');
  await lab.shows('replaced');
  await hall.until('the window again', hasText);

  hall.removeToken();
  await hall.shows('cardRemoved');
  t.pass();
});
