import { mkdirSync, writeFileSync } from 'node:fs';
import test from 'ava';
import { type Client, Desktop } from '../helpers/desktop.ts';
import { eventually } from '../helpers/eventually.ts';
import { type Box, like, type Picture } from '../helpers/picture.ts';

const SIZE = { width: 1000, height: 700 };
const BAR_HEIGHT = 32;
const BAR: Box = { x: 0, y: 700 - BAR_HEIGHT, width: 1000, height: BAR_HEIGHT };
const WALLPAPER = 0x336699;
const LOCK_COLOUR = 0x804000;
/** What the compositor itself shows of a locked session. */
const LOCKED = 0x101418;

/** Colours of a bar of our own, so that tests can tell it from everything else. */
const WAYBAR_STYLE = `
* { border: none; font-size: 13px; min-height: 0; }
window#waybar { background: #102030; color: #ffffff; }
#taskbar button { background: #102030; color: #ffffff; padding: 0 8px; }
#taskbar button.active { background: #c00000; }
#idle_inhibitor { background: #004000; padding: 0 10px; }
#idle_inhibitor.activated { background: #00c000; }
tooltip { background: #6000c0; }
`;
const ACTIVE_TASK = 0xc00000;
const INHIBITING = 0x00c000;
const TOOLTIP = 0x6000c0;

/** Programs that talk to a session bus get one of their own. */
function onBus(desk: Desktop, command: string, ...args: string[]): Client {
  return desk.run('dbus-run-session', ['--', command, ...args]);
}

function waybar(desk: Desktop): Client {
  const config = {
    layer: 'top',
    position: 'bottom',
    height: BAR_HEIGHT,
    'modules-left': ['wlr/taskbar'],
    'modules-right': ['idle_inhibitor', 'clock'],
    'wlr/taskbar': { format: '{title:.12}', 'on-click': 'minimize-raise' },
    idle_inhibitor: { format: 'awake', tooltip: false },
    clock: { format: 'calendar', 'tooltip-format': '{:%Y %B}\n{calendar}' },
  };
  writeFileSync(desk.file('waybar.json'), JSON.stringify(config));
  writeFileSync(desk.file('waybar.css'), WAYBAR_STYLE);
  return onBus(desk, 'waybar', '-c', desk.file('waybar.json'), '-s', desk.file('waybar.css'));
}

const isAll = (colour: number) => (picture: Picture) => picture.share(like(colour, 2)) > 0.999;
const isMostly = (colour: number) => (picture: Picture) => picture.share(like(colour, 2)) > 0.9;
const shows =
  (colour: number, within?: Box, share = 0.001) =>
  (picture: Picture) =>
    picture.share(like(colour, 2), within) > share;

/** foot with a program that keeps each line typed into it. */
function typist(desk: Desktop, title = 'typist'): Promise<Client> {
  return desk.open('foot', ['-T', title, 'sh', '-c', 'cat >typed']);
}

test.serial(
  'swaybg paints the background, below the windows and on the whole screen',
  async (t) => {
    const desk = await Desktop.open(t, SIZE);
    desk.run('swaybg', ['-c', '#336699']);
    await desk.until('the wallpaper', isAll(WALLPAPER));
    const foot = await desk.open('foot');
    t.true(desk.look().share(like(WALLPAPER, 2), foot.box) < 0.05);
    await desk.save('panels-swaybg');
    await desk.resize(1200, 800);
    await desk.until(
      'a larger wallpaper',
      (now) => now.share(like(WALLPAPER, 2), { x: 1100, y: 0, width: 100, height: 800 }) > 0.99,
    );
  },
);

test.serial(
  'waybar: windows keep clear of it, its task bar shows, minimises and raises them',
  async (t) => {
    const desk = await Desktop.open(t, SIZE);
    waybar(desk);
    await desk.until('the bar', shows(0x102030, BAR, 0.5));
    await desk.open('foot', ['-T', 'First']);
    await desk.until('a task', shows(ACTIVE_TASK, BAR, 0.01));
    desk.press('Super+Up');
    await desk.until(
      'foot above the bar',
      (now) => now.share(like(0x111111), { x: 10, y: 600, width: 980, height: 60 }) > 0.9,
    );
    const maximised = await desk.settled();
    t.true(shows(0x102030, BAR, 0.5)(maximised), 'the bar is not covered');
    await desk.save('panels-waybar-maximised');

    const task = maximised.bounds(like(ACTIVE_TASK, 2), BAR);
    desk.click({ x: (task?.x ?? 0) + 10, y: BAR.y + 16 });
    await desk.until('no window', (now) => now.share(like(0x20242c, 2)) > 0.9);
    desk.click({ x: (task?.x ?? 0) + 10, y: BAR.y + 16 });
    await desk.until('the window again', shows(0x111111, undefined, 0.5));

    desk.move({ x: 960, y: BAR.y + 16 });
    const tooltip = await desk.until('the calendar', shows(TOOLTIP, undefined, 0.005));
    const box = tooltip.bounds(like(TOOLTIP, 2));
    t.true(box !== null && box.y + box.height <= 700 && box.x + box.width <= 1000);
    await desk.settled();
    await desk.save('panels-waybar-tooltip');

    desk.move({ x: 500, y: 300 });
    desk.press('Super+Down');
    desk.type('printf "\\033]2;Renamed\\007"; sleep 100\n');
    await desk.settled();
    await desk.save('panels-waybar-renamed');
  },
);

test.serial('a full screen covers waybar, another window brings it back', async (t) => {
  const desk = await Desktop.open(t, SIZE);
  waybar(desk);
  await desk.until('the bar', shows(0x102030, BAR, 0.5));
  await desk.open('foot', ['-F']);
  await desk.until('foot over the bar', (now) => now.share(like(0x111111), BAR) > 0.99);
  await desk.open('foot', ['-W', '40x10']);
  await desk.until('the bar again', shows(0x102030, BAR, 0.3));
  t.pass();
});

test.serial('fuzzel has the keyboard until it is done, and starts what was chosen', async (t) => {
  const desk = await Desktop.open(t, SIZE);
  await typist(desk);
  const fuzzel = await desk.open('fuzzel', ['--dmenu', '-b', 'c0ffeeff'], {});
  desk.type('chosen');
  await desk.settled();
  await desk.save('panels-fuzzel');
  desk.press('Escape');
  await fuzzel.ended();
  desk.type('after\n');
  t.deepEqual(await desk.lines('typed'), ['after'], 'what was typed into fuzzel went nowhere else');
});

test.serial(
  'mako shows notifications above windows, clear of the bar; a click closes one',
  async (t) => {
    const desk = await Desktop.open(t, SIZE);
    await desk.open('foot', ['-m']);
    mkdirSync(desk.file('.config/mako'), { recursive: true });
    writeFileSync(desk.file('.config/mako/config'), 'background-color=#00a0a0ff\nborder-size=0\n');
    // the bus starts mako when the first notification comes
    const send = 'notify-send -t 0 Greeting "the session says hello" && exec sleep infinity';
    onBus(desk, 'sh', '-c', send);
    const seen = await desk.until('a notification', shows(0x00a0a0, undefined, 0.005));
    const box = seen.bounds(like(0x00a0a0, 2));
    t.true(box !== null && box.x > 500 && box.y < 100, JSON.stringify(box));
    await desk.settled();
    await desk.save('panels-mako');
    desk.click({ x: 850, y: 30 });
    await desk.until('it is gone', (now) => now.share(like(0x00a0a0, 2)) === 0);
  },
);

test.serial(
  'swaylock: nothing of the session is shown or gets input, also when it is killed',
  async (t) => {
    const desk = await Desktop.open(t, SIZE);
    waybar(desk);
    await desk.until('the bar', shows(0x102030, BAR, 0.5));
    await typist(desk);
    desk.type('before\n');
    await desk.lines('typed');

    const lock = desk.run('swaylock', ['-c', '804000']);
    await desk.until('the lock screen', isMostly(LOCK_COLOUR));
    desk.type('wrong\n');
    desk.press('Super+Enter');
    desk.press('Alt+F4');
    desk.click({ x: 500, y: 350 });
    await desk.until('the ring', (now) => isMostly(LOCK_COLOUR)(now) && now.colours() > 3);
    await desk.save('panels-swaylock');
    const larger = await desk.resize(1200, 800);
    t.true(isMostly(LOCK_COLOUR)(larger), 'the lock screen follows the terminal');

    await lock.stop();
    await desk.until('a plain screen', isAll(LOCKED));
    desk.type('nobody\n');
    desk.press('Super+Enter');
    await desk.resize(1000, 700);
    await desk.save('panels-locker-killed');
    t.true(isAll(LOCKED)(await desk.settled()), 'still locked');

    const next = desk.run('swaylock', ['-c', '804000']);
    await desk.until('another lock screen', isMostly(LOCK_COLOUR));
    // swaylock's own way to be told that the user is back
    next.process.kill('SIGUSR1');
    await next.ended();
    await desk.until('the session', shows(0x102030, BAR, 0.5));
    desk.type('after\n');
    t.deepEqual(await desk.lines('typed', 2), ['before', 'after']);
    await desk.settled();
    await desk.save('panels-unlocked');
  },
);

test.serial('no picture after the lock shows anything of the session', async (t) => {
  const desk = await Desktop.open(t, SIZE);
  // a window that never stands still, so that frames are always on their way
  await desk.show('foot', ['-m', 'sh', '-c', 'while :; do seq 1 2000; done']);
  const isLocked = (now: Picture) => isMostly(LOCK_COLOUR)(now) || isAll(LOCKED)(now);
  const lock = desk.run('swaylock', ['-c', '804000']);
  let pictures = 0;
  await desk.until('the lock', isLocked);
  const leak = desk.until('twenty pictures of the lock or one of the session', (now) => {
    if (!isLocked(now)) throw new Error('the session was seen');
    pictures++;
    return pictures >= 20;
  });
  for (const letter of 'abcdefghijklmnopqrstuvwxyz') {
    desk.type(letter);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await leak;
  t.true(lock.running);
});

test.serial(
  'swayidle hears of it when nothing happens, and when something happens again',
  async (t) => {
    const desk = await Desktop.open(t, SIZE);
    waybar(desk);
    const bar = await desk.until('the bar', shows(0x004000, BAR, 0.01));
    onBus(desk, 'swayidle', 'timeout', '1', 'echo idle >>idle', 'resume', 'echo resumed >>idle');
    t.deepEqual(await desk.lines('idle'), ['idle']);
    desk.move({ x: 100, y: 100 });
    t.deepEqual(await desk.lines('idle', 2), ['idle', 'resumed']);
    t.deepEqual(await desk.lines('idle', 3), ['idle', 'resumed', 'idle']);

    const inhibitor = bar.bounds(like(0x004000, 2), BAR);
    desk.click({ x: (inhibitor?.x ?? 0) + 5, y: BAR.y + 16 });
    await desk.until('awake', shows(INHIBITING, BAR, 0.01));
    const count = (await desk.lines('idle', 4)).length;
    const until = performance.now() + 2500;
    await eventually(async () => {
      t.is((await desk.lines('idle')).length, count, 'idle in spite of the inhibitor');
      if (performance.now() < until) throw new Error('not yet');
    });
    desk.click({ x: (inhibitor?.x ?? 0) + 5, y: BAR.y + 16 });
    await desk.lines('idle', count + 1);
  },
);
