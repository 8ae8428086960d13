import test from 'ava';
import { VideoRate } from '../../../../appliance/encode/video/video-rate.ts';
import { mbit, SimulatedLink } from '../adaptation/simulated-link.ts';

test('a film takes what the link has, and no more than it needs', (t) => {
  const link = new SimulatedLink({ bytesPerMs: mbit(200), delayMs: 1 });
  const rate = new VideoRate();
  const most = rate.kbitPerS;
  rate.link = link.estimate;
  link.run(1000);
  t.is(rate.kbitPerS, most);
  link.shape = { bytesPerMs: mbit(8), delayMs: 1 };
  link.run(4000);
  t.true(rate.kbitPerS > 4000 && rate.kbitPerS < 9000, String(rate.kbitPerS));
  link.shape = { bytesPerMs: mbit(200), delayMs: 1 };
  link.run(1000);
  t.is(rate.kbitPerS, most);
});

test('on a slow link pictures are fewer rather than worthless, but none takes it for long', (t) => {
  for (const perS of [0.5, 1, 2]) {
    const link = new SimulatedLink({ bytesPerMs: mbit(perS), delayMs: 1 });
    const rate = new VideoRate();
    rate.link = link.estimate;
    link.run(5000);
    const pictureMs = ((rate.kbitPerS / 30) * 1000) / 8 / mbit(perS);
    t.true(rate.kbitPerS >= 500 && pictureMs < 80, `${perS} Mbit/s: ${pictureMs} ms`);
  }
});

test('a rate that hardly changes stays', (t) => {
  const link = { bytesPerMs: 500, pictureBytes: Number.POSITIVE_INFINITY };
  const rate = new VideoRate();
  rate.link = link as never;
  const before = rate.kbitPerS;
  link.bytesPerMs = 540;
  t.is(rate.kbitPerS, before);
  link.bytesPerMs = 700;
  t.true(rate.kbitPerS > before);
});

test('where a link may have shrunk half of a picture is hardly ever more than may be on its way', (t) => {
  const rate = new VideoRate();
  const link = { bytesPerMs: mbit(100), pictureBytes: 36_000 };
  rate.link = link as never;
  const halfBytes = (rate.kbitPerS * 1000) / 8 / 30 / 2;
  t.true(
    halfBytes < 0.9 * link.pictureBytes && halfBytes > 0.8 * link.pictureBytes,
    `${halfBytes}`,
  );
});
