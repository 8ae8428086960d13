import test from 'ava';
import { IdleTimer } from '../../../firmware/display/idle-timer.ts';

function setUp(offAfterMinutes = 10, offInSessionMinutes = 0) {
  const told: string[] = [];
  let due: { action: () => void; ms: number } | null = null;
  const idle = new IdleTimer({
    offAfterMinutes,
    offInSessionMinutes,
    sleep: () => told.push('sleep'),
    wake: () => told.push('wake'),
    setTimer: (action, ms) => {
      due = { action, ms };
      return {
        cancel: () => {
          due = null;
        },
      };
    },
  });
  return {
    idle,
    told,
    get waitsMs() {
      return due?.ms ?? null;
    },
    pass() {
      const now = due;
      due = null;
      now?.action();
    },
  };
}

test('after the time that was set at a page the monitors go off, once', (t) => {
  const set = setUp(10);
  t.is(set.waitsMs, 600_000);
  set.pass();
  set.pass();
  t.deepEqual(set.told, ['sleep']);
  t.true(set.idle.asleep);
});

test('whoever comes wakes them, and the time begins anew', (t) => {
  const set = setUp();
  set.idle.stir();
  t.deepEqual(set.told, [], 'they are on');
  set.pass();
  set.idle.stir();
  t.deepEqual(set.told, ['sleep', 'wake']);
  t.is(set.waitsMs, 600_000);
});

test('a session keeps them on unless that is wanted otherwise, and its beginning wakes them', (t) => {
  const set = setUp();
  set.pass();
  set.idle.shows('session');
  t.deepEqual(set.told, ['sleep', 'wake']);
  t.is(set.waitsMs, null);
  set.idle.shows('page');
  t.is(set.waitsMs, 600_000);
  const other = setUp(10, 30);
  other.idle.shows('session');
  t.is(other.waitsMs, 1_800_000);
});

test('never is never', (t) => {
  const set = setUp(0, 0);
  set.idle.stir();
  t.is(set.waitsMs, null);
});

test('what shows the same does not stir', (t) => {
  const set = setUp();
  set.pass();
  set.idle.shows('page');
  t.true(set.idle.asleep);
});

test('nothing is left to come after its end', (t) => {
  const set = setUp();
  set.idle[Symbol.dispose]();
  t.is(set.waitsMs, null);
});
