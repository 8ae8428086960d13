import test from 'ava';
import fc from 'fast-check';
import {
  type CompleteRules,
  emptyRules,
  placePopup,
} from '../../../../appliance/compositor/shell/positioner-rules.ts';

const parent = { x: 0, y: 0, width: 400, height: 500 };
const size = { width: 60, height: 40 };
const [top, bottom, left, right, topLeft, bottomLeft, topRight, bottomRight] = [
  1, 2, 3, 4, 5, 6, 7, 8,
];
const [slideX, slideY, flipX, flipY, resizeX, resizeY] = [1, 2, 4, 8, 16, 32];

const rules = (changed: Partial<CompleteRules>): CompleteRules => ({
  ...emptyRules,
  size,
  anchorRect: parent,
  ...changed,
});

const anchors: readonly [string, Partial<CompleteRules>, number, number][] = [
  ['nothing set', {}, 170, 230],
  ['anchor top', { anchor: top }, 170, -20],
  ['anchor bottom', { anchor: bottom }, 170, 480],
  ['anchor left', { anchor: left }, -30, 230],
  ['anchor right', { anchor: right }, 370, 230],
  ['anchor top left', { anchor: topLeft }, -30, -20],
  ['anchor top right', { anchor: topRight }, 370, -20],
  ['anchor bottom right', { anchor: bottomRight }, 370, 480],
  ['gravity top', { gravity: top }, 170, 210],
  ['gravity bottom', { gravity: bottom }, 170, 250],
  ['gravity left', { gravity: left }, 140, 230],
  ['gravity right', { gravity: right }, 200, 230],
  ['gravity bottom left', { gravity: bottomLeft }, 140, 250],
  ['menu', { anchor: bottomLeft, gravity: bottomRight }, 0, 500],
  ['offset', { anchor: topLeft, gravity: bottomRight, offset: { x: 7, y: -3 } }, 7, -3],
  ['empty anchor rectangle', { anchorRect: { x: 200, y: 250, width: 0, height: 0 } }, 170, 230],
];

for (const [name, changed, x, y] of anchors) {
  test(`unconstrained: ${name}`, (t) => {
    t.deepEqual(placePopup(rules(changed), null), { x, y, ...size });
  });
}

const around = { x: -5, y: -5, width: 410, height: 510 };
const adjusted: readonly [string, Partial<CompleteRules>, number, number, number, number][] = [
  ['none', { anchor: topLeft, gravity: topLeft }, -60, -40, 60, 40],
  ['slide', { anchor: topLeft, gravity: topLeft, adjustment: slideX | slideY }, -5, -5, 60, 40],
  ['slide on x alone', { anchor: topLeft, gravity: topLeft, adjustment: slideX }, -5, -40, 60, 40],
  ['slide back', { anchor: bottomRight, gravity: bottomRight, adjustment: 3 }, 345, 465, 60, 40],
  ['flip', { anchor: topLeft, gravity: topLeft, adjustment: flipX | flipY }, 400, 500, 60, 40],
  ['resize', { anchor: topLeft, gravity: topLeft, adjustment: resizeX | resizeY }, -5, -5, 5, 5],
];

for (const [name, changed, x, y, width, height] of adjusted) {
  test(`constrained: ${name}`, (t) => {
    // the flipped popup would hang off the other side, so it gets its room there
    const bounds = name === 'flip' ? { ...around, width: 600, height: 600 } : around;
    t.deepEqual(placePopup(rules(changed), bounds), { x, y, width, height });
  });
}

test('a flip that fits no better is not made', (t) => {
  const changed = { anchor: left, gravity: left, adjustment: flipX };
  t.is(placePopup(rules(changed), around).x, -60);
});

const arbitraryRules = fc.record({
  size: fc.record({
    width: fc.integer({ min: 1, max: 300 }),
    height: fc.integer({ min: 1, max: 300 }),
  }),
  anchorRect: fc.record({
    x: fc.integer({ min: -500, max: 500 }),
    y: fc.integer({ min: -500, max: 500 }),
    width: fc.integer({ min: 0, max: 300 }),
    height: fc.integer({ min: 0, max: 300 }),
  }),
  anchor: fc.integer({ min: 0, max: 8 }),
  gravity: fc.integer({ min: 0, max: 8 }),
  offset: fc.record({ x: fc.integer({ min: -50, max: 50 }), y: fc.integer({ min: -50, max: 50 }) }),
});
const bounds = { x: -300, y: -300, width: 700, height: 700 };

test('a popup that may slide and is no larger than the bounds ends inside them', (t) => {
  fc.assert(
    fc.property(arbitraryRules, fc.integer({ min: 0, max: 63 }), (changed, mask) => {
      const at = placePopup({ ...emptyRules, ...changed, adjustment: mask | 3 }, bounds);
      return (
        at.x >= bounds.x &&
        at.y >= bounds.y &&
        at.x + at.width <= bounds.x + bounds.width &&
        at.y + at.height <= bounds.y + bounds.height
      );
    }),
  );
  t.pass();
});

test('what fits is not touched, and only a resize changes the size', (t) => {
  fc.assert(
    fc.property(arbitraryRules, fc.integer({ min: 0, max: 63 }), (changed, mask) => {
      const free = placePopup({ ...emptyRules, ...changed }, null);
      const everywhere = { x: -5000, y: -5000, width: 10_000, height: 10_000 };
      const adjusted = placePopup({ ...emptyRules, ...changed, adjustment: mask }, everywhere);
      t.deepEqual(adjusted, free);
      const kept = placePopup({ ...emptyRules, ...changed, adjustment: mask & 15 }, bounds);
      t.deepEqual([kept.width, kept.height], [changed.size.width, changed.size.height]);
    }),
    { numRuns: 60 },
  );
});

test('numbers beyond an int are cut to it', (t) => {
  const max = 0x7fffffff;
  const at = placePopup(
    rules({ anchorRect: { x: max, y: max, width: max, height: max }, offset: { x: max, y: max } }),
    null,
  );
  t.deepEqual([at.x, at.y], [max, max]);
});
