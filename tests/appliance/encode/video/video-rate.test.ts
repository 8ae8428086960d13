import test from 'ava';
import { VideoRate } from '../../../../appliance/encode/video/video-rate.ts';

/** Frames with video on a link that takes so long. @returns when the last one came */
function send(rate: VideoRate, count: number, wayMs: number, fromMs: number): number {
  for (let i = 0; i < count; i++) {
    const sentMs = fromMs + 200 * i;
    rate.sent(i + fromMs, true, sentMs);
    // The terminal's clock is another one.
    rate.acknowledged(i + fromMs, sentMs + wayMs - 5_000_000, sentMs + wayMs);
  }
  return fromMs + 200 * count;
}

test('a link on which frames queue gets less, and more when they do not', (t) => {
  const rate = new VideoRate();
  const most = rate.kbitPerS;
  let nowMs = send(rate, 5, 20, 1000);
  t.is(rate.kbitPerS, most);
  nowMs = send(rate, 10, 250, nowMs);
  const less = rate.kbitPerS;
  t.true(less < most / 10, String(less));
  nowMs = send(rate, 50, 20, nowMs);
  t.true(rate.kbitPerS > 2 * less);
  send(rate, 200, 900, nowMs);
  t.true(rate.kbitPerS >= 500);
});

test('frames without video change nothing, and those that were never sent neither', (t) => {
  const rate = new VideoRate();
  const most = rate.kbitPerS;
  for (let i = 1; i < 40; i++) {
    rate.sent(i, false, 200 * i);
    rate.acknowledged(i, 200 * i + (i === 1 ? 1 : 900), 200 * i + 900);
    rate.acknowledged(1e6 + i, 1e9, 200 * i);
  }
  t.is(rate.kbitPerS, most);
});
