import { readFileSync, statSync, writeFileSync } from 'node:fs';
import test from 'ava';
import { eventually } from '../helpers/eventually.ts';
import { type Box, like, type Picture } from '../helpers/picture.ts';
import { lives } from '../helpers/processes.ts';
import { monitor, Session } from '../helpers/session.ts';

const BAR: Box = { x: 0, y: 668, width: 1000, height: 32 };
const BAR_COLOUR = 0x102030;
const NOTE_COLOUR = 0x00a0a0;
const LAUNCHER_COLOUR = 0xc0ffee;
const TROUBLE = 0xe0b070;
const FOOT = 0x111111;

const BAR_CONFIG = JSON.stringify({ position: 'bottom', height: 32, 'modules-right': ['clock'] });
const BAR_STYLE = 'window#waybar { background: #102030; color: #ffffff; }';

const shows =
  (colour: number, share = 0.001, within?: Box) =>
  (picture: Picture) =>
    picture.share(like(colour, 2), within) > share;

const wholeSession = `
panel = "waybar -c ~/bar.json -s ~/bar.css"
launcher = "echo one | fuzzel --dmenu -b c0ffeeff"
terminal = "foot -T typist sh -c 'echo $GREETING >greeted; cat >typed'"

[[autostart]]
name = "bus"
command = "exec dbus-daemon --session --nofork --address=unix:path=$XDG_RUNTIME_DIR/bus"

[[autostart]]
name = "notifications"
command = "exec mako --background-color '#00a0a0ff' --border-size 0"
restart = "on-failure"
delay-ms = 500

[environment]
DBUS_SESSION_BUS_ADDRESS = "unix:path=/tmp/nowhere"
GREETING = "hello"

[keyboard]
layout = "de"
`;

test.serial(
  'a panel, notifications, a launcher and a terminal as session.toml has them',
  async (t) => {
    const session = await Session.start(t, {
      system: '[environment]\nGREETING = "good day"\nOTHER = "other"\n',
    });
    t.is((await session.environment())['OTHER'], 'other');
    await session.stop();

    const full = await Session.start(t, {}, (folder) => {
      const bus = `unix:path=${folder}/run/bus`;
      writeFileSync(`${folder}/home/bar.json`, BAR_CONFIG);
      writeFileSync(`${folder}/home/bar.css`, BAR_STYLE);
      const toml = wholeSession.replace('unix:path=/tmp/nowhere', bus);
      writeFileSync(`${folder}/user/session.toml`, toml);
    });
    const view = await full.attach();
    await view.until('the panel', shows(BAR_COLOUR, 0.9, BAR));
    await full.startedTimes('notifications', 1);

    const panel = await full.startedTimes('panel', 1);
    process.kill(-panel, 'SIGKILL');
    await view.until('no panel', (now) => !shows(BAR_COLOUR, 0.1, BAR)(now));
    await view.until('the panel again', shows(BAR_COLOUR, 0.9, BAR));
    await full.startedTimes('panel', 2);

    const mako = await full.startedTimes('notifications', 1);
    process.kill(mako, 'SIGKILL');
    await full.startedTimes('notifications', 2);
    const note = await full.run('sh', [
      '-c',
      'until notify-send -t 0 Greeting "the session says hello"; do sleep 0.2; done',
    ]);
    await view.until('a notification', shows(NOTE_COLOUR, 0.005));
    t.false(note.running && note.stderr !== '' && !shows(NOTE_COLOUR)(view.look()));

    view.press('Super+Enter');
    await view.until('a terminal', shows(FOOT, 0.2));
    await view.settled();
    view.type('zy\n');
    const typed = await eventually(() => {
      const text = readFileSync(full.file('home/typed'), 'utf8');
      if (!text.endsWith('\n')) throw new Error(`only ${text}`);
      return text;
    });
    t.is(typed, 'yz\n', 'the layout of the session, not of the terminal');
    t.is(readFileSync(full.file('home/greeted'), 'utf8'), 'hello\n');

    view.press('Super+Space');
    await view.until('the launcher', shows(LAUNCHER_COLOUR, 0.02));
    view.press('Super+Space');
    await view.settled();
    await view.save('session-toml');
    t.is(full.started('launcher').length, 1, 'one at a time');
    view.press('Escape');
    await view.until('no launcher', (now) => !shows(LAUNCHER_COLOUR)(now));

    const log = full.file('home/.local/state/wayray/applications/notifications.log');
    t.is(statSync(log).mode & 0o777, 0o600);
    const panelNow = full.started('panel')[1] ?? 0;
    await full.stop();
    t.false(lives(panelNow));
  },
);

test.serial(
  'a wrong file is told in the log and on the desktop, and the session starts',
  async (t) => {
    const user = 'terminal = 3\nwindow-manager = "river"\n[[autostart]]\nname = "x y"\n';
    const session = await Session.start(t, { user, system: 'launcher = ' });
    const view = await session.attach(monitor(1000, 900));
    await view.until('the terminal that is the default', shows(FOOT, 0.2));
    await view.until('words on the desktop', shows(TROUBLE, 0.0001));
    await view.settled();
    await view.save('session-toml-wrong');
    const problems = [...session.log.matchAll(/"problem":"([^"\\]*(?:\\.[^"\\]*)*)"/g)].map(
      (match) => match[1] ?? '',
    );
    t.is(problems.length, 4);
    t.regex(problems[0] ?? '', /system\/session\.toml: line 1: /);
    t.regex(problems[1] ?? '', /user\/session\.toml: window-manager: expected .*not there yet/);
    t.regex(problems[2] ?? '', /terminal: expected a shell command/);
    t.regex(problems[3] ?? '', /autostart\[0\]\.name: expected a name of letters/);
  },
);

test.serial('without any file a session starts with a terminal', async (t) => {
  const session = await Session.start(t);
  const view = await session.attach();
  await view.until('a terminal', shows(FOOT, 0.2));
  const foot = await session.startedTimes('terminal', 1);
  process.kill(-foot, 'SIGTERM');
  await view.until('no terminal', (now) => !shows(FOOT, 0.2)(now));
  view.press('Super+Enter');
  await view.until('another terminal', shows(FOOT, 0.2));
  t.not(await session.startedTimes('terminal', 2), foot);
});

test.serial('a greeter session is its program alone', async (t) => {
  const session = await Session.start(t, {
    user: 'panel = "foot"\nterminal = "foot"\n',
    arguments: ['--greeter', '--exec', 'exec sleep 1000'],
  });
  const view = await session.attach();
  await view.until('an empty picture', (now) => now.colours() === 1);
  view.press('Super+Enter');
  view.press('Super+Space');
  t.is((await view.settled()).colours(), 1);
  const foot = await session.run('foot', ['-m']);
  await view.until('a window', shows(FOOT, 0.9));
  view.press('Alt+F4');
  view.press('Super+Down');
  await view.settled();
  t.true(foot.running && shows(FOOT, 0.9)(view.look()), 'no key takes the window away');
  t.is([...session.log.matchAll(/application started/g)].length, 1);
  t.false('WAYRAY_SESSION_SOCKET' in (await session.environment()));
});
