import test from 'ava';
import { LeastOf } from '../../../../appliance/encode/adaptation/least-of.ts';

test('the least of the last while, and what it was of', (t) => {
  const least = new LeastOf(1000);
  t.is(least.value, Number.POSITIVE_INFINITY);
  least.add(5, 0, 50);
  least.add(7, 100, 70);
  t.is(least.value, 5);
  t.is(least.of, 50);
  for (let nowMs = 200; nowMs < 900; nowMs += 100) least.add(9, nowMs, 90);
  t.is(least.value, 5);
  for (let nowMs = 900; nowMs < 2200; nowMs += 100) least.add(9, nowMs, 90);
  t.is(least.value, 9);
  t.is(least.of, 90);
});

test('it is stale when nothing as small came for the whole while', (t) => {
  const least = new LeastOf(1000);
  t.true(least.isStale(0));
  least.add(5, 0);
  t.false(least.isStale(1000));
  t.true(least.isStale(1001));
  least.add(5, 1500);
  t.false(least.isStale(2000));
});
