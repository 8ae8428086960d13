import test from 'ava';
import { videoTime, videoTimeBetween } from '../../protocol/video-time.ts';

test('times of pictures are told apart over the wrap, and 0 is none', (t) => {
  for (const ms of [0, 1, 33.4, 2 ** 20 - 5, 2 ** 20, 7 * 2 ** 31 + 12]) {
    t.true(videoTime(ms) > 0 && videoTime(ms) <= 2 ** 20);
    t.is(videoTimeBetween(videoTime(ms), videoTime(ms + 40)), 40);
    t.is(videoTimeBetween(videoTime(ms + 40), videoTime(ms)), -40);
  }
  t.is(videoTimeBetween(0, videoTime(5)), null);
  t.is(videoTimeBetween(videoTime(5), 0), null);
});
