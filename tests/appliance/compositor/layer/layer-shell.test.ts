import test from 'ava';
import { SCREEN } from '../wayland-fakes/bench.ts';
import { PanelBench } from './panel-bench.ts';

const [TOP, LEFT, RIGHT] = [1, 4, 8];
const BAR = TOP | LEFT | RIGHT;
const [NONE, EXCLUSIVE, ON_DEMAND] = [0, 1, 2];

test('a panel is configured, shown at its edge, and windows keep clear of it', (t) => {
  using bench = new PanelBench();
  const window = bench.mapToplevel();
  bench.batch(() => window.toplevel.request('setMaximized'));
  t.true(bench.eventsOf(window.toplevel).at(-1)?.startsWith('configure 800 600'));
  bench.client.takeEvents();
  const bar = bench.mapLayer({ anchor: BAR, zone: 30 });
  t.regex(bench.eventsOf(bar.layer)[0] ?? '', /^configure \d+ 800 30$/);
  t.deepEqual(bench.output.usable, { x: 0, y: 30, width: 800, height: 570 });
  t.true(bench.eventsOf(window.toplevel).at(-1)?.startsWith('configure 800 570'));
  bench.ack(window);
  bench.draw(window, 800, 570);
  t.deepEqual(bench.positionOf(window.surface), { x: 0, y: 30 });
  bench.batch(() => bar.layer.request('destroy'));
  t.deepEqual(bench.output.usable, bench.output.logical);
  t.deepEqual(bench.errors, []);
});

test('each layer is shown in its own', (t) => {
  using bench = new PanelBench();
  for (const [layer, name] of ['background', 'bottom', 'top', 'overlay'].entries()) {
    const { surface, layer: object } = bench.mapLayer({ layer });
    const items = bench.scene.items(name as 'top');
    t.true(items.some((item) => item.kind === 'surface' && item.surface === surface));
    bench.batch(() => object.request('destroy'));
  }
  t.deepEqual(bench.errors, []);
});

test('a panel follows its output, and is closed with it', (t) => {
  using bench = new PanelBench();
  const second = { ...SCREEN, id: 2, name: 'TEST-2', x: 800 };
  bench.outputs.apply([SCREEN, second]);
  const bar = bench.mapLayer({ output: bench.bindOutput(1), zone: 30 });
  bench.client.takeEvents();
  bench.batch(() => bench.outputs.apply([SCREEN, { ...second, widthPx: 640 }]));
  t.regex(bench.eventsOf(bar.layer)[0] ?? '', /^configure \d+ 640 30$/);
  t.is(bench.outputs.byId(2)?.usable.height, 570);
  bench.batch(() => bench.outputs.apply([SCREEN]));
  t.is(bench.eventsOf(bar.layer).at(-1), 'closed');
  t.deepEqual(bench.scene.items('top'), []);
  // what the client does with it meanwhile is no error
  bench.batch(() => bar.resource.request('commit'));
  t.deepEqual(bench.errors, []);
});

test('an unmapped panel gives back its zone and may come again', (t) => {
  using bench = new PanelBench();
  const bar = bench.mapLayer({ zone: 30 });
  bench.batch(() => {
    bar.resource.request('attach', null, 0, 0);
    bar.resource.request('commit');
  });
  t.is(bench.output.usable.height, 600);
  t.deepEqual(bench.scene.items('top'), []);
  bench.client.takeEvents();
  bench.commitSurface(bar);
  bench.fill(bar, bar.layer);
  t.is(bench.output.usable.height, 570);
  t.deepEqual(bench.errors, []);
});

test('an exclusive surface above the windows has the keyboard as long as it is there', (t) => {
  using bench = new PanelBench();
  const window = bench.mapToplevel();
  const launcher = bench.mapLayer({ anchor: 0, size: [300, 200], keyboard: EXCLUSIVE });
  t.is(bench.seat.keyboardFocus, launcher.surface);
  const other = bench.mapToplevel();
  t.is(bench.seat.keyboardFocus, launcher.surface);
  const at = bench.positionOf(window.surface) ?? { x: 0, y: 0 };
  bench.click(at.x + 1, at.y + 1);
  t.is(bench.seat.keyboardFocus, launcher.surface);
  const above = bench.mapLayer({ layer: 3, anchor: 0, size: [10, 10], keyboard: EXCLUSIVE });
  t.is(bench.seat.keyboardFocus, above.surface);
  bench.batch(() => above.layer.request('destroy'));
  t.is(bench.seat.keyboardFocus, launcher.surface);
  bench.batch(() => launcher.resource.request('destroy'));
  t.true([window.surface, other.surface].includes(bench.seat.keyboardFocus as never));
});

test('on demand: focused when it comes and by a press, unfocused by a press elsewhere or a new window', (t) => {
  using bench = new PanelBench();
  const window = bench.mapToplevel();
  bench.shell.placeWindow(window.surface, { x: 100, y: 200 });
  const bar = bench.mapLayer({ anchor: BAR, keyboard: ON_DEMAND });
  t.is(bench.seat.keyboardFocus, bar.surface);
  bench.click(150, 250);
  t.is(bench.seat.keyboardFocus, window.surface);
  bench.click(400, 10);
  t.is(bench.seat.keyboardFocus, bar.surface);
  const next = bench.mapToplevel();
  t.is(bench.seat.keyboardFocus, next.surface);
});

test('a surface without keyboard interactivity never has the keyboard; below the windows it is not taken', (t) => {
  using bench = new PanelBench();
  const window = bench.mapToplevel();
  bench.mapLayer({ anchor: BAR, keyboard: NONE });
  bench.click(400, 10);
  t.is(bench.seat.keyboardFocus, window.surface);
  const desktop = bench.mapLayer({ layer: 0, anchor: 15, size: [0, 0], keyboard: EXCLUSIVE });
  t.is(bench.seat.keyboardFocus, window.surface);
  bench.click(2, 500);
  t.is(bench.seat.keyboardFocus, desktop.surface);
});

test("a panel's menu is placed on its output, shown above the windows, and dismissed with the panel", (t) => {
  using bench = new PanelBench();
  const bar = bench.mapLayer({ layer: 1, anchor: BAR, zone: 30 });
  const menu = bench.createPopup(null, bench.createPositioner([700, 0, 10, 30], [200, 100]));
  bar.layer.request('getPopup', menu.popup);
  bench.map(menu, 200, 100);
  t.regex(bench.eventsOf(menu.popup)[0] ?? '', /^configure 710 30 200 100$/);
  t.like(bench.scene.items('popups')[0], { surface: menu.surface, x: 710, y: 30 });
  bench.batch(() => bar.layer.request('destroy'));
  t.is(bench.eventsOf(menu.popup).at(-1), 'popup_done');
  t.deepEqual(bench.scene.items('popups'), []);
  bench.batch(() => menu.popup.request('destroy'));
  t.deepEqual(bench.errors, []);
});

test('a full screen covers panels of the top layer as long as nothing covers it', (t) => {
  using bench = new PanelBench();
  const window = bench.mapToplevel();
  bench.mapLayer({ anchor: BAR, zone: 30 });
  bench.batch(() => window.toplevel.request('setFullscreen', null));
  bench.ack(window);
  bench.draw(window, 800, 600);
  const shownIn = (layer: 'windows' | 'fullscreen') =>
    bench.scene
      .items(layer)
      .some((item) => item.kind === 'surface' && item.surface === window.surface);
  t.true(shownIn('fullscreen'));
  t.is(bench.scene.hitTest(400, 10)?.surface, window.surface);
  bench.mapToplevel();
  t.true(shownIn('windows'));
  t.false(shownIn('fullscreen'));
});

for (const { name, act, error } of [
  {
    name: 'no size without anchors',
    act: (bench: PanelBench) => bench.commitSurface(bench.createLayer({ anchor: 0 })),
    error: 'zwlr_layer_surface_v1 1',
  },
  {
    name: 'an anchor that does not exist',
    act: (bench: PanelBench) => bench.createLayer({ anchor: 16 }),
    error: 'zwlr_layer_surface_v1 2',
  },
  {
    name: 'a keyboard interactivity that does not exist',
    act: (bench: PanelBench) => bench.createLayer({ keyboard: 3 }),
    error: 'zwlr_layer_surface_v1 3',
  },
  {
    name: 'a layer that does not exist',
    act: (bench: PanelBench) => {
      const { resource } = bench.createSurface();
      const id = bench.client.create('zwlr_layer_surface_v1');
      bench.layerShell.request('getLayerSurface', id, resource, null, 4, '');
    },
    error: 'zwlr_layer_shell_v1 1',
  },
  {
    name: 'a buffer before the role',
    act: (bench: PanelBench) => {
      const { resource } = bench.createMapped(10, 10);
      const id = bench.client.create('zwlr_layer_surface_v1');
      bench.layerShell.request('getLayerSurface', id, resource, null, 1, '');
    },
    error: 'zwlr_layer_shell_v1 2',
  },
  {
    name: 'another role',
    act: (bench: PanelBench) => {
      const { resource } = bench.createToplevel();
      const id = bench.client.create('zwlr_layer_surface_v1');
      bench.layerShell.request('getLayerSurface', id, resource, null, 1, '');
    },
    error: 'zwlr_layer_shell_v1 0',
  },
  {
    name: 'a buffer before the first configure is acknowledged',
    act: (bench: PanelBench) => {
      const bar = bench.createLayer();
      bench.commitSurface(bar);
      bar.resource.request('attach', bench.client.createBuffer(1, 1), 0, 0);
      bench.commitSurface(bar);
    },
    error: 'zwlr_layer_surface_v1 0',
  },
  {
    name: 'a serial that was never sent',
    act: (bench: PanelBench) => bench.mapLayer().layer.request('ackConfigure', 4711),
    error: 'zwlr_layer_surface_v1 0',
  },
  {
    name: 'a popup that has a parent',
    act: (bench: PanelBench) => {
      const popup = bench.createPopup(bench.mapToplevel());
      bench.mapLayer().layer.request('getPopup', popup.popup);
    },
    error: 'zwlr_layer_surface_v1 0',
  },
]) {
  test(`error: ${name}`, (t) => {
    using bench = new PanelBench();
    bench.batch(() => act(bench));
    t.deepEqual(bench.errors, [error]);
  });
}
