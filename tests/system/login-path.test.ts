import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import test, { type ExecutionContext } from 'ava';
import { isRoot, MODULE, PASSWORD, reachesUsers } from '../appliance/sessd/rig.ts';
import { hasButton, hasText, typeName } from '../helpers/card-house.ts';
import { eventually } from '../helpers/eventually.ts';
import type { HeldTerminal } from '../helpers/held-terminal.ts';
import { House, type HouseOptions } from '../helpers/house.ts';
import { commandOf, processesWith } from '../helpers/processes.ts';
import { scratchFolder } from '../helpers/scratch.ts';

// What lies between a terminal that nobody uses and a session: what people choose there, and what they are told.
const rootTest = isRoot && reachesUsers ? test.serial : test.serial.skip;

const LAYOUTS = `layouts = [
  { layout = "us", name = "English" }, { layout = "de", name = "Deutsch" },
]`;
/** Says which session it is, and keeps what is typed into it. */
const TYPIST = "foot -T typist sh -c 'echo $WHICH >which; read line; echo $line >typed'";
const typist = (name: string, which: string) => `name = "${name}"
terminal = ""
[[autostart]]
name = "typist"
command = "${TYPIST}"
[environment]
WHICH = "${which}"
`;

/** The administrator's files for sessions. @param files by path below the folder */
function systemConfig(t: ExecutionContext, files: Readonly<Record<string, string>>): string {
  const scratch = scratchFolder();
  t.teardown(() => scratch[Symbol.dispose]());
  chmodSync(scratch.path, 0o755);
  mkdirSync(`${scratch.path}/sessions`);
  for (const [path, text] of Object.entries(files)) writeFileSync(`${scratch.path}/${path}`, text);
  return scratch.path;
}

async function open(
  t: ExecutionContext,
  { config = '', sessd = {}, exec = null }: HouseOptions,
  system = '/nowhere',
): Promise<House> {
  t.timeout(180_000);
  const house = await House.open({
    config,
    exec,
    sessd: { ...sessd, args: ['--system-config', system, ...(sessd.args ?? [])] },
  });
  t.teardown(() => house.close());
  return house;
}

const homeOf = (user: string) => `/home/${user}`;
const written = (file: string) =>
  eventually(() => {
    const text = readFileSync(file, 'utf8');
    if (text === '') throw new Error('nothing yet');
    return text;
  });

async function loginScreen(terminal: HeldTerminal): Promise<void> {
  await terminal.shows('greeter');
  await terminal.until('the login screen', hasButton);
  await terminal.settled();
}

/** The second item of a menu, `tabs` away from what has the focus. */
async function chooseSecond(terminal: HeldTerminal, tabs: number): Promise<void> {
  for (let tab = 0; tab < tabs; tab++) terminal.press('Tab');
  for (const key of ['Enter', 'Down', 'Enter']) terminal.press(key);
  await terminal.settled();
}

const DAY_MS = 86_400_000;
const daysAgo = (days: number) => new Date(Date.now() - days * DAY_MS).toISOString().slice(0, 10);

rootTest(
  'session and keyboard are chosen at the login screen, which tells what PAM says',
  async (t) => {
    const system = systemConfig(t, {
      'session.toml': '[environment]\nWHICH = "everybody"\n',
      'sessions/desktop.toml': typist('Desktop', 'desktop'),
      'sessions/notes.toml': typist('Notes', 'notes'),
    });
    const greeter = `system-config = "${system}"\nsessions = ["desktop", "notes"]\n${LAYOUTS}`;
    const config = `[greeter]\nidle-page = "greeter"\n${greeter}\n`;
    const house = await open(t, { config }, system);
    const user = house.users.add('l', [
      'chage',
      ...['--maxdays', '10', '--warndays', '7', '--lastday', daysAgo(7)],
    ]);
    const hall = await house.terminal('hall', { keyboard: 'us' });
    await loginScreen(hall);
    await chooseSecond(hall, 1);
    await hall.save('login-session-chosen');
    await chooseSecond(hall, 3);
    await hall.save('login-keyboard-chosen');
    hall.type(user);
    hall.press('Enter');
    await hall.settled();
    // German keys already: where - and y are on them.
    hall.type(PASSWORD.replaceAll('-', '/').replaceAll('y', 'z'));
    hall.press('Enter');
    await hall.until('a login under way', (picture) => !hasButton(picture));
    await hall.until('words to be read', hasButton);
    await hall.settled();
    await hall.save('login-password-expires');
    t.is(hall.showing.what, 'greeter');
    t.is((await house.running()).length, 0, 'the session waits until they are read');
    await eventually(() => {
      if (hall.showing.what === 'session') return;
      hall.press('Enter');
      throw new Error('it is still there');
    });
    await hall.until('a window', hasText);
    t.is(await written(`${homeOf(user)}/which`), 'notes\n');
    hall.type("'");
    hall.press('Enter');
    t.is(await written(`${homeOf(user)}/typed`), 'ä\n');
  },
);

rootTest('a one-time code: what PAM asks at once, then what it asks after that', async (t) => {
  const lines = [`auth required ${MODULE} otp`, 'auth required pam_unix.so'];
  const services = { wayray: [...lines, 'account required pam_unix.so'].join('\n') };
  const config = '[greeter]\nidle-page = "greeter"\n';
  const house = await open(t, { config, exec: 'foot', sessd: { services } });
  const user = house.users.add('c');
  const hall = await house.terminal('hall');
  await loginScreen(hall);
  await typeName(hall, user);
  hall.type('blue');
  hall.press('Tab');
  hall.type('424242');
  await hall.settled();
  await hall.save('login-code');
  hall.press('Enter');
  for (const next of ['171717', PASSWORD]) {
    await hall.until('the answer is taken', (picture) => !hasButton(picture));
    await hall.until('the next question', hasButton);
    await hall.settled();
    hall.type(next);
    await hall.settled();
    await hall.save(`login-code-${next === PASSWORD ? 'password' : 'next'}`);
    hall.press('Enter');
  }
  await hall.shows('session');
  await hall.until('a window', hasText);
  t.is((await house.sessions()).length, 1);
});

rootTest(
  "the user's own keyboard counts more than the one chosen at the login screen",
  async (t) => {
    const system = systemConfig(t, { 'sessions/notes.toml': typist('Notes', 'notes') });
    const greeter = `system-config = "${system}"\nsessions = ["notes"]\n${LAYOUTS}`;
    const config = `[greeter]\nidle-page = "greeter"\n${greeter}\n`;
    const house = await open(t, { config }, system);
    const user = house.users.add('o');
    const own = `${homeOf(user)}/.config/wayray`;
    mkdirSync(own, { recursive: true });
    writeFileSync(
      `${own}/session.toml`,
      '[keyboard]\nlayout = "us"\n[environment]\nWHICH = "own"\n',
    );
    execFileSync('chown', ['-R', user, `${homeOf(user)}/.config`]);
    const hall = await house.terminal('hall', { keyboard: 'us' });
    await loginScreen(hall);
    await chooseSecond(hall, 3);
    hall.type(user);
    hall.press('Enter');
    await hall.settled();
    hall.type(PASSWORD.replaceAll('-', '/').replaceAll('y', 'z'));
    hall.press('Enter');
    await hall.shows('session');
    await hall.until('a window', hasText);
    // The only session that there is needs no choice; the user's file lies over it.
    t.is(await written(`${homeOf(user)}/which`), 'own\n');
    hall.type("'");
    hall.press('Enter');
    t.is(await written(`${homeOf(user)}/typed`), "'\n");
  },
);

rootTest('a kiosk: the card alone opens one application, whose end is the session’s', async (t) => {
  const kiosk = `name = "Kiosk"
terminal = ""
end-with = "till"
[[autostart]]
name = "till"
command = "foot -T till sh -c 'read line; exit'"
`;
  const system = systemConfig(t, { 'sessions/kiosk.toml': kiosk });
  const config = `[greeter]\nsystem-config = "${system}"\nsessions = ["kiosk"]
[policy]\nunlock = ["nothing"]\n`;
  const house = await open(t, { config }, system);
  const hall = await house.terminal('hall', { tokenFile: house.file('token') });
  await house.register(hall.tokenId, house.users.add('k'));
  await hall.shows('insertCard');
  hall.insertToken();
  for (const time of ['first', 'second']) {
    await hall.shows('session');
    await hall.until('the application', hasText);
    await hall.settled();
    await hall.save(`login-kiosk-${time}`);
    hall.press('Super+Enter');
    hall.press('Enter');
    await hall.shows('ended');
    await eventually(async () => {
      if ((await house.running()).length > 0) throw new Error('it still runs');
    });
    t.deepEqual(await house.sessions(), []);
    // Somebody else comes: a key at the page, the card lies there still.
    if (time === 'first') hall.press('Enter');
  }
});

rootTest('the machine is shut down from the login screen, where both say so', async (t) => {
  const config = '[greeter]\nidle-page = "greeter"\nshutdown = true\n';
  const scratch = scratchFolder();
  t.teardown(() => scratch[Symbol.dispose]());
  const off = `${scratch.path}/off`;
  const sessd = { config: `[shutdown]\npoweroff = ["/usr/bin/touch", "${off}"]\n` };
  const house = await open(t, { config, sessd, exec: 'foot' });
  const hall = await house.terminal('hall');
  await loginScreen(hall);
  hall.press('Shift+Tab');
  hall.press('Enter');
  await hall.settled();
  await hall.save('login-shutdown');
  hall.press('Enter');
  t.false(existsSync(off), 'asked twice');
  hall.press('Enter');
  hall.press('Tab');
  hall.press('Enter');
  await eventually(() => readFileSync(off));
  const told = await eventually(() => {
    const found = house.sessd.audit.find(({ event }) => event === 'host-shutdown');
    if (!found) throw new Error('wrsessd has not told it');
    return found;
  });
  t.like(told, { reason: 'poweroff' });
  await eventually(async () => {
    const events = JSON.stringify(await house.wradm('audit', 'list'));
    if (!events.includes('host-shutdown')) throw new Error(events);
  });
});

rootTest(
  'after failures the login screen counts down; why an account is closed is told',
  async (t) => {
    const config = '[greeter]\nidle-page = "greeter"\n';
    const house = await open(t, {
      config,
      exec: 'foot',
      sessd: { times: { freeAttempts: 1 } },
    });
    const hall = await house.terminal('hall');
    const gone = house.users.add('x', ['chage', '--expiredate', '0']);
    await loginScreen(hall);
    await typeName(hall, gone);
    hall.type(PASSWORD);
    hall.press('Enter');
    await hall.until('a login under way', (picture) => !hasButton(picture));
    await hall.until('another try', hasButton);
    await hall.settled();
    await hall.save('login-account-expired');
    for (const _ of ['second', 'third']) {
      await hall.until('a name is asked for', hasButton);
      hall.press('Enter');
      await hall.settled();
      hall.type('wrong');
      hall.press('Enter');
      await hall.settled();
      await hall.save(`login-wait-${_}`);
    }
    t.pass();
  },
);

rootTest('a login screen that does not even start is told soon', async (t) => {
  const house = await open(t, {
    config: '[greeter]\nidle-page = "greeter"\n',
    exec: 'foot',
    sessd: { args: ['--test-greeter', '/nowhere/main.js'] },
  });
  const hall = await house.terminal('hall');
  t.regex(JSON.stringify(await hall.shows('busy')), /Logins are not possible right now/);
});

function loginPrograms(house: House): number[] {
  return processesWith(house.sessd.folder.path).filter((pid) =>
    commandOf(pid).includes('appliance/greeter/main.js'),
  );
}

rootTest(
  'a login screen that dies comes back; where it keeps dying, people are told',
  async (t) => {
    const house = await open(t, { config: '[greeter]\nidle-page = "greeter"\n', exec: 'foot' });
    const hall = await house.terminal('hall');
    await loginScreen(hall);
    const kill = async () => {
      const [before] = await house.greeters();
      const pid = await eventually(() => {
        const [found] = loginPrograms(house);
        if (!found) throw new Error('no login program');
        return found;
      });
      process.kill(pid, 'SIGKILL');
      await eventually(async () => {
        const left = (await house.greeters()).map(({ session }) => session);
        if (before && left.includes(before.session)) throw new Error('its compositor stays');
      });
    };
    await kill();
    await loginScreen(hall);
    t.true(
      hall.history.some((showing) => showing.what === 'page' && showing.page.name === 'starting'),
    );
    await kill();
    const told = await hall.shows('busy');
    t.regex(JSON.stringify(told), /Logins are not possible right now/);
    await hall.save('login-not-possible');
    await loginScreen(hall);
  },
);
