import test from 'ava';
import fc from 'fast-check';
import { assignCrtcs } from '../../../firmware/display/kms-crtcs.ts';

const seekers = (...wishes: number[][]) => wishes.map((crtcs) => ({ crtcs, now: null }));

test('whoever can go elsewhere makes room', (t) => {
  t.deepEqual(assignCrtcs(seekers([1, 2], [1])), [2, 1]);
  t.deepEqual(assignCrtcs(seekers([1, 2], [1, 3], [1])), [2, 3, 1]);
});

test('the last one stays without when there are too few', (t) => {
  t.deepEqual(assignCrtcs(seekers([1], [1], [])), [1, null, null]);
});

test('nobody moves without need', (t) => {
  t.deepEqual(
    assignCrtcs([
      { crtcs: [1, 2], now: null },
      { crtcs: [1, 2], now: 1 },
    ]),
    [2, 1],
  );
  t.deepEqual(
    assignCrtcs([
      { crtcs: [1], now: null },
      { crtcs: [1, 2], now: 1 },
    ]),
    [1, 2],
  );
});

const wish = fc.record({
  crtcs: fc.uniqueArray(fc.integer({ min: 1, max: 5 }), { maxLength: 5 }),
  now: fc.option(fc.integer({ min: 1, max: 5 })),
});

test('as many monitors as any way of choosing would light, each on its own', (t) => {
  fc.assert(
    fc.property(fc.array(wish, { maxLength: 5 }), (wishes) => {
      const given = assignCrtcs(wishes);
      const used = given.filter((crtc) => crtc !== null);
      t.is(new Set(used).size, used.length);
      for (const [i, crtc] of given.entries())
        t.true(crtc === null || wishes[i]?.crtcs.includes(crtc));
      t.is(used.length, most(wishes.map(({ crtcs }) => crtcs)));
    }),
    { numRuns: 300 },
  );
});

/** By trying everything. */
function most(
  [first, ...rest]: readonly (readonly number[])[],
  taken: readonly number[] = [],
): number {
  if (!first) return 0;
  const free = first.filter((crtc) => !taken.includes(crtc));
  return Math.max(most(rest, taken), ...free.map((crtc) => 1 + most(rest, [...taken, crtc])));
}
