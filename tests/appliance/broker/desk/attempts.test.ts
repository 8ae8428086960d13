import test from 'ava';
import { Attempts } from '../../../../appliance/broker/desk/attempts.ts';
import { Pace } from '../../../../appliance/broker/desk/pace.ts';
import { FakeClock } from './fake-clock.ts';

test('three failures are free, then each doubles the wait up to five minutes', (t) => {
  const clock = new FakeClock();
  const attempts = new Attempts(clock.nowMs);
  const waits: number[] = [];
  for (let failures = 0; failures < 14; failures++) {
    waits.push(attempts.waitMs('terminal'));
    attempts.failed('terminal');
  }
  t.deepEqual(waits.slice(0, 6), [0, 0, 0, 2000, 4000, 8000]);
  t.is(waits.at(-1), 300_000);
  clock.pass(299_999);
  t.is(attempts.waitMs('terminal', 'token'), 1);
  t.is(attempts.waitMs('token'), 0);
  attempts.succeeded('terminal');
  t.is(attempts.waitMs('terminal'), 0);
});

test('what is long ago is forgiven, and the oldest is forgotten when there are too many', (t) => {
  const clock = new FakeClock();
  const attempts = new Attempts(clock.nowMs);
  const fail = (key: string) => {
    for (let i = 0; i < 4; i++) attempts.failed(key);
  };
  fail('first');
  clock.pass(15 * 60_000);
  t.is(attempts.waitMs('first'), 0);
  fail('old');
  for (let i = 0; i < 10_000; i++) attempts.failed(`key ${i}`);
  t.is(attempts.waitMs('old'), 0);
});

test('a pace lets a burst through, and one more with each interval', (t) => {
  const clock = new FakeClock();
  const pace = new Pace(3, 500, clock.nowMs);
  const taken = (times: number) => Array.from({ length: times }, () => pace.take());
  t.deepEqual(taken(4), [true, true, true, false]);
  clock.pass(499);
  t.false(pace.take());
  clock.pass(1);
  t.deepEqual(taken(2), [true, false]);
  clock.pass(60_000);
  t.deepEqual(taken(4), [true, true, true, false]);
});
