import test from 'ava';
import type { SceneItem } from '../../../../appliance/compositor/scene/scene.ts';
import { composite, Framebuffer } from '../../../../native/pixels/index.ts';
import { PanelBench } from '../layer/panel-bench.ts';
import { attach, SCREEN } from '../wayland-fakes/bench.ts';

const LAYERS = [
  'background',
  'bottom',
  'windows',
  'popups',
  'top',
  'fullscreen',
  'overlay',
] as const;

/** Everything that the scene would paint, whoever put it there. */
function shownItems(bench: PanelBench): readonly SceneItem[] {
  return LAYERS.flatMap((layer) => bench.scene.items(layer));
}

/** The colours of a picture composed now. */
function coloursShown(bench: PanelBench): Set<number> {
  const { output, scene } = bench;
  const framebuffer = new Framebuffer(output.widthPx, output.heightPx);
  const { list, sources } = scene.displayList(output);
  composite(framebuffer, list, sources, scene.takeDamage(output));
  const pixels = new Uint32Array(framebuffer.bytes.slice().buffer);
  return new Set(pixels.map((pixel) => pixel & 0xffffff));
}

test('from the request on nothing of the session is shown, and confirmed only once that was seen', (t) => {
  using bench = new PanelBench();
  bench.mapToplevel();
  bench.mapLayer({ layer: 3 });
  bench.present();
  const lock = bench.requestLock();
  t.true(bench.lock.locked);
  t.deepEqual(shownItems(bench), []);
  t.is(bench.scene.hitTest(400, 300), null);
  t.deepEqual([...coloursShown(bench)].length, 1, 'one colour everywhere');
  t.deepEqual(bench.eventsOf(lock), [], 'the terminal may still show the session');
  const feedback = bench.scene.frameTaken(bench.output);
  t.deepEqual(bench.eventsOf(lock), []);
  feedback.presented(0n, 1, 1);
  t.deepEqual(bench.eventsOf(lock), ['locked']);
  t.deepEqual(bench.errors, []);
});

test('what windows do while locked changes nothing', (t) => {
  using bench = new PanelBench();
  const before = bench.mapToplevel();
  bench.requestLock();
  bench.present();
  bench.mapToplevel(400, 300);
  bench.mapLayer({ layer: 3, keyboard: 1 });
  bench.batch(() => before.toplevel.request('setFullscreen', null));
  t.deepEqual(shownItems(bench), []);
  t.is(bench.seat.keyboardFocus, null);
  t.is(bench.scene.hitTest(400, 300), null);
});

test('a lock surface is exactly as large as its output and alone takes input', (t) => {
  using bench = new PanelBench();
  const window = bench.mapToplevel();
  const lock = bench.requestLock();
  const screen = bench.createLockSurface(lock, bench.bindOutput());
  t.regex(bench.eventsOf(screen.lockSurface)[0] ?? '', /^configure \d+ 800 600$/);
  bench.fill(screen, screen.lockSurface);
  t.like(shownItems(bench), [{ surface: screen.surface, x: 0, y: 0 }]);
  t.is(bench.seat.keyboardFocus, screen.surface);
  bench.seat.pointerMotion(0, 400, 300);
  t.is(bench.seat.pointerFocus, screen.surface);
  bench.batch(() => window.resource.request('destroy'));
  t.deepEqual(bench.errors, ['wl_surface 4'], 'the window object still existed');
});

test('what was held when the lock came is let go, in the session and for its bindings', (t) => {
  using bench = new PanelBench();
  const window = bench.mapToplevel();
  const keyboard = bench.client.create('wl_keyboard', 8);
  bench.seat.bindKeyboard(keyboard as never);
  const fired: number[] = [];
  bench.seat.interceptors.push({
    key: (_timeMs, code, pressed) => {
      if (pressed) fired.push(code);
      return false;
    },
  });
  bench.seat.key(0, 30, true);
  const at = bench.positionOf(window.surface) ?? { x: 0, y: 0 };
  bench.seat.pointerMotion(0, at.x + 1, at.y + 1);
  bench.seat.pointerButton(0, 0x110, true);
  bench.client.takeEvents();
  bench.requestLock();
  t.is(bench.seat.heldButtons, 0);
  const told = bench.eventsOf(keyboard).map((event) => event.split(' ')[0]);
  t.deepEqual(told.slice(0, 1), ['key'], 'released');
  t.is(told.at(-1), 'leave');
  bench.client.takeEvents();
  bench.seat.key(0, 31, true);
  bench.seat.key(0, 31, false);
  bench.click(at.x + 1, at.y + 1);
  t.deepEqual(fired, [30], 'no binding fires while locked');
  t.deepEqual(bench.client.takeEvents(), []);
});

test('unlocking brings everything back', (t) => {
  using bench = new PanelBench();
  const window = bench.mapToplevel();
  const changes: boolean[] = [];
  bench.lock.onChange((locked) => changes.push(locked));
  const lock = bench.requestLock();
  bench.present();
  bench.batch(() => lock.request('unlockAndDestroy'));
  t.false(bench.lock.locked);
  t.is(bench.seat.keyboardFocus, window.surface);
  t.not(bench.positionOf(window.surface), null);
  t.deepEqual(changes, [true, false]);
  t.deepEqual(bench.errors, []);
});

test('a locker that dies leaves the session locked; another one may take over and unlock', (t) => {
  using bench = new PanelBench();
  bench.mapToplevel();
  const dead = bench.requestLock();
  const screen = bench.createLockSurface(dead, bench.bindOutput());
  bench.fill(screen, screen.lockSurface);
  bench.present();
  const refused = bench.requestLock();
  t.deepEqual(bench.eventsOf(refused), ['finished'], 'one is in charge already');
  dead.destroy();
  t.true(bench.lock.locked);
  t.true(bench.lock.abandonedByLocker);
  t.deepEqual(shownItems(bench), []);
  t.is(bench.seat.keyboardFocus, null);
  t.is(coloursShown(bench).size, 1);
  const next = bench.requestLock();
  bench.present();
  t.deepEqual(bench.eventsOf(next), ['locked']);
  bench.batch(() => next.request('unlockAndDestroy'));
  t.false(bench.lock.locked);
});

test('a locker that gives up before it is confirmed leaves the session locked', (t) => {
  using bench = new PanelBench();
  const lock = bench.requestLock();
  bench.batch(() => lock.request('destroy'));
  t.true(bench.lock.locked);
  t.deepEqual(bench.errors, []);
});

test('screens come and go while locked', (t) => {
  using bench = new PanelBench();
  const lock = bench.requestLock();
  const first = bench.createLockSurface(lock, bench.bindOutput());
  bench.fill(first, first.lockSurface);
  bench.present();
  const second = { ...SCREEN, id: 2, name: 'TEST-2', x: 800, widthPx: 400, heightPx: 300 };
  bench.batch(() => bench.outputs.apply([SCREEN, second]));
  t.is(bench.scene.hitTest(900, 100), null, 'nothing is there before the locker drew');
  const other = bench.createLockSurface(lock, bench.bindOutput(1));
  bench.fill(other, other.lockSurface);
  t.is(bench.scene.hitTest(900, 100)?.surface, other.surface);
  bench.batch(() => bench.outputs.apply([SCREEN, { ...second, widthPx: 500 }]));
  t.regex(bench.eventsOf(other.lockSurface).at(-1) ?? '', /^configure \d+ 500 300$/);
  bench.fill(other, other.lockSurface);
  bench.batch(() => bench.outputs.apply([second]));
  t.like(shownItems(bench), [{ surface: other.surface, x: 800 }]);
  t.is(bench.seat.keyboardFocus, other.surface);
  t.deepEqual(bench.errors, []);
});

test('held from outside nothing is shown or gets input; released, everything is back', (t) => {
  using bench = new PanelBench();
  const window = bench.mapToplevel();
  const changes: boolean[] = [];
  bench.lock.onChange((locked) => changes.push(locked));
  bench.lock.hold();
  bench.lock.hold();
  t.deepEqual(shownItems(bench), []);
  t.is(coloursShown(bench).size, 1);
  t.is(bench.seat.keyboardFocus, null);
  t.is(bench.scene.hitTest(400, 300), null);
  bench.mapToplevel(300, 200);
  t.is(bench.seat.keyboardFocus, null, 'a new window gets nothing');
  bench.lock.release();
  bench.lock.release();
  t.false(bench.lock.locked);
  t.not(bench.positionOf(window.surface), null);
  t.not(bench.seat.keyboardFocus, null);
  t.deepEqual(changes, [true, false]);
});

test('holding ends what was being dragged and what had popped up', (t) => {
  using bench = new PanelBench();
  const window = bench.mapToplevel();
  const ended: string[] = [];
  const grab = { motion: () => {}, button: () => {}, cancel: () => ended.push('drag') };
  bench.seat.startPointerGrab(grab);
  bench.seat.setPopupGrab({ surface: window.surface, onDismiss: () => ended.push('popup') });
  bench.seat.touchDown(0, 1, 10, 10);
  bench.seat.startTouchGrab(1, { motion() {}, up() {}, cancel: () => ended.push('touch') });
  // The touch beside the popup was the end of one already.
  ended.length = 0;
  bench.lock.hold();
  t.deepEqual([...new Set(ended)].sort(), ['drag', 'popup', 'touch']);
  t.is(bench.seat.keyboardFocus, null);
});

test('while held a locker comes, unlocks, comes again and dies: nothing of it is shown', (t) => {
  using bench = new PanelBench();
  bench.mapToplevel();
  bench.lock.hold();
  const lock = bench.requestLock();
  const screen = bench.createLockSurface(lock, bench.bindOutput());
  bench.fill(screen, screen.lockSurface);
  bench.present();
  t.deepEqual(bench.eventsOf(lock), ['locked'], 'it may know that nothing is seen');
  t.deepEqual(shownItems(bench), []);
  t.is(bench.seat.keyboardFocus, null);
  bench.batch(() => lock.request('unlockAndDestroy'));
  t.true(bench.lock.locked);
  t.deepEqual(shownItems(bench), []);
  bench.requestLock().destroy();
  t.true(bench.lock.held);
  t.deepEqual(shownItems(bench), []);
  t.is(coloursShown(bench).size, 1);
  t.deepEqual(bench.errors, []);
});

test('held over a locker: it is hidden and gets no input, and is there again when released', (t) => {
  using bench = new PanelBench();
  bench.mapToplevel();
  const lock = bench.requestLock();
  const screen = bench.createLockSurface(lock, bench.bindOutput());
  bench.fill(screen, screen.lockSurface);
  bench.present();
  bench.seat.pointerMotion(0, 400, 300);
  bench.seat.pointerButton(0, 0x110, true);
  const { covered } = bench.scene;
  bench.lock.hold();
  t.not(bench.scene.covered, covered, 'no picture of the locker goes out that was composed before');
  t.is(bench.seat.heldButtons, 0);
  t.is(bench.seat.keyboardFocus, null);
  t.is(bench.scene.hitTest(400, 300), null);
  t.deepEqual(shownItems(bench), []);
  bench.lock.release();
  t.true(bench.lock.locked, 'the lock of its user stays');
  t.is(bench.seat.keyboardFocus, screen.surface);
  t.like(shownItems(bench), [{ surface: screen.surface }]);
  bench.batch(() => lock.request('unlockAndDestroy'));
  t.false(bench.lock.locked);
});

test('a lock without a locker ends with the one from outside: nobody else could end it', (t) => {
  using bench = new PanelBench();
  const window = bench.mapToplevel();
  bench.requestLock().destroy();
  bench.lock.hold();
  t.true(bench.lock.abandonedByLocker);
  bench.lock.release();
  t.false(bench.lock.locked);
  t.is(bench.seat.keyboardFocus, window.surface);
});

for (const { name, act, error } of [
  {
    name: 'destroy while locked',
    act: (bench: PanelBench) => {
      const lock = bench.requestLock();
      bench.present();
      lock.request('destroy');
    },
    error: 'ext_session_lock_v1 0',
  },
  {
    name: 'unlock before it was confirmed',
    act: (bench: PanelBench) => bench.requestLock().request('unlockAndDestroy'),
    error: 'ext_session_lock_v1 1',
  },
  {
    name: 'another role',
    act: (bench: PanelBench) => {
      const id = bench.client.create('ext_session_lock_surface_v1');
      const { resource } = bench.createToplevel();
      bench.requestLock().request('getLockSurface', id, resource, bench.bindOutput());
    },
    error: 'ext_session_lock_v1 2',
  },
  {
    name: 'two for one output',
    act: (bench: PanelBench) => {
      const lock = bench.requestLock();
      bench.createLockSurface(lock, bench.bindOutput());
      bench.createLockSurface(lock, bench.bindOutput());
    },
    error: 'ext_session_lock_v1 3',
  },
  {
    name: 'a buffer before the role',
    act: (bench: PanelBench) => {
      const id = bench.client.create('ext_session_lock_surface_v1');
      const { resource } = bench.createMapped(10, 10);
      bench.requestLock().request('getLockSurface', id, resource, bench.bindOutput());
    },
    error: 'ext_session_lock_v1 4',
  },
  {
    name: 'a commit before the first acknowledgement',
    act: (bench: PanelBench) =>
      bench.commitSurface(bench.createLockSurface(bench.requestLock(), bench.bindOutput())),
    error: 'ext_session_lock_surface_v1 0',
  },
  {
    name: 'no buffer',
    act: (bench: PanelBench) => {
      const made = bench.createLockSurface(bench.requestLock(), bench.bindOutput());
      bench.fill(made, made.lockSurface);
      made.resource.request('attach', null, 0, 0);
      bench.commitSurface(made);
    },
    error: 'ext_session_lock_surface_v1 1',
  },
  {
    name: 'another size',
    act: (bench: PanelBench) => {
      const made = bench.createLockSurface(bench.requestLock(), bench.bindOutput());
      bench.fill(made, made.lockSurface);
      attach(made, bench.client.createBuffer(799, 600));
      bench.commitSurface(made);
    },
    error: 'ext_session_lock_surface_v1 2',
  },
  {
    name: 'a serial that was never sent',
    act: (bench: PanelBench) => {
      const made = bench.createLockSurface(bench.requestLock(), bench.bindOutput());
      made.lockSurface.request('ackConfigure', 4711);
    },
    error: 'ext_session_lock_surface_v1 3',
  },
]) {
  test(`error: ${name}`, (t) => {
    using bench = new PanelBench();
    bench.batch(() => act(bench));
    t.deepEqual(bench.errors, [error]);
    t.true(bench.lock.locked, 'a mistake never unlocks');
  });
}
