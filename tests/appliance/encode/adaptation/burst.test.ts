import test from 'ava';
import { Burst } from '../../../../appliance/encode/adaptation/burst.ts';

test('a change begins with little, and more follows by what is acknowledged', (t) => {
  const burst = new Burst();
  const first = burst.limit(10, true);
  t.true(first <= 100 * 250, '100 ms of 2 Mbit/s');
  burst.acknowledged(first);
  const more = burst.limit(10, false);
  t.true(more > first && more <= 150 * 250);
  burst.acknowledged(more);
  t.true(burst.limit(10, false) > more);
  t.is(burst.limit(10, true), first, 'the next change begins anew');
});

test('a long way holds more', (t) => {
  t.true(new Burst().limit(100, true) > 3 * new Burst().limit(10, true));
});
