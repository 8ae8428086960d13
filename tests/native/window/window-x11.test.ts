import { readdirSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import anyTest, { type ExecutionContext, type TestFn } from 'ava';
import { hostKeyboardNames, Window } from '../../../native/window/index.ts';
import { EventLog } from './event-log.ts';
import { XDesktop } from './x-desktop.ts';

const test = anyTest.serial as unknown as TestFn<{ desktop: XDesktop }>;

// SDL is one per process, and so are the display and the window of this file.
test.before(async (t) => {
  t.context.desktop = await XDesktop.start();
  process.env['DISPLAY'] = t.context.desktop.display;
  delete process.env['WAYLAND_DISPLAY'];
  delete process.env['SDL_VIDEODRIVER'];
});
test.after.always((t) => t.context.desktop?.stop());

interface Opened {
  desktop: XDesktop;
  log: EventLog;
  window: Window;
  /** Where the window's top left pixel is on the desktop. */
  left: number;
  top: number;
}

async function open(
  t: ExecutionContext<{ desktop: XDesktop }>,
  title: string,
  width = 400,
  height = 300,
): Promise<Opened> {
  const log = new EventLog();
  const window = new Window({ title, width, height, onEvent: log.onEvent });
  t.teardown(() => window.close());
  await log.until('focus', (event) => event.in);
  const { desktop } = t.context;
  const geometry = desktop.xdotool(
    'search',
    '--name',
    `^${title}$`,
    'getwindowgeometry',
    '--shell',
  );
  const [, left = '', top = ''] = /X=(-?\d+)\nY=(-?\d+)/.exec(geometry) ?? [];
  return { desktop, log, window, left: Number(left), top: Number(top) };
}

function picture(width: number, height: number, rgb: (x: number, y: number) => number): Uint8Array {
  const pixels = new Uint32Array(width * height);
  for (let i = 0; i < pixels.length; i++)
    pixels[i] = 0xab000000 | rgb(i % width, Math.floor(i / width));
  return new Uint8Array(pixels.buffer);
}

async function show(
  { window, log }: Opened,
  bytes: Uint8Array,
  width: number,
  height: number,
  ...rects: number[]
): Promise<number> {
  const sequence = window.present(bytes, width, height, Int32Array.from(rects));
  return (await log.until('presented', (event) => event.sequence >= sequence)).timeNs;
}

/** Beyond SDL's own delay. */
const GRAB_TRY_MS = 500;

const gradient = (x: number, y: number): number => ((x & 255) << 16) | ((y & 255) << 8) | 0x5a;

test('no display: the constructor says so', (t) => {
  const display = process.env['DISPLAY'];
  const options = { title: 'none', width: 10, height: 10, onEvent: () => {} };
  delete process.env['DISPLAY'];
  t.throws(() => new Window(options), { message: /neither DISPLAY nor WAYLAND_DISPLAY is set/ });
  t.is(hostKeyboardNames(), null);
  process.env['DISPLAY'] = ':32000';
  t.throws(() => new Window(options), { message: /DISPLAY=:32000/ });
  t.is(hostKeyboardNames(), null);
  process.env['DISPLAY'] = display;
});

test('bad arguments are refused', async (t) => {
  const onEvent = (): void => {};
  t.throws(() => new Window({ title: 'x', width: 0, height: 10, onEvent }), {
    instanceOf: RangeError,
  });
  t.throws(() => new Window({ title: 'x', width: 10, height: 1e6, onEvent }), {
    instanceOf: RangeError,
  });
  const { window } = await open(t, 'arguments');
  t.throws(() => window.present(new Uint8Array(15), 2, 2, new Int32Array(4)), {
    instanceOf: RangeError,
  });
  t.throws(() => window.present(new Uint8Array(16), 2, 2, new Int32Array(3)), {
    instanceOf: RangeError,
  });
  const argb = new Uint8Array(16);
  t.throws(() => window.setCursor({ width: 257, height: 1, hotspotX: 0, hotspotY: 0, argb }), {
    instanceOf: RangeError,
  });
  t.throws(() => window.setCursor({ width: 2, height: 2, hotspotX: 2, hotspotY: 0, argb }), {
    instanceOf: RangeError,
  });
  t.throws(() => new Window({ title: 'second', width: 10, height: 10, onEvent }), {
    message: /has a window already/,
  });
  window.close();
  t.throws(() => window.size(), { message: /closed/ });
});

test('pixels are exact, only the named rectangles change, black surrounds a small picture', async (t) => {
  const opened = await open(t, 'pixels');
  const { desktop, left, top, window } = opened;
  t.is(window.driver, 'x11');
  t.deepEqual(window.size(), { width: 400, height: 300 });
  const before = Number(process.hrtime.bigint());
  const timeNs = await show(opened, picture(200, 100, gradient), 200, 100, 0, 0, 200, 100);
  t.true(timeNs > before && timeNs < Number(process.hrtime.bigint()));
  for (const [x, y] of [
    [0, 0],
    [199, 99],
    [100, 3],
    [17, 80],
  ] as const) {
    t.is(desktop.pixel(left + x, top + y), gradient(x, y));
  }
  t.is(desktop.pixel(left + 200, top + 50), 0);
  t.is(desktop.pixel(left + 50, top + 100), 0);
  await show(
    opened,
    picture(200, 100, () => 0xfedcba),
    200,
    100,
    10,
    20,
    5,
    5,
    190,
    90,
    50,
    50,
  );
  t.is(desktop.pixel(left + 10, top + 20), 0xfedcba);
  t.is(desktop.pixel(left + 14, top + 24), 0xfedcba);
  t.is(desktop.pixel(left + 15, top + 24), gradient(15, 24));
  t.is(desktop.pixel(left + 9, top + 20), gradient(9, 20));
  t.is(desktop.pixel(left + 199, top + 99), 0xfedcba);
  await show(opened, picture(1000, 700, gradient), 1000, 700, 0, 0, 1000, 700);
  t.is(desktop.pixel(left + 399, top + 299), gradient(399, 299));
  await show(
    opened,
    picture(20, 20, () => 0x112233),
    20,
    20,
    0,
    0,
    20,
    20,
  );
  t.is(desktop.pixel(left + 19, top + 19), 0x112233);
  t.is(desktop.pixel(left + 20, top + 19), 0);
  t.is(desktop.pixel(left + 399, top + 299), 0);
});

test('resizing by program and by user; the picture stays', async (t) => {
  const opened = await open(t, 'resizing');
  const { desktop, left, top, window, log } = opened;
  await show(opened, picture(600, 500, gradient), 600, 500, 0, 0, 600, 500);
  window.resize(500, 350);
  await log.until('resized', (event) => event.width === 500 && event.height === 350);
  t.deepEqual(window.size(), { width: 500, height: 350 });
  await show(opened, picture(600, 500, gradient), 600, 500);
  t.is(desktop.pixel(left + 499, top + 349), gradient(499, 349));
  desktop.xdotool('search', '--name', '^resizing$', 'windowsize', '620', '510');
  await log.until('resized', (event) => event.width === 620 && event.height === 510);
  await show(opened, picture(600, 500, gradient), 600, 500);
  t.is(desktop.pixel(left + 599, top + 499), gradient(599, 499));
  t.is(desktop.pixel(left + 605, top + 499), 0);
});

test('keys arrive in order as evdev codes whatever the layout, without repeats', async (t) => {
  const { desktop, log } = await open(t, 'keys');
  desktop.run('setxkbmap', '-layout', 'fr', '-variant', 'oss');
  t.like(hostKeyboardNames(), { rules: 'evdev', layout: 'fr', variant: 'oss' });
  // X key codes are evdev codes plus 8: q, dead circumflex, right alt, the ISO key, keypad 1.
  const codes = [16, 26, 100, 86, 79];
  for (const code of codes) desktop.xdotool('key', String(code + 8));
  desktop.xdotool('keydown', '38', 'sleep', '1', 'keyup', '38');
  await log.until('key', (event) => event.code === 30 && !event.pressed);
  t.deepEqual(
    log.all('key').map(({ code, pressed }) => [code, pressed]),
    [...codes, 30].flatMap((code) => [
      [code, true],
      [code, false],
    ]),
  );
  desktop.run('setxkbmap', '-layout', 'us');
});

test('every key code of the X server comes through as its evdev code', async (t) => {
  const { desktop, log } = await open(t, 'codes');
  const wanted: number[] = [];
  // From 2 on: xdotool takes a single digit for a name. Code 84 and those above 194 lack a key on X's keyboards.
  for (let code = 2; code <= 194; code++) if (code !== 84) wanted.push(code);
  desktop.xdotool(...wanted.flatMap((code) => ['key', '--delay', '0', String(code + 8)]));
  await log.until('key', (event) => event.code === 194 && !event.pressed).catch(() => {});
  const pressed = log
    .all('key')
    .filter((event) => event.pressed)
    .map((event) => event.code);
  t.deepEqual(pressed, wanted);
});

test('pointer: motion, buttons, wheel', async (t) => {
  const { desktop, log, left, top } = await open(t, 'pointer');
  desktop.xdotool('mousemove', String(left + 30), String(top + 40));
  await log.until('motion', (event) => event.x === 30 && event.y === 40);
  for (const button of ['1', '2', '3', '8', '9']) desktop.xdotool('click', button);
  await log.until('button', (event) => event.code === 0x114 && !event.pressed);
  t.deepEqual(
    log
      .all('button')
      .filter((event) => event.pressed)
      .map((event) => event.code),
    [0x110, 0x112, 0x111, 0x113, 0x114],
  );
  t.like(log.all('button')[0], { x: 30, y: 40 });
  for (const button of ['4', '5', '6', '7']) desktop.xdotool('click', button);
  await log.until('wheel', (event) => event.x === 1);
  t.deepEqual(
    log.all('wheel').map(({ x, y, v120X, v120Y }) => [x, y, v120X, v120Y]),
    [
      [0, -1, 0, -120],
      [0, 1, 0, 120],
      [-1, 0, -120, 0],
      [1, 0, 120, 0],
    ],
  );
});

test('focus loss is told at once and the held key is released', async (t) => {
  const { desktop, log } = await open(t, 'focus');
  desktop.xdotool('keydown', '42');
  await log.until('key', (event) => event.pressed);
  const count = log.events.length;
  desktop.xdotool('search', '--name', '^focus$', 'windowunmap', '--sync');
  const lost = await log.until('focus', (event) => !event.in);
  t.true(log.events.indexOf(lost) >= count);
  await log.until('key', (event) => !event.pressed);
  desktop.xdotool('keyup', '42');
});

test('the keyboard grab brings keys here that would go elsewhere', async (t) => {
  const { desktop, log, window } = await open(t, 'grab');
  const id = desktop.xdotool('search', '--name', '^grab$').trim();
  const root = desktop.xdotool('search', '--maxdepth', '0', '').trim();
  // A focus on the root window is one on whatever is below the pointer.
  desktop.xdotool('mousemove', '1', '1');
  const typedElsewhere = (): void => {
    desktop.xdotool('windowfocus', root, 'key', '38', 'windowfocus', id);
  };
  const keys = (): number => log.all('key').filter((event) => event.code === 30).length;
  typedElsewhere();
  desktop.xdotool('key', '39');
  await log.until('key', (event) => event.code === 31);
  t.is(keys(), 0);
  window.grabKeyboard(true);
  // SDL notes a focus some 200 ms late and grabs then; each try makes it wait anew, so each gets time of its own.
  const typed = async (triesLeft: number): Promise<void> => {
    typedElsewhere();
    const arrived = log.until('key', (event) => event.code === 30, GRAB_TRY_MS);
    await (triesLeft === 0 ? arrived : arrived.catch(() => typed(triesLeft - 1)));
  };
  await t.notThrowsAsync(typed(10));
});

test('cursor, title, fullscreen', async (t) => {
  const opened = await open(t, 'first title');
  const { desktop, log, window } = opened;
  window.setTitle('second title');
  window.setCursor({
    width: 24,
    height: 24,
    hotspotX: 3,
    hotspotY: 4,
    argb: new Uint8Array(24 * 24 * 4).fill(0x80),
  });
  window.setCursor(null);
  window.setFullscreen(true);
  await log.until('resized', (event) => event.width === 1024 && event.height === 768);
  t.is(desktop.xdotool('search', '--name', '^second title$').trim().split('\n').length, 1);
  await show(opened, picture(1024, 768, gradient), 1024, 768, 0, 0, 1024, 768);
  await desktop.untilPixel(1023, 767, gradient(1023, 767));
  window.setFullscreen(false);
  await log.until('resized', (event) => event.width === 400 && log.all('resized').length >= 3);
});

test('an exception in onEvent is an uncaught one and the window goes on', async (t) => {
  const log = new EventLog();
  let thrown = 0;
  const window = new Window({
    title: 'throws', width: 50, height: 50,
    onEvent: (event) => {
      log.onEvent(event);
      if (event.type === 'presented' && thrown++ === 0) throw new Error('from onEvent');
    },
  }); // biome-ignore format: one line
  t.teardown(() => window.close());
  const listeners = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  const caught: unknown[] = [];
  process.on('uncaughtException', (error) => caught.push(error));
  for (let i = 1; i <= 2; i++) {
    const sequence = window.present(new Uint8Array(4), 1, 1, Int32Array.of(0, 0, 1, 1));
    await log.until('presented', (event) => event.sequence >= sequence);
  }
  process.removeAllListeners('uncaughtException');
  for (const listener of listeners) process.on('uncaughtException', listener);
  t.is((caught[0] as Error).message, 'from onEvent');
});

test('a window can be closed from within its event', async (t) => {
  const log = new EventLog();
  const window: Window = new Window({
    title: 'closing', width: 50, height: 50,
    onEvent: (event) => {
      log.onEvent(event);
      if (event.type === 'focus') window.close();
    },
  }); // biome-ignore format: one line
  await log.until('focus');
  t.throws(() => window.size(), { message: /closed/ });
});

test('500 windows leave no file descriptor and no thread behind', async (t) => {
  const cycle = (): void => {
    using window = new Window({ title: 'cycle', width: 40, height: 30, onEvent: () => {} });
    window.present(new Uint8Array(40 * 30 * 4), 40, 30, Int32Array.of(0, 0, 40, 30));
  };
  const count = (what: string): number => readdirSync(`/proc/self/${what}`).length;
  for (let i = 0; i < 10; i++) cycle();
  const before = { fds: count('fd'), threads: count('task') };
  for (let i = 0; i < 490; i++) cycle();
  // A closed window's thread may still be on its last instructions.
  const deadline = Date.now() + 5000;
  while (count('task') > before.threads && Date.now() < deadline) await setImmediate();
  // Fewer threads than before: the last of the first ten was still there when they were counted.
  t.is(count('fd'), before.fds);
  t.true(count('task') <= before.threads, `${count('task')} threads, ${before.threads} before`);
});

test('the display goes away: a close event that says so, and the process lives on', async (t) => {
  const { log, window, desktop } = await open(t, 'lost');
  await desktop.stop(true);
  const event = await log.until('close');
  t.true(event.lost);
  window.close();
});
