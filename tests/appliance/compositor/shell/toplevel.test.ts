import test from 'ava';
import { attach } from '../wayland-fakes/bench.ts';
import { ShellBench } from './shell-bench.ts';

test('the first configure leaves the size to the client, the one after mapping activates', (t) => {
  using bench = new ShellBench();
  const window = bench.createToplevel();
  bench.commit(window);
  t.deepEqual(bench.eventsOf(window.toplevel), [
    'wm_capabilities 2,3,4',
    'configure_bounds 800 600',
    'configure 0 0',
  ]);
  bench.ack(window);
  bench.draw(window, 200, 100);
  t.is(bench.eventsOf(window.toplevel).at(-1), 'configure 0 0 4');
  t.is(bench.seat.keyboardFocus, window.surface);
  t.deepEqual(bench.positionOf(window.surface), { x: 300, y: 250 });
  t.deepEqual(bench.errors, []);
});

test('a request for a state is answered also when it changes nothing', (t) => {
  using bench = new ShellBench();
  const window = bench.mapToplevel();
  bench.batch(() => window.toplevel.request('setMaximized'));
  t.is(bench.eventsOf(window.toplevel).at(-1), 'configure 800 600 1,4');
  bench.client.takeEvents();
  bench.batch(() => window.toplevel.request('setMaximized'));
  t.deepEqual(bench.eventsOf(window.toplevel), ['configure 800 600 1,4']);
  bench.batch(() => window.toplevel.request('unsetMaximized'));
  t.is(bench.eventsOf(window.toplevel).at(-1), 'configure 200 100 4');
});

test('states asked for before the first commit are in the first configure', (t) => {
  using bench = new ShellBench();
  const window = bench.createToplevel();
  bench.batch(() => {
    window.toplevel.request('setMaximized');
    window.toplevel.request('setFullscreen', null);
    window.resource.request('commit');
  });
  t.is(bench.eventsOf(window.toplevel).at(-1), 'configure 800 600 2');
});

test('old versions get neither bounds, capabilities nor new states', (t) => {
  using bench = new ShellBench({ version: 1 });
  const window = bench.createToplevel();
  bench.commit(window);
  t.deepEqual(bench.eventsOf(window.toplevel), ['configure 0 0']);
});

test('a window is placed by its geometry, not by its shadow', (t) => {
  using bench = new ShellBench();
  const window = bench.mapToplevel(240, 140);
  bench.batch(() => {
    window.xdg.request('setWindowGeometry', 20, 30, 200, 100);
    window.resource.request('commit');
  });
  t.true(bench.shell.placeWindow(window.surface, { x: 100, y: 100 }));
  t.deepEqual(bench.positionOf(window.surface), { x: 80, y: 70 });
});

test('unmapping hides, and the next map needs a configure of its own', (t) => {
  using bench = new ShellBench();
  const window = bench.mapToplevel();
  bench.batch(() => {
    attach(window, null);
    window.resource.request('commit');
  });
  t.is(bench.positionOf(window.surface), null);
  t.is(bench.seat.keyboardFocus, null);
  bench.client.takeEvents();
  bench.map(window, 50, 50);
  t.truthy(bench.positionOf(window.surface));
  t.deepEqual(bench.errors, []);
});

test('a window that goes takes the focus to the one before', (t) => {
  using bench = new ShellBench();
  const first = bench.mapToplevel();
  const second = bench.mapToplevel();
  t.is(bench.seat.keyboardFocus, second.surface);
  bench.batch(() => second.toplevel.request('destroy'));
  t.is(bench.seat.keyboardFocus, first.surface);
  t.is(bench.positionOf(second.surface), null);
});

test('minimised means suspended and not shown', (t) => {
  using bench = new ShellBench();
  const window = bench.mapToplevel();
  bench.batch(() => window.toplevel.request('setMinimized'));
  t.is(bench.eventsOf(window.toplevel).at(-1), 'configure 0 0 9');
  t.is(bench.positionOf(window.surface), null);
});

test('children go to the parent of an unmapped window', (t) => {
  using bench = new ShellBench();
  const [a, b, c] = [bench.mapToplevel(), bench.mapToplevel(), bench.mapToplevel()];
  bench.batch(() => b.toplevel.request('setParent', a.toplevel));
  bench.batch(() => c.toplevel.request('setParent', b.toplevel));
  bench.batch(() => b.toplevel.request('destroy'));
  const window = bench.shell.toplevelOf(c.surface);
  t.is(window?.parent?.resource.id, a.toplevel.id);
});

test('an interactive move follows the button that the client was told of', (t) => {
  using bench = new ShellBench();
  const window = bench.mapToplevel();
  bench.shell.placeWindow(window.surface, { x: 100, y: 100 });
  bench.display.bind(bench.client, 'xdg_wm_base');
  const pointer = bench.client.create('wl_pointer', 8);
  bench.seat.bindPointer(pointer as never);
  bench.seat.pointerMotion(0, 110, 110);
  bench.seat.pointerButton(0, 0x110, true);
  const button = bench.client.events.filter((event) => event.includes('.button ')).at(-1);
  const serial = Number(button?.split(' ')[1]);
  bench.batch(() => window.toplevel.request('move', null, serial));
  t.is(bench.seat.pointerFocus, null);
  bench.seat.pointerMotion(1, 170, 70);
  t.deepEqual(bench.positionOf(window.surface), { x: 160, y: 60 });
  bench.seat.pointerButton(2, 0x110, false);
  t.is(bench.seat.pointerFocus, window.surface);
  bench.seat.pointerMotion(3, 180, 80);
  t.deepEqual(bench.positionOf(window.surface), { x: 160, y: 60 });
});

test('a resize keeps the opposite corner where it is until the client has drawn', (t) => {
  using bench = new ShellBench();
  const window = bench.mapToplevel();
  bench.shell.placeWindow(window.surface, { x: 100, y: 100 });
  const pointer = bench.client.create('wl_pointer', 8);
  bench.seat.bindPointer(pointer as never);
  bench.seat.pointerMotion(0, 110, 110);
  bench.seat.pointerButton(0, 0x110, true);
  const button = bench.client.events.filter((event) => event.includes('.button ')).at(-1);
  const serial = Number(button?.split(' ')[1]);
  bench.batch(() => window.toplevel.request('resize', null, serial, 5));
  bench.seat.pointerMotion(1, 90, 100);
  t.is(bench.eventsOf(window.toplevel).at(-1), 'configure 220 110 3,4');
  t.deepEqual(bench.positionOf(window.surface), { x: 100, y: 100 });
  bench.ack(window);
  bench.draw(window, 220, 110);
  t.deepEqual(bench.positionOf(window.surface), { x: 80, y: 90 });
  bench.seat.pointerButton(2, 0x110, false);
  t.is(bench.eventsOf(window.toplevel).at(-1), 'configure 220 110 4');
});

const errors: Record<string, { expected: string; run: (bench: ShellBench) => void }> = {
  'xdg_surface for a surface with a buffer': {
    expected: 'xdg_wm_base 4',
    run: (bench) => {
      const made = bench.createMapped(10, 10);
      bench.wmBase.request('getXdgSurface', bench.client.create('xdg_surface'), made.resource);
    },
  },
  'xdg_surface for a surface with an attached buffer': {
    expected: 'xdg_wm_base 4',
    run: (bench) => {
      const made = bench.createSurface();
      attach(made, bench.client.createBuffer(10, 10));
      bench.wmBase.request('getXdgSurface', bench.client.create('xdg_surface'), made.resource);
    },
  },
  'xdg_surface for a subsurface': {
    expected: 'xdg_wm_base 0',
    run: (bench) => {
      const made = bench.createSurface();
      bench.createSubsurface(made, bench.createSurface());
      bench.wmBase.request('getXdgSurface', bench.client.create('xdg_surface'), made.resource);
    },
  },
  'two xdg_surfaces for one surface': {
    expected: 'xdg_wm_base 0',
    run: (bench) => {
      const made = bench.createXdg();
      bench.wmBase.request('getXdgSurface', bench.client.create('xdg_surface'), made.resource);
    },
  },
  'a buffer before a role': {
    expected: 'xdg_surface 3',
    run: (bench) => attach(bench.createXdg(), bench.client.createBuffer(10, 10)),
  },
  'a buffer before the initial commit': {
    expected: 'xdg_surface 3',
    run: (bench) => bench.draw(bench.createToplevel(), 10, 10),
  },
  'a buffer before an acknowledge': {
    expected: 'xdg_surface 3',
    run: (bench) => {
      const window = bench.createToplevel();
      bench.commit(window);
      bench.draw(window, 10, 10);
    },
  },
  'a second role': {
    expected: 'xdg_surface 2',
    run: (bench) =>
      bench.createToplevel().xdg.request('getToplevel', bench.client.create('xdg_toplevel')),
  },
  'geometry before a role': {
    expected: 'xdg_surface 1',
    run: (bench) => bench.createXdg().xdg.request('setWindowGeometry', 0, 0, 1, 1),
  },
  'geometry without area': {
    expected: 'xdg_surface 5',
    run: (bench) => bench.createToplevel().xdg.request('setWindowGeometry', 0, 0, 0, 1),
  },
  'an acknowledge of nothing': {
    expected: 'xdg_surface 4',
    run: (bench) => bench.createToplevel().xdg.request('ackConfigure', 7),
  },
  'two acknowledges of one configure': {
    expected: 'xdg_surface 4',
    run: (bench) => {
      const window = bench.createToplevel();
      bench.commit(window);
      bench.ack(window);
      bench.ack(window);
    },
  },
  'xdg_surface destroyed before its role object': {
    expected: 'xdg_surface 6',
    run: (bench) => bench.createToplevel().xdg.request('destroy'),
  },
  'xdg_wm_base destroyed before its surfaces': {
    expected: 'xdg_wm_base 1',
    run: (bench) => {
      bench.createXdg();
      bench.wmBase.request('destroy');
    },
  },
  'a negative minimum': {
    expected: 'xdg_toplevel 2',
    run: (bench) => bench.createToplevel().toplevel.request('setMinSize', -1, 0),
  },
  'a maximum below the minimum': {
    expected: 'xdg_toplevel 2',
    run: (bench) => {
      const window = bench.createToplevel();
      window.toplevel.request('setMinSize', 100, 100);
      window.toplevel.request('setMaxSize', 50, 0);
      bench.commit(window);
    },
  },
  'a window as its own parent': {
    expected: 'xdg_toplevel 1',
    run: (bench) => {
      const { toplevel } = bench.mapToplevel();
      toplevel.request('setParent', toplevel);
    },
  },
  'a descendant as parent': {
    expected: 'xdg_toplevel 1',
    run: (bench) => {
      const [a, b] = [bench.mapToplevel(), bench.mapToplevel()];
      b.toplevel.request('setParent', a.toplevel);
      a.toplevel.request('setParent', b.toplevel);
    },
  },
  'an edge that does not exist': {
    expected: 'xdg_toplevel 0',
    run: (bench) => bench.mapToplevel().toplevel.request('resize', null, 1, 3),
  },
  'a decoration for a window with a buffer': {
    expected: 'zxdg_toplevel_decoration_v1 0',
    run: (bench) => decorate(bench, bench.mapToplevel().toplevel),
  },
  'two decorations': {
    expected: 'zxdg_toplevel_decoration_v1 1',
    run: (bench) => {
      const { toplevel } = bench.createToplevel();
      decorate(bench, toplevel);
      decorate(bench, toplevel);
    },
  },
  'a decorated window destroyed first': {
    expected: 'zxdg_toplevel_decoration_v1 2',
    run: (bench) => {
      const { toplevel } = bench.createToplevel();
      decorate(bench, toplevel);
      toplevel.request('destroy');
    },
  },
};

function decorate(bench: ShellBench, toplevel: unknown) {
  const manager = bench.display.bind(bench.client, 'zxdg_decoration_manager_v1');
  const decoration = bench.client.create('zxdg_toplevel_decoration_v1');
  manager.request('getToplevelDecoration', decoration, toplevel);
  return decoration;
}

for (const [name, { expected, run }] of Object.entries(errors)) {
  test(`error: ${name}`, (t) => {
    using bench = new ShellBench();
    bench.batch(() => run(bench));
    t.deepEqual(bench.errors, [expected]);
  });
}

test('unconfigured buffers map where they are accepted', (t) => {
  using bench = new ShellBench({ acceptsUnconfiguredBuffers: true });
  const window = bench.createToplevel();
  bench.draw(window, 100, 100);
  t.deepEqual(bench.errors, []);
  t.is(bench.eventsOf(window.xdg).length, 1);
  t.truthy(bench.positionOf(window.surface));
});

test('server-side decorations: negotiated, framed, and closed by their button', (t) => {
  using bench = new ShellBench();
  const window = bench.createToplevel();
  const decoration = decorate(bench, window.toplevel);
  decoration.request('setMode', 2);
  bench.map(window, 300, 200);
  t.is(bench.eventsOf(decoration).at(-1), 'configure 2');
  t.deepEqual(bench.positionOf(window.surface), { x: 250, y: 216 });
  bench.seat.pointerMotion(0, 250 + 300 - 18, 200);
  bench.seat.pointerButton(0, 0x110, true);
  t.deepEqual(
    bench.eventsOf(window.toplevel).filter((event) => event === 'close'),
    [],
  );
  bench.seat.pointerButton(1, 0x110, false);
  t.deepEqual(
    bench.eventsOf(window.toplevel).filter((event) => event === 'close'),
    ['close'],
  );
});

test('a client that dies with a menu open and a window in the hand leaves nothing behind', (t) => {
  using bench = new ShellBench();
  const pointer = bench.client.create('wl_pointer', 8);
  bench.seat.bindPointer(pointer as never);
  const window = bench.mapToplevel();
  const dialog = bench.mapToplevel();
  bench.batch(() => dialog.toplevel.request('setParent', window.toplevel));
  bench.map(bench.createPopup(dialog), 50, 40);
  const at = bench.positionOf(dialog.surface) ?? { x: 0, y: 0 };
  bench.seat.pointerMotion(0, at.x + 150, at.y + 90);
  bench.seat.pointerButton(0, 0x110, true);
  const button = bench.client.events.filter((event) => event.includes('.button ')).at(-1);
  const serial = Number(button?.split(' ')[1]);
  bench.batch(() => dialog.toplevel.request('move', null, serial));
  bench.seat.pointerMotion(1, at.x + 160, at.y + 90);
  bench.batch(() => bench.client.destroy());
  t.deepEqual(bench.scene.items('windows'), []);
  t.deepEqual(bench.shell.toplevels, []);
  t.is(bench.seat.keyboardFocus, null);
  t.is(bench.seat.router.grab, null);
});

test('resources that go in any order are no error', (t) => {
  using bench = new ShellBench();
  const window = bench.mapToplevel();
  const popup = bench.map(bench.createPopup(window), 50, 40);
  bench.batch(() => {
    for (const resource of [window.resource, popup.xdg, window.xdg, popup.popup]) {
      resource.destroy();
    }
  });
  t.deepEqual(bench.errors, []);
  t.deepEqual(bench.scene.items('windows'), []);
});
