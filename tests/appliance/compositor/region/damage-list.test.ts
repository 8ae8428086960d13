import test from 'ava';
import fc from 'fast-check';
import { DamageList } from '../../../../appliance/compositor/region/damage-list.ts';

const box = fc
  .tuple(fc.nat(60), fc.nat(60), fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20 }))
  .map(([x, y, w, h]) => [x, y, x + w, y + h] as const);

test('never longer than its capacity, never less than what was added', (t) => {
  fc.assert(
    fc.property(fc.array(box, { maxLength: 40 }), (added) => {
      const list = new DamageList(4);
      for (const [l, top, r, b] of added) list.addBox(l, top, r, b);
      const rects = list.toRects();
      t.true(rects.length <= 4 * 4);
      for (const [l, top, r, b] of added) {
        let covered = false;
        for (let i = 0; i < rects.length; i += 4) {
          const [x, y, w, h] = rects.slice(i, i + 4) as unknown as [number, number, number, number];
          covered ||= x <= l && y <= top && x + w >= r && y + h >= b;
        }
        t.true(covered);
      }
    }),
  );
});

test('what is inside another box is not kept', (t) => {
  const list = new DamageList(8);
  list.addBox(2, 2, 4, 4);
  list.addBox(5, 5, 6, 6);
  list.addBox(0, 0, 9, 9);
  list.addBox(1, 1, 3, 3);
  t.deepEqual([...list.toRects()], [0, 0, 9, 9]);
});

test('empty and senseless boxes are no damage', (t) => {
  const list = new DamageList(8);
  list.addBox(3, 3, 3, 9);
  list.addBox(3, 3, 2, 9);
  list.addBox(Number.NaN, 3, 2, 9);
  t.true(list.isEmpty);
});
