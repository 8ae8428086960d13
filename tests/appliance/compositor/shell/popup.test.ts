import test from 'ava';
import { attach } from '../wayland-fakes/bench.ts';
import { type ClientXdg, ShellBench } from './shell-bench.ts';

/** A serial that the client got from the seat. */
function clickOn(bench: ShellBench, of: ClientXdg): number {
  const pointer = bench.client.create('wl_pointer', 8);
  bench.seat.bindPointer(pointer as never);
  const at = bench.positionOf(of.surface) ?? { x: 0, y: 0 };
  bench.seat.pointerMotion(0, at.x + 1, at.y + 1);
  bench.seat.pointerButton(0, 0x110, true);
  bench.seat.pointerButton(0, 0x110, false);
  const button = bench.client.events.filter((event) => event.includes('.button ')).at(-1);
  return Number(button?.split(' ')[1]);
}

test('a popup is configured relative to the geometry of its parent and shown there', (t) => {
  using bench = new ShellBench();
  const window = bench.mapToplevel(240, 140);
  bench.batch(() => {
    window.xdg.request('setWindowGeometry', 20, 20, 200, 100);
    window.resource.request('commit');
  });
  bench.shell.placeWindow(window.surface, { x: 100, y: 100 });
  const popup = bench.map(bench.createPopup(window), 50, 40);
  t.deepEqual(bench.eventsOf(popup.popup), ['configure 11 11 50 40']);
  t.deepEqual(bench.positionOf(popup.surface), { x: 111, y: 111 });
  t.deepEqual(bench.errors, []);
});

test('a popup without a grab leaves the keyboard where it is, one with a grab takes it', (t) => {
  using bench = new ShellBench();
  const window = bench.mapToplevel();
  bench.map(bench.createPopup(window), 50, 40);
  t.is(bench.seat.keyboardFocus, window.surface);
  const menu = bench.createPopup(window);
  menu.popup.request('grab', null, clickOn(bench, window));
  bench.map(menu, 50, 40);
  t.is(bench.seat.keyboardFocus, menu.surface);
  bench.batch(() => menu.popup.request('destroy'));
  t.is(bench.seat.keyboardFocus, window.surface);
});

test('a press outside of the client dismisses the chain from the top', (t) => {
  using bench = new ShellBench();
  const window = bench.mapToplevel();
  const serial = clickOn(bench, window);
  const menu = bench.createPopup(window);
  menu.popup.request('grab', null, serial);
  bench.map(menu, 50, 40);
  const submenu = bench.createPopup(menu);
  submenu.popup.request('grab', null, serial);
  bench.map(submenu, 50, 40);
  bench.client.takeEvents();
  bench.seat.pointerMotion(0, 2, 2);
  bench.seat.pointerButton(0, 0x110, true);
  const done = bench.client.events.filter((event) => event.endsWith('popup_done'));
  t.deepEqual(done, [`${submenu.popup}.popup_done`, `${menu.popup}.popup_done`]);
  t.is(bench.seat.keyboardFocus, window.surface);
  bench.batch(() => {
    submenu.popup.request('destroy');
    menu.popup.request('destroy');
  });
  t.deepEqual(bench.errors, []);
});

test('a new window dismisses a grab', (t) => {
  using bench = new ShellBench();
  const window = bench.mapToplevel();
  const menu = bench.createPopup(window);
  menu.popup.request('grab', null, clickOn(bench, window));
  bench.map(menu, 50, 40);
  const other = bench.mapToplevel();
  t.deepEqual(bench.eventsOf(menu.popup).at(-1), 'popup_done');
  t.is(bench.seat.keyboardFocus, other.surface);
});

test('a grab for a serial that was never given is denied at once', (t) => {
  using bench = new ShellBench();
  const window = bench.mapToplevel();
  const menu = bench.createPopup(window);
  bench.batch(() => menu.popup.request('grab', null, 12345));
  t.deepEqual(bench.eventsOf(menu.popup), ['popup_done']);
});

test('a repositioned popup moves once the client has drawn', (t) => {
  using bench = new ShellBench();
  const window = bench.mapToplevel();
  bench.shell.placeWindow(window.surface, { x: 100, y: 100 });
  const popup = bench.map(bench.createPopup(window), 50, 40);
  bench.client.takeEvents();
  const positioner = bench.createPositioner([20, 20, 1, 1]);
  bench.batch(() => popup.popup.request('reposition', positioner, 77));
  t.deepEqual(bench.eventsOf(popup.popup), ['repositioned 77', 'configure 21 21 50 40']);
  t.deepEqual(bench.positionOf(popup.surface), { x: 111, y: 111 });
  bench.ack(popup);
  bench.commit(popup);
  t.deepEqual(bench.positionOf(popup.surface), { x: 121, y: 121 });
});

test('a reactive popup is placed anew when its window moves to an edge', (t) => {
  using bench = new ShellBench();
  const window = bench.mapToplevel();
  const positioner = bench.createPositioner();
  positioner.request('setReactive');
  positioner.request('setConstraintAdjustment', 3);
  const popup = bench.map(bench.createPopup(window, positioner), 50, 40);
  bench.shell.placeWindow(window.surface, { x: 760, y: 100 });
  t.is(bench.eventsOf(popup.popup).at(-1), 'configure -10 11 50 40');
});

test('an unmapped parent takes its popups along', (t) => {
  using bench = new ShellBench();
  const window = bench.mapToplevel();
  const popup = bench.map(bench.createPopup(window), 50, 40);
  bench.batch(() => {
    attach(window, null);
    window.resource.request('commit');
  });
  t.is(bench.eventsOf(popup.popup).at(-1), 'popup_done');
  t.is(bench.positionOf(popup.surface), null);
});

const errors: Record<string, { expected: string; run: (bench: ShellBench) => void }> = {
  'a positioner without a size': {
    expected: 'xdg_wm_base 5',
    run: (bench) => {
      const window = bench.mapToplevel();
      const positioner = bench.client.create('xdg_positioner');
      bench.wmBase.request('createPositioner', positioner);
      bench.createPopup(window, positioner as never);
    },
  },
  'a size of zero': {
    expected: 'xdg_positioner 0',
    run: (bench) => bench.createPositioner([0, 0, 1, 1], [0, 1]),
  },
  'a negative anchor rectangle': {
    expected: 'xdg_positioner 0',
    run: (bench) => bench.createPositioner([0, 0, -1, 1]),
  },
  'an unknown gravity': {
    expected: 'xdg_positioner 0',
    run: (bench) => bench.createPositioner().request('setGravity', 9),
  },
  'a parent without a role': {
    expected: 'xdg_wm_base 3',
    run: (bench) => bench.createPopup(bench.createXdg()),
  },
  'no parent at all': {
    expected: 'xdg_wm_base 3',
    run: (bench) => bench.createPopup(null).resource.request('commit'),
  },
  'a parent that was never mapped': {
    expected: 'xdg_wm_base 3',
    run: (bench) => bench.map(bench.createPopup(bench.createToplevel()), 50, 40),
  },
  'a parent popup destroyed first': {
    expected: 'xdg_wm_base 2',
    run: (bench) => {
      const menu = bench.map(bench.createPopup(bench.mapToplevel()), 50, 40);
      bench.map(bench.createPopup(menu), 50, 40);
      menu.popup.request('destroy');
    },
  },
  'a grab after mapping': {
    expected: 'xdg_popup 0',
    run: (bench) => {
      const menu = bench.map(bench.createPopup(bench.mapToplevel()), 50, 40);
      menu.popup.request('grab', null, 1);
    },
  },
  'a grab on a popup without one': {
    expected: 'xdg_popup 0',
    run: (bench) => {
      const menu = bench.map(bench.createPopup(bench.mapToplevel()), 50, 40);
      bench.createPopup(menu).popup.request('grab', null, 1);
    },
  },
};

for (const [name, { expected, run }] of Object.entries(errors)) {
  test(`error: ${name}`, (t) => {
    using bench = new ShellBench();
    bench.batch(() => run(bench));
    t.deepEqual(bench.errors, [expected]);
  });
}
