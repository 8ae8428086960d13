import test from 'ava';
import fc from 'fast-check';
import { toPixels } from '../../../../appliance/compositor/scene/pixel-grid.ts';

const scale = fc.integer({ min: 60, max: 480 }).map((n) => n / 120);
const length = fc.integer({ min: 1, max: 500 });
const origin = { x: 0, y: 0 };

test('neighbours share their edge at every scale', (t) => {
  fc.assert(
    fc.property(scale, fc.integer(), length, length, (s, start, first, second) => {
      const x = start % 5000;
      const place = { y: 0, height: 10, anchor: null };
      const left = toPixels({ ...place, x, width: first }, origin, s);
      const right = toPixels({ ...place, x: x + first, width: second }, origin, s);
      t.is(left.right, right.left);
    }),
  );
});

test('a tree of surfaces has the same size in pixels wherever its root lies', (t) => {
  const place = fc.double({ min: -900, max: 900, noNaN: true });
  fc.assert(
    fc.property(scale, place, length, fc.nat(100), (s, x, width, inset) => {
      const at = (rootX: number) => {
        const anchor = { x: rootX, y: 0 };
        const root = toPixels({ x: rootX, y: 0, width, height: 9, anchor }, origin, s);
        const child = toPixels({ x: rootX + inset, y: 0, width: 7, height: 9, anchor }, origin, s);
        return [root.right - root.left, child.left - root.left];
      };
      t.is(at(x)[0], Math.round(width * s));
      t.is(at(0)[0], at(x)[0]);
      t.true(Math.abs((at(0)[1] as number) - (at(x)[1] as number)) <= 1);
    }),
  );
});

test('an edge on half a pixel falls the same way at every place', (t) => {
  const width = 121;
  const at = (x: number) =>
    toPixels({ x, y: 0, width, height: 9, anchor: { x, y: 0 } }, origin, 1.5);
  const right = (x: number) => at(x).right - at(x).left;
  t.is(right(7.2), right(0));
});
