import test from 'ava';
import fc from 'fast-check';
import { Region } from '../../../../appliance/compositor/region/region.ts';

const SIDE = 12;

type Box = [number, number, number, number];
const boxes = fc.array(
  fc
    .tuple(
      fc.nat(SIDE - 1),
      fc.nat(SIDE - 1),
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: 6 }),
    )
    .map(([x, y, w, h]): Box => [x, y, Math.min(SIDE, x + w), Math.min(SIDE, y + h)]),
  { maxLength: 8 },
);
const regions = boxes.map((list) =>
  list.reduce((region, box) => region.union(Region.fromBox(...box)), Region.empty),
);

function points(region: Region): boolean[] {
  const out: boolean[] = [];
  for (let y = 0; y < SIDE; y++) for (let x = 0; x < SIDE; x++) out.push(region.contains(x, y));
  return out;
}

function isCanonical(region: Region): boolean {
  const list: Box[] = [];
  for (let i = 0; i < region.boxes.length; i += 4) list.push(region.boxes.slice(i, i + 4) as Box);
  return list.every(([left, top, right, bottom], i) => {
    const next = list[i + 1];
    if (right <= left || bottom <= top) return false;
    if (next === undefined) return true;
    return next[1] === top ? next[3] === bottom && next[0] > right : next[1] >= bottom;
  });
}

test('union, subtraction and intersection agree with the sets of points', (t) => {
  fc.assert(
    fc.property(regions, regions, (a, b) => {
      const pa = points(a);
      const pb = points(b);
      t.deepEqual(
        points(a.union(b)),
        pa.map((p, i) => p || pb[i] === true),
      );
      t.deepEqual(
        points(a.subtract(b)),
        pa.map((p, i) => p && !pb[i]),
      );
      t.deepEqual(
        points(a.intersect(b)),
        pa.map((p, i) => p && pb[i] === true),
      );
    }),
    { numRuns: 300 },
  );
});

test('equal sets have equal boxes, however they were made', (t) => {
  fc.assert(
    fc.property(boxes, fc.nat(), (list, turn) => {
      const rotated = list.map((_, i) => list[(i + turn) % list.length] as Box);
      const build = (from: Box[]) =>
        from.reduce((region, box) => region.union(Region.fromBox(...box)), Region.empty);
      const region = build(list);
      t.true(region.equals(build(rotated)));
      t.true(isCanonical(region), JSON.stringify(region.boxes));
      t.true(isCanonical(region.subtract(build(list.slice(1)))));
    }),
    { numRuns: 300 },
  );
});

test('a covered box is contained, one more column is not', (t) => {
  const region = Region.fromBox(0, 0, 4, 4).union(Region.fromBox(4, 0, 8, 8));
  t.true(region.containsBox(2, 1, 7, 4));
  t.false(region.containsBox(2, 1, 7, 5));
  t.true(region.containsBox(3, 3, 3, 9), 'an empty box is everywhere');
});

test('containing a box means containing its every point', (t) => {
  const side = fc.integer({ min: 1, max: SIDE });
  fc.assert(
    fc.property(regions, fc.nat(SIDE), fc.nat(SIDE), side, side, (region, x, y, w, h) => {
      const missing = Region.fromBox(x, y, x + w, y + h).subtract(region);
      t.is(region.containsBox(x, y, x + w, y + h), missing.isEmpty);
    }),
    { numRuns: 500 },
  );
});

test('bounds and translation', (t) => {
  const region = Region.fromBox(1, 2, 3, 4)
    .union(Region.fromBox(0, 6, 9, 7))
    .translate(10, -2);
  t.deepEqual(region.bounds, { x: 10, y: 0, width: 9, height: 5 });
  t.deepEqual(Region.empty.bounds, { x: 0, y: 0, width: 0, height: 0 });
});

test('boxes that are inside out are empty', (t) => {
  t.true(Region.fromBox(5, 0, 5, 9).isEmpty);
  t.true(Region.fromBox(5, 9, 8, 3).isEmpty);
});
