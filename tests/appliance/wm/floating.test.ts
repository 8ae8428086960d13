import test from 'ava';
import fc from 'fast-check';
import { BTN_LEFT } from '../../../appliance/wm/bindings.ts';
import { FloatingPolicy } from '../../../appliance/wm/floating.ts';
import { noEdges } from '../../../appliance/wm/geometry.ts';
import type { WindowPart } from '../../../appliance/wm/policy.ts';
import { area, Desktop } from './desktop.ts';

test('new windows are centred, one beside the other', (t) => {
  const desk = new Desktop();
  desk.open(1);
  desk.open(2);
  t.deepEqual(desk.at(1), { x: 350, y: 300 });
  t.deepEqual(desk.at(2), { x: 382, y: 332 });
  t.is(desk.manage.focus, 2);
});

test('a window that is mapped again comes back where it was', (t) => {
  const desk = new Desktop();
  desk.open(1);
  desk.feed({ kind: 'request', id: 1, request: { type: 'place', at: { x: 70, y: 80 } } });
  desk.close(1);
  desk.open(2);
  desk.open(1);
  t.deepEqual(desk.at(1), { x: 70, y: 80 });
});

test('a dialog is centred over its parent and stays above it', (t) => {
  const desk = new Desktop();
  desk.open(1, { width: 500, height: 400 });
  desk.open(2, { width: 100, height: 100 }, { parent: 1 });
  desk.open(3);
  t.deepEqual(desk.at(2), { x: 450, y: 350 });
  desk.press(1, 0, 0);
  t.deepEqual(desk.order, [3, 1, 2]);
  t.is(desk.manage.focus, 1);
});

test('a click raises and focuses; a click on the desktop changes nothing', (t) => {
  const desk = new Desktop();
  desk.open(1);
  desk.open(2);
  desk.press(1, 400, 400);
  t.deepEqual([desk.order, desk.manage.focus], [[2, 1], 1]);
  desk.feed({
    kind: 'press',
    id: null,
    part: 'content',
    edges: noEdges,
    at: { x: 0, y: 0 },
    button: BTN_LEFT,
    timeMs: 0,
  });
  t.is(desk.manage.focus, 1);
});

test('maximise, full screen and back keep the size and place from before', (t) => {
  const desk = new Desktop();
  desk.open(1);
  desk.feed({ kind: 'request', id: 1, request: { type: 'maximize' } });
  t.like(desk.proposal(1), { maximized: true, size: area });
  t.deepEqual(desk.at(1), { x: 0, y: 0 });
  desk.feed({ kind: 'request', id: 1, request: { type: 'fullscreen', output: null } });
  t.like(desk.proposal(1), { maximized: false, fullscreen: true });
  desk.feed({ kind: 'request', id: 1, request: { type: 'unfullscreen' } });
  t.like(desk.proposal(1), { maximized: true, fullscreen: false });
  desk.feed({ kind: 'request', id: 1, request: { type: 'unmaximize' } });
  t.like(desk.proposal(1), { maximized: false, size: { width: 300, height: 200 } });
  t.deepEqual(desk.at(1), { x: 350, y: 300 });
});

test('a full screen that the client does not fill is centred on black', (t) => {
  const desk = new Desktop();
  desk.open(1);
  desk.policy.manageStart([
    { kind: 'request', id: 1, request: { type: 'fullscreen', output: null } },
  ]);
  desk.policy.manageFinish();
  desk.policy.renderStart({
    windows: [{ id: 1, size: { width: 600, height: 400 }, settled: true }],
  });
  t.like(desk.policy.renderFinish().windows[0], { at: { x: 200, y: 200 }, backdrop: area });
});

test('a title bar is part of the frame: room above, drag to move, double click to maximise', (t) => {
  const desk = new Desktop();
  desk.open(1, { width: 300, height: 200 }, { decoration: 'server', title: 'T' });
  t.deepEqual(desk.at(1), { x: 350, y: 316 });
  t.like(desk.render.windows[0], { titleBar: { title: 'T', active: true }, border: true });
  desk.press(1, 360, 300, 'titleBar', 0);
  desk.feed({ kind: 'pointer', at: { x: 400, y: 340 } });
  t.deepEqual(desk.at(1), { x: 390, y: 356 });
  desk.feed({ kind: 'pointerReleased', at: { x: 400, y: 340 }, cancelled: false });
  t.is(desk.manage.operation, null);
  desk.press(1, 400, 340, 'titleBar', 1000);
  desk.feed({ kind: 'pointerReleased', at: { x: 400, y: 340 }, cancelled: false });
  desk.press(1, 400, 340, 'titleBar', 1200);
  t.like(desk.proposal(1), { maximized: true, size: { width: 1000, height: 768 } });
  t.deepEqual(desk.at(1), { x: 0, y: 32 });
});

test('a maximised window comes loose under the pointer', (t) => {
  const desk = new Desktop();
  desk.open(1, { width: 300, height: 200 }, { decoration: 'server' });
  desk.feed({ kind: 'request', id: 1, request: { type: 'maximize' } });
  desk.press(1, 500, 10, 'titleBar');
  desk.feed({ kind: 'pointer', at: { x: 505, y: 12 } });
  t.true(desk.proposal(1)?.maximized);
  desk.feed({ kind: 'pointer', at: { x: 500, y: 60 } });
  t.like(desk.proposal(1), { maximized: false, size: { width: 300, height: 200 } });
  t.deepEqual(desk.at(1), { x: 350, y: 82 });
});

test('dropped at an edge it fills that half, and remembers where it was', (t) => {
  const desk = new Desktop();
  desk.open(1);
  desk.fire('move', 1, 400, 400);
  desk.feed({ kind: 'pointer', at: { x: 0, y: 400 } });
  desk.feed({ kind: 'pointerReleased', at: { x: 0, y: 400 }, cancelled: false });
  t.like(desk.proposal(1), {
    size: { width: 500, height: 800 },
    tiled: { left: true, top: true, bottom: true, right: false },
  });
  desk.fire('right');
  t.deepEqual(desk.at(1), { x: 350, y: 300 });
});

test('a resize by the left edge keeps the right one, whatever size the client takes', (t) => {
  const desk = new Desktop();
  desk.open(1);
  const edges = { ...noEdges, left: true };
  desk.feed({ kind: 'request', id: 1, request: { type: 'resize', at: { x: 350, y: 400 }, edges } });
  desk.feed({ kind: 'pointer', at: { x: 300, y: 400 } });
  t.like(desk.proposal(1), { resizing: true, size: { width: 350, height: 200 } });
  t.deepEqual(desk.at(1), { x: 300, y: 300 });
  desk.policy.renderStart({
    windows: [{ id: 1, size: { width: 340, height: 200 }, settled: true }],
  });
  t.like(desk.policy.renderFinish().windows[0], { at: { x: 310, y: 300 } });
});

test('Alt and Tab walk from the most recent; windows passed by fall back', (t) => {
  const desk = new Desktop();
  for (const id of [1, 2, 3]) desk.open(id);
  desk.fire('next');
  t.deepEqual([desk.manage.focus, desk.order], [2, [1, 3, 2]]);
  desk.fire('next');
  t.deepEqual([desk.manage.focus, desk.order], [1, [2, 3, 1]]);
  desk.feed({ kind: 'modifierReleased', modifier: 'Alt' });
  desk.fire('next');
  t.is(desk.manage.focus, 3);
});

test('a minimised window comes back by Alt and Tab', (t) => {
  const desk = new Desktop();
  desk.open(1);
  desk.open(2);
  desk.feed({ kind: 'request', id: 2, request: { type: 'minimize' } });
  t.deepEqual([desk.manage.focus, desk.order], [1, [1]]);
  t.true(desk.proposal(2)?.suspended);
  desk.fire('next');
  desk.feed({ kind: 'modifierReleased', modifier: 'Alt' });
  t.deepEqual([desk.manage.focus, desk.order], [2, [1, 2]]);
});

test('Alt and F4 asks the focused window to close, once', (t) => {
  const desk = new Desktop();
  desk.open(1);
  desk.fire('close');
  t.deepEqual(desk.manage.close, [1]);
  desk.feed();
  t.deepEqual(desk.manage.close, []);
});

const id = fc.integer({ min: 1, max: 4 });
const point = fc.record({
  x: fc.integer({ min: 0, max: 999 }),
  y: fc.integer({ min: 0, max: 799 }),
});
const parts = fc.constantFrom<WindowPart>(
  'content',
  'titleBar',
  'close',
  'maximize',
  'minimize',
  'border',
);
const action = fc.oneof(
  fc.tuple(fc.constant('open' as const), id, point),
  fc.tuple(fc.constant('close' as const), id, point),
  fc.tuple(fc.constant('press' as const), id, point, parts),
  fc.tuple(fc.constant('pointer' as const), id, point),
  fc.tuple(fc.constant('release' as const), id, point),
  fc.tuple(
    fc.constant('request' as const),
    id,
    point,
    fc.constantFrom('maximize', 'unmaximize', 'unfullscreen', 'minimize', 'activate'),
  ),
  fc.tuple(fc.constant('fullscreen' as const), id, point),
  fc.tuple(
    fc.constant('fire' as const),
    id,
    point,
    fc.constantFrom(...new FloatingPolicy().bindings.map(({ name }) => name)),
  ),
  fc.tuple(fc.constant('altUp' as const), id, point),
);

function act(
  desk: Desktop,
  [kind, who, at, detail]: [string, number, { x: number; y: number }, string?],
): void {
  switch (kind) {
    case 'open':
      if (!desk.sizes.has(who))
        desk.open(
          who,
          { width: 200, height: 150 },
          { parent: who > 2 ? who - 2 : null, decoration: who % 2 ? 'server' : null },
        );
      return;
    case 'close':
      return desk.close(who);
    case 'press':
      return desk.press(who, at.x, at.y, detail as WindowPart);
    case 'pointer':
      return desk.feed({ kind: 'pointer', at });
    case 'release':
      return desk.feed({ kind: 'pointerReleased', at, cancelled: false });
    case 'request':
      return desk.feed({ kind: 'request', id: who, request: { type: detail as 'maximize' } });
    case 'fullscreen':
      return desk.feed({ kind: 'request', id: who, request: { type: 'fullscreen', output: null } });
    case 'fire':
      return desk.fire(detail ?? '', who, at.x, at.y);
    default:
      return desk.feed({ kind: 'modifierReleased', modifier: 'Alt' });
  }
}

test('whatever happens: one focus among the visible, children above parents, decisions are plain data', (t) => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
      const desk = new Desktop();
      for (const step of actions) {
        act(desk, step as Parameters<typeof act>[1]);
        const { manage, render } = desk;
        const mapped = render.windows.map((window) => window.id);
        t.deepEqual([...mapped].sort(), [...desk.sizes.keys()].sort());
        t.is(new Set(mapped).size, mapped.length);
        if (manage.focus !== null) t.true(desk.order.includes(manage.focus));
        t.true(manage.windows.filter(({ activated }) => activated).length <= 1);
        for (const child of [3, 4]) {
          const [above, below] = [mapped.indexOf(child), mapped.indexOf(child - 2)];
          if (above >= 0 && below >= 0) t.true(above > below);
        }
        for (const { size } of manage.windows) t.true(!size || (size.width > 0 && size.height > 0));
        t.deepEqual(JSON.parse(JSON.stringify({ manage, render })), { manage, render });
      }
    }),
    { numRuns: 80 },
  );
});
