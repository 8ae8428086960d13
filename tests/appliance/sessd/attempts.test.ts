import test from 'ava';
import fc from 'fast-check';
import { type AttemptPolicy, Attempts } from '../../../appliance/sessd/login/attempts.ts';

const policy: AttemptPolicy = {
  free: 3,
  firstWaitMs: 1000,
  maxWaitMs: 8000,
  forgetAfterMs: 60_000,
  maxKeys: 50,
};

test('three tries are free, then each waits twice as long, up to a bound', (t) => {
  const attempts = new Attempts(policy);
  let nowMs = 0;
  const waits: number[] = [];
  for (let i = 0; i < 9; i++) {
    const waitMs = attempts.begin(['user a'], nowMs);
    waits.push(waitMs);
    nowMs += waitMs;
    if (waitMs > 0) t.is(attempts.begin(['user a'], nowMs), 0);
  }
  t.deepEqual(waits, [0, 0, 0, 0, 1000, 2000, 4000, 8000, 8000]);
});

const BLOCK = 4;
for (const [title, act, expectedMs] of [
  ['the same key waits', (a: Attempts) => a.begin(['user a', 'terminal 2'], 100), 900],
  ['another key does not', (a: Attempts) => a.begin(['user b', 'terminal 2'], 100), 0],
  [
    'the longest wait of several keys counts',
    (a: Attempts) => a.begin(['x', 'terminal 1'], 0),
    1000,
  ],
  [
    'a refused try is not counted',
    (a: Attempts) => a.begin(['user a'], 999) && a.begin(['user a'], 1000),
    0,
  ],
  [
    'success forgets',
    (a: Attempts) => {
      a.succeeded(['user a']);
      return a.begin(['user a'], 1);
    },
    0,
  ],
  ['time forgets', (a: Attempts) => a.begin(['user a'], 60_000), 0],
  [
    'a withdrawn try does not count',
    (a: Attempts) => {
      a.withdrawn(['user a'], 1);
      return a.begin(['user a'], 1);
    },
    0,
  ],
] as const) {
  test(title, (t) => {
    const attempts = new Attempts(policy);
    for (let i = 0; i < BLOCK; i++) t.is(attempts.begin(['user a', 'terminal 1'], 0), 0);
    t.is(act(attempts), expectedMs);
  });
}

const tryOf = fc.record({
  key: fc.constantFrom('a', 'b', 'c'),
  afterMs: fc.nat({ max: 5000 }),
  how: fc.constantFrom('fails', 'succeeds', 'is withdrawn'),
});

test('whatever happens: waits are bounded, and who waits as told is let in', (t) => {
  fc.assert(
    fc.property(fc.array(tryOf, { maxLength: 60 }), (tries) => {
      const attempts = new Attempts(policy);
      let nowMs = 0;
      for (const { key, afterMs, how } of tries) {
        nowMs += afterMs;
        const waitMs = attempts.begin([key], nowMs);
        if (waitMs < 0 || waitMs > policy.maxWaitMs) return false;
        nowMs += waitMs;
        if (waitMs > 0 && attempts.begin([key], nowMs) !== 0) return false;
        if (how === 'succeeds') attempts.succeeded([key]);
        if (how === 'is withdrawn') attempts.withdrawn([key], nowMs);
      }
      return true;
    }),
  );
  t.pass();
});

test('failures alone: never more tries in a time than the policy allows, side by side or not', (t) => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 3000 }), { minLength: 1, maxLength: 200 }), (pauses) => {
      const attempts = new Attempts(policy);
      let nowMs = 0;
      let letIn = 0;
      for (const pause of pauses) {
        nowMs += pause;
        if (attempts.begin(['user a', 'user a'], nowMs) === 0) letIn++;
      }
      // 3 free, then at 0, 1, 3, 7, 15 s, and each 8 s from there.
      return letIn <= policy.free + 4 + Math.ceil(nowMs / 1000 / 8) + 1;
    }),
  );
  t.pass();
});

test('the table is bounded', (t) => {
  const attempts = new Attempts(policy);
  for (let i = 0; i < 1000; i++) attempts.begin([`user ${i}`, 'terminal 1'], i);
  t.true(attempts.size <= policy.maxKeys);
});
