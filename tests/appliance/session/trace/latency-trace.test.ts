import test from 'ava';
import { LatencyTrace } from '../../../../appliance/session/trace/latency-trace.ts';

function traced() {
  const clock = { us: 0 };
  return { clock, trace: new LatencyTrace(() => clock.us) };
}

const shown = (frame: number, receivedUs: number, decodeUs = 0) => ({
  ...{ output: 0, frame, receivedUs, decodeUs },
});

test('a key is followed to its picture, over two clocks', (t) => {
  const { clock, trace } = traced();
  trace.input(5_000_000);
  clock.us = 1000;
  trace.damaged();
  clock.us = 1100;
  trace.taken(0, true);
  // Of the next frame, while a worker makes this one.
  clock.us = 1200;
  trace.damaged();
  clock.us = 1400;
  trace.sent(0, 1);
  trace.acknowledged(shown(1, 5_002_600, 300), 5_003_400);
  const times = trace.times();
  const near = (stage: keyof typeof times, ms: number) => {
    const found = times[stage];
    t.is(found?.count, 1, stage);
    t.true(Math.abs((found?.p50Ms ?? 0) - ms) <= ms / 8, `${stage}: ${found?.p50Ms}`);
  };
  near('inputToPresent', 3.4);
  near('inputToSend', 1.4);
  near('commitToSend', 0.4);
  near('encode', 0.3);
  near('present', 0.8);
  near('decode', 0.3);
  near('way', 1.2);
});

test('each output has a frame in the making, and what nobody changed is no change that was sent', (t) => {
  const { clock, trace } = traced();
  trace.damaged();
  trace.taken(1, false);
  trace.taken(0, true);
  clock.us = 2000;
  trace.sent(1, 1);
  clock.us = 4000;
  trace.sent(0, 1);
  trace.sent(0, 2);
  const { encode, commitToSend } = trace.times();
  t.is(encode?.count, 2);
  t.is(commitToSend?.count, 1);
  t.true(Math.abs((commitToSend?.p50Ms ?? 0) - 4) < 0.5);
});

test('only the first frame after an input is counted for it', (t) => {
  const { trace } = traced();
  trace.input(0);
  trace.sent(0, 1);
  trace.sent(0, 2);
  trace.acknowledged(shown(2, 10), 20);
  t.is(trace.times().inputToPresent, undefined);
  trace.acknowledged(shown(1, 10), 20);
  trace.acknowledged(shown(1, 10), 20);
  t.is(trace.times().inputToPresent?.count, 1);
});

test('another terminal’s acknowledgement is of no frame before', (t) => {
  const { trace } = traced();
  trace.input(0);
  trace.sent(0, 1);
  trace.restart();
  trace.acknowledged(shown(1, 10), 20);
  t.deepEqual(Object.keys(trace.times()), ['inputToSend']);
});

test('frames that nobody acknowledges are forgotten', (t) => {
  const { trace } = traced();
  for (let frame = 1; frame <= 100; frame++) trace.sent(0, frame);
  trace.acknowledged(shown(1, 10), 20);
  t.deepEqual(trace.times(), {});
  trace.acknowledged(shown(100, 10), 20);
  t.is(trace.times().present?.count, 1);
  t.is(trace.times().decode, undefined);
});

test('how long a small frame takes to the screen is learned, and forgotten with the terminal', (t) => {
  const { clock, trace } = traced();
  t.is(trace.showUs, 0);
  for (let frame = 1; frame < 40; frame++) {
    trace.input(frame * 1000);
    trace.sent(0, frame);
    // 2 ms there and back, 1 ms to draw.
    trace.acknowledged(shown(frame, frame * 1000 + 2000), frame * 1000 + 3000);
    clock.us += 1000;
  }
  t.true(Math.abs(trace.showUs - 2000) < 1, String(trace.showUs));
  trace.input(0);
  trace.sent(0, 40);
  trace.acknowledged(shown(40, 0), Number.MAX_SAFE_INTEGER);
  t.true(trace.showUs < 3000, 'the word of a terminal has bounds');
  trace.restart();
  t.is(trace.showUs, 0);
});
