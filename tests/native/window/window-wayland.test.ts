import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { hostKeyboardNames, Window } from '../../../native/window/index.ts';
import { EventLog } from './event-log.ts';
import { XDesktop } from './x-desktop.ts';

/**
 * weston in a window of its own X server: a Wayland compositor with a seat that xdotool can move. Its kiosk shell shows
 * windows at once; the desktop's covers them in black until a client of its own has come up.
 */
async function startWeston(desktop: XDesktop, runtime: string): Promise<() => Promise<void>> {
  const options = ['--backend=x11-backend.so', '--shell=kiosk-shell.so', '--no-config'];
  const size = ['--width=640', '--height=480'];
  const weston = spawn('weston', [...options, ...size, '--socket=wayray-test', '--idle-time=0'], {
    env: { ...process.env, DISPLAY: desktop.display, XDG_RUNTIME_DIR: runtime },
    stdio: 'ignore',
  });
  const deadline = Date.now() + 10_000;
  while (!existsSync(join(runtime, 'wayray-test'))) {
    if (Date.now() > deadline) throw new Error('weston does not start');
    await new Promise((resolve) => setImmediate(resolve));
  }
  return async () => {
    const exited = once(weston, 'exit');
    weston.kill();
    await exited;
  };
}

/** The socket is there a moment before the seat. */
async function openWindow(log: EventLog): Promise<Window> {
  const options = { title: 'wayland', width: 300, height: 200, fullscreen: true };
  const deadline = Date.now() + 10_000;
  for (;;) {
    try {
      return new Window({ ...options, onEvent: log.onEvent });
    } catch (error) {
      if (Date.now() > deadline || !String(error).includes('no display with a seat')) throw error;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

/** Moves the pointer by 21, 31 until that is told: weston counts from wherever it thinks that the pointer came in. */
async function movePointer(desktop: XDesktop, log: EventLog): Promise<void> {
  for (let tries = 0; tries < 20; tries++) {
    const told = log.events.length;
    desktop.xdotool('mousemove', '50', '60');
    await log.until('motion', () => log.events.length > told, 500).catch(() => {});
    const from = log.all('motion').at(-1);
    desktop.xdotool('mousemove', '71', '91');
    const moved = (event: { x: number; y: number }) =>
      log.events.length > told &&
      event.x === (from?.x ?? 0) + 21 &&
      event.y === (from?.y ?? 0) + 31;
    if (from && (await log.until('motion', moved, 500).catch(() => null))) return;
  }
  throw new Error(`the pointer does not move: ${JSON.stringify(log.events)}`);
}

test('a fullscreen window on Wayland: exact pixels, pointer, keys', async (t) => {
  const desktop = await XDesktop.start('640x480');
  const runtime = mkdtempSync(join(tmpdir(), 'wayray-wl-'));
  const stopWeston = await startWeston(desktop, runtime);
  t.teardown(async () => {
    await stopWeston();
    await desktop.stop();
    rmSync(runtime, { recursive: true, force: true });
  });
  delete process.env['DISPLAY'];
  process.env['WAYLAND_DISPLAY'] = 'wayray-test';
  process.env['XDG_RUNTIME_DIR'] = runtime;

  const log = new EventLog();
  using window = await openWindow(log);
  t.is(window.driver, 'wayland');
  t.is(hostKeyboardNames(), null);
  await log.until('resized', (event) => event.width === 640 && event.height === 480);
  await log.until('focus', (event) => event.in);

  const pixels = new Uint32Array(640 * 480).map((_, i) => i * 3);
  const bytes = new Uint8Array(pixels.buffer);
  const sequence = window.present(bytes, 640, 480, Int32Array.of(0, 0, 640, 480));
  await log.until('presented', (event) => event.sequence >= sequence);
  for (const [x, y] of [
    [1, 470],
    [639, 479],
    [500, 100],
  ] as const) {
    // The pointer, in the middle, is drawn by weston.
    await desktop.untilPixel(x, y, (y * 640 + x) * 3);
  }

  await movePointer(desktop, log);
  desktop.xdotool('click', '1', 'click', '5');
  await log.until('button', (event) => event.code === 0x110 && !event.pressed);
  t.like(await log.until('wheel'), { y: 1, v120Y: 120 });
  desktop.xdotool('key', '38', 'key', '94', 'key', '108');
  await log.until('key', (event) => event.code === 100 && !event.pressed);
  const pressed = log.all('key').filter((event) => event.pressed);
  t.deepEqual(
    pressed.map((event) => event.code),
    [30, 86, 100],
  );
});
