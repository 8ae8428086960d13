import test from 'ava';
import fc from 'fast-check';
import { Jitter } from '../../../firmware/display/jitter.ts';
import { videoTime } from '../../../protocol/video-time.ts';

interface Shown {
  readonly sentMs: number;
  readonly readyMs: number;
  readonly shownMs: number;
}

/** Pictures that are composed every period and come after these times. */
function play(waysMs: readonly number[], periodMs = 33.4, jitter = new Jitter()): Shown[] {
  let readyMs = 0;
  return waysMs.map((wayMs, i) => {
    const sentMs = 5000 + i * periodMs;
    // A way keeps the order.
    readyMs = Math.max(readyMs, sentMs + wayMs);
    return { sentMs, readyMs, shownMs: jitter.arrived(videoTime(sentMs), readyMs) };
  });
}

/** How far from even: the standard deviation of the time between pictures, beyond the rounding of times. */
function unevennessMs(shown: readonly Shown[], when: 'readyMs' | 'shownMs'): number {
  const late = shown.map((each) => each[when] - each.sentMs);
  const mean = late.reduce((sum, ms) => sum + ms, 0) / late.length;
  return Math.sqrt(late.reduce((sum, ms) => sum + (ms - mean) ** 2, 0) / late.length);
}

const repeated = (pattern: readonly number[], count: number): number[] =>
  Array.from({ length: count }, (_, i) => pattern[i % pattern.length] as number);

/** Arrivals less picture times in ms, seen over Wi-Fi: bursts after each scan of the air, little between. */
const WIFI = [6, 7, 5, 9, 31, 22, 8, 6, 7, 12, 6, 5, 28, 34, 11, 7, 6, 9, 6, 24, 8, 7, 5, 6, 30, 9];

test('on a quiet link no picture waits, not even for a key picture that takes longer', (t) => {
  const ways = repeated([14, 15, 13.4, 16, 14.2, 18], 200);
  for (const key of [0, 60, 61, 150]) ways[key] = 55;
  for (const { readyMs, shownMs } of play(ways)) t.is(shownMs, readyMs);
});

test('pictures that come unevenly are shown evenly, after the first half second', (t) => {
  for (const pattern of [WIFI, [10, 30], [5, 5, 5, 45, 25]]) {
    const shown = play(repeated(pattern, 240)).slice(60);
    const before = unevennessMs(shown, 'readyMs');
    const after = unevennessMs(shown, 'shownMs');
    t.log(`${before.toFixed(1)} ms of unevenness became ${after.toFixed(1)}`);
    t.true(after < before / 3);
  }
});

test('the delay goes when the link becomes quiet again', (t) => {
  const jitter = new Jitter();
  play([...repeated([8, 33], 60), ...repeated([8, 9], 200)], 33.4, jitter);
  t.is(jitter.delayMs, 0);
});

test('a hiccup does not make pictures wait for as long as the machine is a little busy', (t) => {
  const busy = repeated([14, 15, 20.5, 13.4, 16, 19.8, 14.2, 18], 250);
  for (let at = 40; at < 52; at += 2) busy[at] = 45;
  const shown = play(busy);
  t.true(shown.some(({ readyMs, shownMs }) => shownMs > readyMs));
  for (const { readyMs, shownMs } of shown.slice(-80)) t.is(shownMs, readyMs);
});

test('a way that becomes longer for good is not waited for twice', (t) => {
  const shown = play([...repeated([10, 11], 60), ...repeated([60, 61], 150)]);
  for (const { readyMs, shownMs } of shown.slice(-60)) t.true(shownMs - readyMs < 3);
});

test('a clock that runs differently is followed', (t) => {
  const drift = Array.from({ length: 2000 }, (_, i) => 10 + (i % 2) + i * 33.4 * 2e-4);
  for (const { readyMs, shownMs } of play(drift)) t.is(shownMs, readyMs);
});

test('without times of pictures none waits', (t) => {
  const jitter = new Jitter();
  for (let i = 0; i < 100; i++)
    t.is(jitter.arrived(0, i * 40 + (i % 2) * 30), i * 40 + (i % 2) * 30);
});

test('no picture waits longer than two pictures and 100 ms, and none is shown before it came', (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 400, noNaN: true }), { minLength: 1, maxLength: 200 }),
      fc.integer({ min: 8, max: 120 }),
      (ways, periodMs) =>
        play(ways, periodMs).every(({ readyMs, shownMs }) => {
          const waitMs = shownMs - readyMs;
          return waitMs >= 0 && waitMs <= Math.min(2 * periodMs + 2, 100);
        }),
    ),
  );
  t.pass();
});

test('times that a hostile server makes up delay nothing beyond that', (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(2 ** 31), fc.nat(50)), { minLength: 1, maxLength: 300 }),
      (pictures) => {
        const jitter = new Jitter();
        let nowMs = 0;
        return pictures.every(([time, passedMs]) => {
          nowMs += passedMs;
          const dueMs = jitter.arrived(time, nowMs);
          return dueMs >= nowMs && dueMs <= nowMs + 100;
        });
      },
    ),
  );
  t.pass();
});
