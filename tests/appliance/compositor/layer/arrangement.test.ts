import test from 'ava';
import {
  alignInBox,
  arrangeLayers,
  hasSize,
  type LayerRules,
  placeLayer,
} from '../../../../appliance/compositor/layer/arrangement.ts';

const [TOP, BOTTOM, LEFT, RIGHT] = [1, 2, 4, 8];
const ALL = TOP | BOTTOM | LEFT | RIGHT;
const area = { x: 100, y: 50, width: 1000, height: 800 };
const none = { top: 0, right: 0, bottom: 0, left: 0 };

const rules = (rest: Partial<LayerRules>): LayerRules => ({
  layer: 2,
  anchor: 0,
  size: { width: 200, height: 100 },
  margin: none,
  zone: 0,
  ...rest,
});
const shown = (rest: Partial<LayerRules>) => ({ rules: rules(rest), mapped: true });
const panel = (anchor: number, zone: number, rest: Partial<LayerRules> = {}) =>
  shown({ anchor, zone, size: { width: 0, height: 0 }, ...rest });

for (const { name, given, box } of [
  { name: 'in the middle', given: {}, box: [500, 400, 200, 100] },
  { name: 'at the top', given: { anchor: TOP }, box: [500, 50, 200, 100] },
  { name: 'at the bottom', given: { anchor: BOTTOM }, box: [500, 750, 200, 100] },
  { name: 'in the top right corner', given: { anchor: TOP | RIGHT }, box: [900, 50, 200, 100] },
  {
    name: 'in the bottom left corner with margins; others count for nothing',
    given: { anchor: BOTTOM | LEFT, margin: { top: 99, right: 99, bottom: 7, left: 5 } },
    box: [105, 743, 200, 100],
  },
  {
    name: 'from edge to edge',
    given: { anchor: TOP | LEFT | RIGHT, size: { width: 0, height: 30 } },
    box: [100, 50, 1000, 30],
  },
  {
    name: 'from edge to edge less the margins',
    given: {
      anchor: ALL,
      size: { width: 0, height: 0 },
      margin: { top: 1, right: 2, bottom: 3, left: 4 },
    },
    box: [104, 51, 994, 796],
  },
  {
    name: 'both edges and a size: between them',
    given: { anchor: LEFT | RIGHT | TOP, size: { width: 300, height: 30 } },
    box: [450, 50, 300, 30],
  },
  {
    name: 'margins larger than the screen leave a pixel',
    given: {
      anchor: ALL,
      size: { width: 0, height: 0 },
      margin: { top: 0, right: 9e8, bottom: 0, left: 9e8 },
    },
    box: [100 + 9e8, 50, 1, 800],
  },
]) {
  test(`placed ${name}`, (t) => {
    const { x, y, width, height } = placeLayer(rules(given), area);
    t.deepEqual([x, y, width, height], box);
  });
}

for (const { name, entries, boxes, usable } of [
  { name: 'nothing', entries: [], boxes: [], usable: [100, 50, 1000, 800] },
  {
    name: 'a bar at the top and one below it',
    entries: [
      panel(TOP | LEFT | RIGHT, 30, { size: { width: 0, height: 30 } }),
      panel(TOP | LEFT | RIGHT, 20, { size: { width: 0, height: 20 } }),
    ],
    boxes: [
      [100, 50, 1000, 30],
      [100, 80, 1000, 20],
    ],
    usable: [100, 100, 1000, 750],
  },
  {
    name: 'bars at all edges',
    entries: [
      panel(TOP, 10, { size: { width: 5, height: 10 } }),
      panel(BOTTOM | LEFT | RIGHT, 20, { size: { width: 0, height: 20 } }),
      panel(LEFT | TOP | BOTTOM, 30, { size: { width: 30, height: 0 } }),
      panel(RIGHT, 40, { size: { width: 40, height: 40 } }),
    ],
    boxes: [
      [598, 50, 5, 10],
      [100, 830, 1000, 20],
      [100, 60, 30, 770],
      [1060, 425, 40, 40],
    ],
    usable: [130, 60, 930, 770],
  },
  {
    name: 'the zone includes the margin',
    entries: [panel(TOP, 30, { size: { width: 5, height: 30 }, margin: { ...none, top: 8 } })],
    boxes: [[598, 58, 5, 30]],
    usable: [100, 88, 1000, 762],
  },
  {
    name: 'a zone at a corner, between two edges or at all four is none',
    entries: [
      shown({ anchor: TOP | LEFT, zone: 30 }),
      shown({ anchor: TOP | BOTTOM, zone: 30 }),
      shown({ anchor: ALL, zone: 30 }),
      shown({ anchor: 0, zone: 30 }),
    ],
    boxes: [
      [100, 50, 200, 100],
      [500, 400, 200, 100],
      [500, 400, 200, 100],
      [500, 400, 200, 100],
    ],
    usable: [100, 50, 1000, 800],
  },
  {
    name: 'a notification keeps clear of a later panel, a wallpaper does not',
    entries: [
      shown({ layer: 3, anchor: TOP | RIGHT }),
      panel(ALL, -1, { layer: 0 }),
      panel(TOP | LEFT | RIGHT, 30, { layer: 1, size: { width: 0, height: 30 } }),
    ],
    boxes: [
      [900, 80, 200, 100],
      [100, 50, 1000, 800],
      [100, 50, 1000, 30],
    ],
    usable: [100, 80, 1000, 770],
  },
  {
    name: 'upper layers are nearer to the edge',
    entries: [
      panel(TOP | LEFT | RIGHT, 30, { layer: 1, size: { width: 0, height: 30 } }),
      panel(TOP | LEFT | RIGHT, 20, { layer: 3, size: { width: 0, height: 20 } }),
    ],
    boxes: [
      [100, 70, 1000, 30],
      [100, 50, 1000, 20],
    ],
    usable: [100, 100, 1000, 750],
  },
  {
    name: 'what is not mapped reserves nothing but knows its place',
    entries: [
      { ...panel(TOP | LEFT | RIGHT, 30, { size: { width: 0, height: 30 } }), mapped: false },
    ],
    boxes: [[100, 50, 1000, 30]],
    usable: [100, 50, 1000, 800],
  },
  {
    name: 'windows keep something, whatever is asked for',
    entries: [
      panel(TOP, 2_000_000_000, { size: { width: 1, height: 1 } }),
      panel(LEFT, 2_000_000_000, { size: { width: 1, height: 1 } }),
    ],
    boxes: [
      [600, 50, 1, 1],
      [100, 818, 1, 1],
    ],
    usable: [1036, 786, 64, 64],
  },
]) {
  test(`arranged: ${name}`, (t) => {
    const arranged = arrangeLayers(area, entries);
    const plain = arranged.boxes.map(({ x, y, width, height }) => [x, y, width, height]);
    t.deepEqual(plain, boxes);
    const { x, y, width, height } = arranged.usable;
    t.deepEqual([x, y, width, height], usable);
  });
}

test('a surface that draws itself smaller lies in the middle where it was told a size', (t) => {
  const box = { x: 10, y: 20, width: 100, height: 50 };
  const size = { width: 60, height: 10 };
  const at = (width: number, height: number) =>
    alignInBox(rules({ size: { width, height } }), size, box);
  t.deepEqual(at(100, 50), { x: 10, y: 20 });
  t.deepEqual(at(0, 50), { x: 30, y: 20 });
  t.deepEqual(at(100, 0), { x: 10, y: 40 });
  t.deepEqual(at(0, 0), { x: 30, y: 40 });
});

test('a direction without a size needs both edges', (t) => {
  const size = { width: 0, height: 10 };
  t.false(hasSize(rules({ size })));
  t.false(hasSize(rules({ size, anchor: LEFT })));
  t.true(hasSize(rules({ size, anchor: LEFT | RIGHT })));
  t.false(hasSize(rules({ size: { width: 10, height: 0 }, anchor: TOP | LEFT | RIGHT })));
});
