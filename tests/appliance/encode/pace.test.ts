import test from 'ava';
import { CallbackClock } from '../../../appliance/encode/callback-clock.ts';
import { Pace } from '../../../appliance/encode/pace.ts';

test('two frames may be on their way, not three', (t) => {
  const pace = new Pace();
  pace.sent(1, 0);
  t.true(pace.maySend(1));
  pace.sent(2, 1);
  t.false(pace.maySend(2));
  t.is(pace.inFlight, 2);
});

test('an acknowledgement covers the frames before it', (t) => {
  const pace = new Pace();
  pace.sent(1, 0);
  pace.sent(2, 0);
  pace.acknowledged(2);
  t.is(pace.inFlight, 0);
});

test('an acknowledgement of what was never sent frees nothing later', (t) => {
  const pace = new Pace();
  pace.acknowledged(4_294_967_295);
  pace.sent(1, 0);
  pace.sent(2, 0);
  pace.acknowledged(0);
  t.false(pace.maySend(1));
});

test('frames without an acknowledgement stop counting after 4 s', (t) => {
  const pace = new Pace();
  pace.sent(1, 0);
  pace.sent(2, 1000);
  t.is(pace.waitMs(1000), 3000);
  t.false(pace.maySend(3999));
  t.true(pace.maySend(4000));
  t.is(pace.inFlight, 1);
});

test('callbacks come at once after a quiet time and at most once a period', async (t) => {
  let nowMs = 1000;
  const sentMs: number[] = [];
  const clock = new CallbackClock(
    20,
    () => sentMs.push(nowMs),
    () => nowMs,
  );
  clock.request();
  t.deepEqual(sentMs, [1000]);
  nowMs = 1005;
  clock.request();
  clock.request();
  t.is(sentMs.length, 1);
  nowMs = 1020;
  await new Promise((resolve) => setTimeout(resolve, 30));
  t.deepEqual(sentMs, [1000, 1020]);
  nowMs = 2000;
  clock.request();
  t.deepEqual(sentMs, [1000, 1020, 2000]);
});

test('callbacks keep a pace of no whole milliseconds; what held one up is not made up for', (t) => {
  let nowMs = 1000;
  const sentMs: number[] = [];
  const clock = new CallbackClock(
    6.9,
    () => sentMs.push(nowMs),
    () => nowMs,
  );
  clock.request();
  // Whenever whole milliseconds come near enough to when it is due.
  for (let dueMs = 1006.9; dueMs < 1700; dueMs += 6.9) {
    nowMs = Math.round(dueMs);
    clock.request();
  }
  t.is(sentMs.length, 102);
  const last = sentMs.at(-1) ?? 0;
  nowMs = last + 60;
  clock.request();
  nowMs += 1;
  clock.request();
  t.is(sentMs.length, 103);
  clock[Symbol.dispose]();
});

test('a disposed clock sends nothing any more', async (t) => {
  let sent = 0;
  const clock = new CallbackClock(
    5,
    () => sent++,
    () => 0,
  );
  clock.request();
  clock.request();
  clock[Symbol.dispose]();
  await new Promise((resolve) => setTimeout(resolve, 20));
  t.is(sent, 1);
});
