import { writeFileSync } from 'node:fs';
import test, { type ExecutionContext } from 'ava';
import { shortFingerprint } from '../../protocol/short-fingerprint.ts';
import { isRoot, PASSWORD, reachesUsers } from '../appliance/sessd/rig.ts';
import { eventually } from '../helpers/eventually.ts';
import type { HeldTerminal } from '../helpers/held-terminal.ts';
import { House } from '../helpers/house.ts';
import type { Picture } from '../helpers/picture.ts';

const rootTest = isRoot && reachesUsers ? test.serial : test.serial.skip;

const hasText = (picture: Picture) => picture.colours() > 8;
/** Of the greeter; it is there while something is asked. */
const BUTTON = 0x2f6fd0;
const hasButton = (picture: Picture) => picture.share((rgb) => rgb === BUTTON) > 0.002;

/** With what counts more than the settings that all houses of tests have. */
async function openHouse(t: ExecutionContext, config: string): Promise<House> {
  t.timeout(120_000);
  const house = await House.open();
  t.teardown(() => house.close());
  await house.server.stop();
  writeFileSync(`${house.file('conf.d')}/zz.toml`, config);
  await house.startServer();
  return house;
}

interface Known {
  readonly fingerprint: string;
}

async function pageCode(terminal: HeldTerminal, page: Parameters<HeldTerminal['shows']>[0]) {
  const showing = await terminal.shows(page);
  return showing.what === 'page' ? showing.page.code : '';
}

rootTest(
  'a terminal waits for approval, works at once, and is dark as soon as it is revoked',
  async (t) => {
    const house = await openHouse(
      t,
      'terminals.admission = "approval"\npolicy.unlock = ["card-key"]\n',
    );
    const hall = await house.terminal('hall', { tokenFile: house.file('token') });
    t.regex(await pageCode(hall, 'waitingApproval'), /^WR-8-[0-9A-Z]{4}$/);
    // Whoever approves it can compare.
    const { fingerprint } = (await house.wradm('terminal', 'show', 'hall')) as Known;
    t.like(hall.showing, { page: { note: shortFingerprint(fingerprint) } });
    await house.register(hall.tokenId, house.users.add('i'));
    await house.wradm('terminal', 'approve', 'hall');
    await hall.shows('insertCard');
    hall.insertToken();
    await hall.shows('session');
    await hall.until('a window', hasText);
    await house.wradm('terminal', 'revoke', 'hall');
    t.regex(await pageCode(hall, 'revoked'), /^WR-9-[0-9A-Z]{4}$/);
    t.is(hall.terminal.picture, null);
    const [session] = await house.sessions();
    t.is(session?.state, 'suspended');
    // The card still lies there, and counts again.
    await house.wradm('terminal', 'approve', 'hall');
    await hall.shows('session');
    hall.removeToken();
    await hall.shows('cardRemoved');
  },
);

rootTest('a number without its key shows nobody anything, and its code says why', async (t) => {
  const house = await openHouse(t, 'policy.unlock = ["card-key"]\n');
  const hall = await house.terminal('hall', { tokenFile: house.file('token') });
  await hall.shows('insertCard');
  const key = `software=${'d'.repeat(64)}`;
  const ann = house.users.add('j');
  await house.wradm('token', 'add', `software:${hall.tokenId}`, ann, '--key', key);
  hall.insertToken();
  const code = await pageCode(hall, 'refused');
  await hall.see();
  // Events are written a little later, so that they are not between a card and its picture.
  const events = await eventually(() => house.wradm('audit', 'code', code));
  t.regex(JSON.stringify(events), /another key than the registered one/);
  t.regex(house.server.stderr, new RegExp(code));
  t.deepEqual(await house.sessions(), []);
});

rootTest('a card that nobody knows becomes that of whoever logs in with it', async (t) => {
  const house = await openHouse(
    t,
    'tokens.registration = "first-use"\npolicy.unlock = ["card-key", "password"]\n',
  );
  const ann = house.users.add('k');
  const hall = await house.terminal('hall', { tokenFile: house.file('token') });
  await hall.shows('insertCard');
  hall.insertToken();
  await hall.shows('greeter');
  await hall.until('the login screen', hasButton);
  await hall.settled();
  await hall.save('greeter-first-use');
  hall.type(ann);
  hall.press('Enter');
  await hall.settled();
  hall.type(PASSWORD);
  hall.press('Enter');
  await hall.shows('session');
  await hall.until('a window', hasText);
  hall.removeToken();
  await hall.shows('cardRemoved');
  const logins = hall.history.filter(({ what }) => what === 'greeter').length;
  hall.insertToken();
  await hall.shows('session');
  await hall.until('the window again', hasText);
  t.is(hall.history.filter(({ what }) => what === 'greeter').length, logins);
});
