import test from 'ava';
import fc from 'fast-check';
import { contains, overlap } from '../../../appliance/wm/geometry.ts';
import {
  carriedOver,
  cascaded,
  centred,
  limitSize,
  overParent,
  reachable,
} from '../../../appliance/wm/placement.ts';
import { dropMode, modeFrame, stepMode } from '../../../appliance/wm/snap.ts';
import { borderEdges, edgeCursor, titleBarPart } from '../../../appliance/wm/title-bar-layout.ts';

const usable = { x: 0, y: 20, width: 1000, height: 700 };

test('a frame larger than the area starts at its corner', (t) => {
  t.deepEqual(centred({ width: 2000, height: 900 }, usable), { x: 0, y: 20 });
});

test('a dialog stays inside although its parent hangs out', (t) => {
  const parent = { x: 900, y: 600, width: 400, height: 400 };
  t.deepEqual(overParent({ width: 200, height: 100 }, parent, usable), { x: 800, y: 620 });
});

const rect = fc.record({
  x: fc.integer({ min: -50, max: 2000 }),
  y: fc.integer({ min: -50, max: 2000 }),
  width: fc.integer({ min: 1, max: 900 }),
  height: fc.integer({ min: 1, max: 900 }),
});

test('a frame that fits its new area is wholly inside, wherever it was', (t) => {
  fc.assert(
    fc.property(rect, rect, rect, (frame, from, to) => {
      const size = {
        width: Math.min(frame.width, to.width),
        height: Math.min(frame.height, to.height),
      };
      const at = carriedOver(frame, from, size, to);
      return (
        at.x >= to.x &&
        at.y >= to.y &&
        at.x + size.width <= to.x + to.width &&
        at.y + size.height <= to.y + to.height
      );
    }),
  );
  t.pass();
});

test('limits of zero are none', (t) => {
  const none = { width: 0, height: 0 };
  t.deepEqual(limitSize({ width: -5, height: 40 }, none, none), { width: 1, height: 40 });
  const max = { width: 30, height: 0 };
  t.deepEqual(limitSize({ width: 50, height: 50 }, none, max), { width: 30, height: 50 });
});

const frame = fc.record({
  x: fc.integer({ min: -5000, max: 5000 }),
  y: fc.integer({ min: -5000, max: 5000 }),
  width: fc.integer({ min: 1, max: 2000 }),
  height: fc.integer({ min: 1, max: 2000 }),
});

test('a frame that was made reachable shows its top edge, and stays where it already did', (t) => {
  fc.assert(
    fc.property(frame, (rect) => {
      const at = reachable(rect, usable);
      const moved = { ...rect, ...at };
      t.true(at.y >= usable.y && at.y < usable.y + usable.height);
      t.true(overlap(moved, usable) >= Math.min(64, rect.width) * Math.min(64, rect.height));
      t.deepEqual(reachable(moved, usable), at);
    }),
  );
});

test('every cascaded window starts inside the usable area', (t) => {
  const taken: { x: number; y: number }[] = [];
  for (let i = 0; i < 40; i++) {
    const at = cascaded({ width: 300, height: 200 }, usable, taken);
    t.true(contains(usable, at));
    taken.push(at);
  }
});

test('halves meet without a gap, also at odd widths', (t) => {
  const odd = { ...usable, width: 1001 };
  const [left, right] = [modeFrame('left', odd, odd), modeFrame('right', odd, odd)];
  t.is((left?.width ?? 0) + (right?.width ?? 0), 1001);
  t.is(right?.x, left?.width);
});

test('Super with arrows', (t) => {
  t.is(stepMode('floating', 'left'), 'left');
  t.is(stepMode('left', 'right'), 'floating');
  t.is(stepMode('left', 'up'), 'maximized');
  t.is(stepMode('maximized', 'down'), 'floating');
  t.is(stepMode('floating', 'down'), 'minimize');
  t.is(stepMode('fullscreen', 'left'), 'fullscreen');
});

test('drops near an edge', (t) => {
  const area = { x: 0, y: 0, width: 800, height: 600 };
  t.is(dropMode({ x: 400, y: 2 }, area), 'maximized');
  t.is(dropMode({ x: 1, y: 300 }, area), 'left');
  t.is(dropMode({ x: 799, y: 300 }, area), 'right');
  t.is(dropMode({ x: 400, y: 599 }, area), 'floating');
});

test('parts of a title bar from its right end', (t) => {
  t.is(titleBarPart(400, { x: 399, y: 5 }), 'close');
  t.is(titleBarPart(400, { x: 350, y: 5 }), 'maximize');
  t.is(titleBarPart(400, { x: 300, y: 5 }), 'minimize');
  t.is(titleBarPart(400, { x: 200, y: 5 }), 'titleBar');
});

test('a border is taken by its nearest edges, corners by both', (t) => {
  const rect = { x: 100, y: 100, width: 300, height: 200 };
  t.is(edgeCursor(borderEdges(rect, { x: 97, y: 200 })), 'w-resize');
  t.is(edgeCursor(borderEdges(rect, { x: 97, y: 104 })), 'nw-resize');
  t.is(edgeCursor(borderEdges(rect, { x: 395, y: 302 })), 'se-resize');
  t.is(edgeCursor(borderEdges(rect, { x: 200, y: 200 })), 'default');
});
