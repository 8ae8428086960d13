import test from 'ava';
import { estimate, estimateRatio } from '../statistics/bootstrap.ts';
import { exactDb, peakSignalToNoiseDb } from '../statistics/picture-quality.ts';
import { quantile, statistics } from '../statistics/quantile.ts';
import { seededRandom } from '../statistics/random.ts';

test('a quantile interpolates between neighbours', (t) => {
  t.is(quantile([3, 1, 2], 0.5), 2);
  t.is(quantile([1, 2, 3, 4], 0.5), 2.5);
  t.is(quantile([10], 0.95), 10);
  t.is(statistics.p95([...Array(101).keys()]), 95);
});

test('a quantile sorts by number and leaves the samples alone', (t) => {
  const samples = [10, 9, 100, 1];
  t.is(quantile(samples, 0), 1);
  t.deepEqual(samples, [10, 9, 100, 1]);
});

test('a quantile of nothing is refused', (t) => {
  t.throws(() => quantile([], 0.5), { instanceOf: RangeError });
});

test('the random numbers are the same each time and spread over [0, 1)', (t) => {
  const random = seededRandom(7);
  const again = seededRandom(7);
  const numbers = Array.from({ length: 1000 }, random);
  t.deepEqual(numbers, Array.from({ length: 1000 }, again));
  t.true(numbers.every((number) => number >= 0 && number < 1));
  const mean = numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
  t.true(Math.abs(mean - 0.5) < 0.03);
});

test('an interval encloses the estimate and widens with the spread of the rounds', (t) => {
  const calm = estimate([[10], [10.1], [9.9], [10], [10.05]], 'median');
  const wild = estimate([[10], [14], [6], [9], [12]], 'median');
  for (const { value, low, high } of [calm, wild]) t.true(low <= value && value <= high);
  t.is(calm.value, 10);
  t.true(wild.high - wild.low > calm.high - calm.low);
});

test('one sample has an interval without width', (t) => {
  t.deepEqual(estimate([[5]], 'median'), { value: 5, low: 5, high: 5 });
});

test('a ratio draws the same rounds for both: a disturbance common to both cancels out', (t) => {
  const bottom = [[10], [40], [20], [80]];
  const top = bottom.map((samples) => samples.map((sample) => sample / 2));
  t.deepEqual(estimateRatio(top, bottom, 'median'), { value: 0.5, low: 0.5, high: 0.5 });
});

test('a ratio of unpaired rounds is refused', (t) => {
  t.throws(() => estimateRatio([[1]], [[1], [2]], 'median'), { instanceOf: RangeError });
});

test('picture quality knows exact pictures and ignores the unused byte', (t) => {
  const wanted = Uint32Array.of(0x102030, 0xffffff);
  t.is(peakSignalToNoiseDb(Uint32Array.of(0xff102030, 0x00ffffff), wanted), exactDb);
});

test('picture quality follows its formula', (t) => {
  const wanted = Uint32Array.of(0x000000, 0x000000);
  const shown = Uint32Array.of(0x0a0000, 0x00000a);
  const meanSquare = (100 + 100) / 6;
  t.is(peakSignalToNoiseDb(shown, wanted), 10 * Math.log10(255 ** 2 / meanSquare));
  t.throws(() => peakSignalToNoiseDb(shown, Uint32Array.of(1)), { instanceOf: RangeError });
});
