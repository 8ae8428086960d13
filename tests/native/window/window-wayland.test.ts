import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { hostKeyboardNames, Window } from '../../../native/window/index.ts';
import { EventLog } from './event-log.ts';
import { XDesktop } from './x-desktop.ts';

/** weston in a window of its own X server: a Wayland compositor with a seat that xdotool can move. */
async function startWeston(desktop: XDesktop, runtime: string): Promise<() => Promise<void>> {
  const options = ['--backend=x11-backend.so', '--width=640', '--height=480', '--no-config'];
  const weston = spawn('weston', [...options, '--socket=wayray-test', '--idle-time=0'], {
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
  const options = { title: 'wayland', width: 300, height: 200, fullscreen: true };
  using window = new Window({ ...options, onEvent: log.onEvent });
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

  // Weston's X11 backend counts from wherever it thinks that the pointer came in.
  desktop.xdotool('mousemove', '50', '60');
  await log.until('motion');
  desktop.xdotool('mousemove', '71', '91', 'click', '1', 'click', '5');
  await log.until('motion', (event) =>
    log.all('motion').some((from) => event.x === from.x + 21 && event.y === from.y + 31),
  );
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
