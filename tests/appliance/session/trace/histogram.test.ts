import test from 'ava';
import { Histogram } from '../../../../appliance/session/trace/histogram.ts';

test('quantiles are within an eighth of the truth', (t) => {
  const histogram = new Histogram();
  for (let us = 1; us <= 10_000; us++) histogram.add(us);
  t.is(histogram.count, 10_000);
  for (const share of [0.01, 0.5, 0.95, 1]) {
    const found = histogram.quantileUs(share);
    t.true(Math.abs(found - share * 10_000) <= (share * 10_000) / 8, `${share}: ${found}`);
  }
});

test('the smallest and the greatest have a bucket, what is no time has none', (t) => {
  const histogram = new Histogram();
  t.is(histogram.quantileUs(0.5), Number.NaN);
  histogram.add(-1);
  histogram.add(Number.NaN);
  t.is(histogram.count, 0);
  histogram.add(0);
  t.true(histogram.quantileUs(0.5) <= 1.1);
  histogram.add(Number.POSITIVE_INFINITY);
  histogram.add(1e12);
  t.is(histogram.count, 3);
  t.true(histogram.quantileUs(1) > 200e6);
});
