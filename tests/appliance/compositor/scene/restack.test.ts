import test from 'ava';
import fc from 'fast-check';
import { findRestacked } from '../../../../appliance/compositor/scene/restack.ts';

test('a raised window is the only one that moved', (t) => {
  t.deepEqual(findRestacked([0, 2, 3, 4, 1]), [4]);
  t.deepEqual(findRestacked([4, 0, 1, 2, 3]), [0]);
  t.deepEqual(findRestacked([0, 1, 2]), []);
  t.deepEqual(findRestacked([]), []);
});

test('without the moved ones the order is the old one, and fewer do not suffice', (t) => {
  const permutation = fc
    .integer({ min: 1, max: 7 })
    .chain((n) => fc.shuffledSubarray([...Array(n).keys()], { minLength: n, maxLength: n }));
  fc.assert(
    fc.property(permutation, (ranks) => {
      const moved = new Set(findRestacked(ranks));
      const rest = ranks.filter((_, index) => !moved.has(index));
      t.true(isRising(rest));
      t.is(rest.length, longestRising(ranks));
    }),
  );
});

function isRising(values: readonly number[]): boolean {
  return values.every((value, i) => i === 0 || value > (values[i - 1] as number));
}

function longestRising(ranks: readonly number[]): number {
  let best = 0;
  for (let mask = 0; mask < 1 << ranks.length; mask++) {
    const chosen = ranks.filter((_, i) => mask & (1 << i));
    if (isRising(chosen)) best = Math.max(best, chosen.length);
  }
  return best;
}
