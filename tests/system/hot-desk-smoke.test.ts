import test from 'ava';
import { isRoot, PASSWORD, reachesUsers } from '../appliance/sessd/rig.ts';
import { eventually } from '../helpers/eventually.ts';
import { House } from '../helpers/house.ts';
import type { Picture } from '../helpers/picture.ts';
import { repository } from '../helpers/program.ts';

const rootTest = isRoot && reachesUsers ? test.serial : test.serial.skip;
const CARD_POLICY = '[policy]\nunlock = ["card-key", "password"]\n';

/** Something dark on something else: a terminal emulator with text in it. */
const hasText = (picture: Picture) => picture.colours() > 8;

/** Of the greeter; it is there while something is asked. */
const BUTTON = 0x2f6fd0;
const hasButton = (picture: Picture) => picture.share((rgb) => rgb === BUTTON) > 0.002;

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

rootTest('sessions outlive wrsrvd, however it ends, and are found again', async (t) => {
  t.timeout(120_000);
  const house = await House.open({ config: CARD_POLICY });
  t.teardown(() => house.close());
  const ann = house.users.add('b');
  const tokenFile = house.file('token');
  const hall = await house.terminal('hall', { tokenFile });
  await house.register(hall.tokenId, ann);
  await hall.shows('insertCard');
  hall.insertToken();
  await hall.shows('session');
  await hall.until('a window', hasText);
  const before = await house.sessions();
  t.is(before[0]?.state, 'active');
  hall.end();

  for (const [name, end] of [
    ['killed', () => house.killServer()],
    ['ended', () => house.server.stop()],
  ] as const) {
    await end();
    await house.startServer();
    t.is((await house.sessions())[0]?.id, before[0]?.id, name);
    const lab = await house.terminal(`lab-${name}`, { tokenFile });
    await lab.shows('insertCard');
    lab.insertToken();
    await lab.shows('session');
    await lab.until('the window that was there', hasText);
    lab.end();
  }
});

rootTest('wrsessd may come back; what ended meanwhile is told', async (t) => {
  t.timeout(120_000);
  const house = await House.open({ config: CARD_POLICY });
  t.teardown(() => house.close());
  const ann = house.users.add('c');
  const hall = await house.terminal('hall', { tokenFile: house.file('token') });
  await house.register(hall.tokenId, ann);
  await hall.shows('insertCard');
  hall.insertToken();
  await hall.shows('session');
  const [session] = await house.sessions();
  await house.sessd.kill();
  await house.server.says(/wrsessd cannot be reached/, 'stderr');
  t.is(hall.showing.what, 'session', 'a running session is not touched');

  const lab = await house.terminal('lab', { tokenFile: house.file('other') });
  await house.register(lab.tokenId, house.users.add('d'));
  await lab.shows('insertCard');
  lab.insertToken();
  await lab.shows('busy');
  await house.sessd.start();
  await lab.shows('session');
  t.is(hall.showing.what, 'session');
  await house.wradm('session', 'kill', session?.id ?? '');
  await hall.shows('page');
  await eventually(async () => {
    const left = await house.sessions();
    if (left.length !== 1) throw new Error(JSON.stringify(left));
  });
});

rootTest(
  'an administrator locks a session; its card opens it when it is inserted anew',
  async (t) => {
    t.timeout(120_000);
    const house = await House.open({ config: CARD_POLICY });
    t.teardown(() => house.close());
    const hall = await house.terminal('hall', { tokenFile: house.file('token') });
    await house.register(hall.tokenId, house.users.add('e'));
    await hall.shows('insertCard');
    hall.insertToken();
    await hall.shows('session');
    await hall.until('a window', hasText);
    const [session] = await house.sessions();
    await house.wradm('session', 'lock', session?.id ?? '');
    await hall.shows('locked');
    hall.removeToken();
    await hall.shows('cardRemoved');
    hall.insertToken();
    await hall.shows('session');
    await hall.until('the window again', hasText);
    t.pass();
  },
);

rootTest(
  'somebody without a card logs in at the greeter and finds the session elsewhere',
  async (t) => {
    t.timeout(120_000);
    const house = await House.open({ config: '[greeter]\nidle-page = "greeter"\n' });
    t.teardown(() => house.close());
    const ann = house.users.add('f');
    for (const name of ['hall', 'lab']) {
      const terminal = await house.terminal(name);
      await terminal.shows('greeter');
      await terminal.until('the login screen', hasButton);
      await terminal.settled();
      if (name === 'hall') await terminal.save('greeter');
      terminal.type(ann);
      terminal.press('Enter');
      await terminal.settled();
      terminal.type(PASSWORD);
      terminal.press('Enter');
      await terminal.shows('session');
      await terminal.until('a window', hasText);
      const sessions = await house.sessions();
      t.deepEqual(
        sessions.map(({ state }) => state),
        [name === 'hall' ? 'active' : 'resumed'],
      );
    }
  },
);

rootTest('an idle session is locked where it is shown, and opened there by its user', async (t) => {
  t.timeout(120_000);
  const config = '[policy]\nunlock = ["card-key", "password"]\nidle-after = "3s"\n';
  const house = await House.open({ config });
  t.teardown(() => house.close());
  const ann = house.users.add('h');
  const hall = await house.terminal('hall', { tokenFile: house.file('token') });
  await house.register(hall.tokenId, ann);
  await hall.shows('insertCard');
  hall.insertToken();
  await hall.shows('session');
  await hall.until('a window', hasText);
  await hall.shows('greeter');
  await hall.until('a field for the password', hasButton);
  hall.type('wrong');
  hall.press('Enter');
  await hall.until('a wait', (picture) => !hasButton(picture));
  await hall.until('another try', hasButton);
  await hall.save('greeter-unlock-wrong');
  hall.type(PASSWORD);
  hall.press('Enter');
  await hall.shows('session');
  await hall.until('the window again', hasText);
  t.is((await house.sessions())[0]?.state, 'active');
});

rootTest(
  'a session whose compositor dies is told, cleared away, and the card makes a new one',
  async (t) => {
    t.timeout(120_000);
    const house = await House.open({ config: CARD_POLICY });
    t.teardown(() => house.close());
    const hall = await house.terminal('hall', { tokenFile: house.file('token') });
    await house.register(hall.tokenId, house.users.add('i'));
    await hall.shows('insertCard');
    for (const how of ['killed', 'logged out']) {
      hall.insertToken();
      await hall.shows('session');
      await hall.until('a window', hasText);
      const [session] = await house.sessions();
      const { pid } = (await house.running()).find((one) => one.session === session?.id) ?? {};
      if (!pid) return t.fail('no process');
      if (how === 'killed') process.kill(pid, 'SIGKILL');
      else {
        hall.type(`${process.execPath} ${repository}appliance/session/wrsession-main.js logout`);
        hall.press('Enter');
      }
      await hall.shows(how === 'killed' ? 'failed' : 'ended');
      await eventually(async () => {
        if ((await house.running()).length > 0) throw new Error('it still runs');
      });
      t.deepEqual(await house.sessions(), []);
      hall.removeToken();
      await hall.shows('page');
    }
  },
);

rootTest('an administrator moves a session; at the new terminal its user is asked', async (t) => {
  t.timeout(120_000);
  const house = await House.open({ config: CARD_POLICY });
  t.teardown(() => house.close());
  const hall = await house.terminal('hall', { tokenFile: house.file('token') });
  await house.register(hall.tokenId, house.users.add('j'));
  const lab = await house.terminal('lab');
  await lab.shows('insertCard');
  hall.insertToken();
  await hall.shows('session');
  const [session] = await house.sessions();
  await house.wradm('session', 'move', session?.id ?? '', 'lab');
  await lab.shows('greeter');
  t.is(hall.showing.what, 'session', 'nobody has proved anything yet');
  await lab.until('a field for the password', hasButton);
  lab.type(PASSWORD);
  lab.press('Enter');
  await lab.shows('session');
  await hall.shows('moved');
});

rootTest('greeters that a killed wrsrvd leaves are ended by the next one', async (t) => {
  t.timeout(120_000);
  const house = await House.open({ config: '[greeter]\nidle-page = "greeter"\n' });
  t.teardown(() => house.close());
  const hall = await house.terminal('hall');
  await hall.shows('greeter');
  t.is((await house.greeters()).length, 1);
  await house.killServer();
  hall.end();
  await house.startServer();
  await eventually(async () => {
    if ((await house.greeters()).length > 0) throw new Error('it still runs');
  });
  t.pass();
});
