import test from 'ava';
import { Heartbeat, type HeartbeatOptions } from '../../../protocol/link/heartbeat.ts';

/** Times of a heartbeat that stand for 2.5 s and the like. */
const TIMES = { heartbeatMs: 20, silenceMs: 60, restMs: 3_600_000 };

/** A heartbeat whose Pings are counted; `asked` and `dead` resolve at the first. */
function beat(options: Partial<HeartbeatOptions> = {}) {
  const asked = Promise.withResolvers<void>();
  const dead = Promise.withResolvers<number>();
  const heartbeat = new Heartbeat({
    ...TIMES,
    isAnswered: true,
    ping: () => asked.resolve(),
    dead: (silentMs) => dead.resolve(silentMs),
    ...options,
  });
  return { heartbeat, asked: asked.promise, dead: dead.promise };
}

/** Resolves when a heartbeat of half the pace has looked at its silent peer: others have done so twice. */
async function afterAnother(): Promise<void> {
  const other = beat({ heartbeatMs: 40, silenceMs: 120 });
  await other.dead;
  other.heartbeat.stop();
}

test('a peer that says nothing is asked, and gone when it does not answer', async (t) => {
  const { heartbeat, dead } = beat();
  t.true((await dead) >= TIMES.silenceMs - TIMES.heartbeatMs);
  heartbeat.stop();
});

test('one that connects to a watched peer which never says a word notices', async (t) => {
  const { heartbeat, dead } = beat();
  heartbeat.watch();
  t.true((await dead) >= TIMES.silenceMs - TIMES.heartbeatMs);
  heartbeat.stop();
});

test('with a watched peer that has answered no clock runs until something is said', async (t) => {
  let pings = 0;
  let says = (): void => {};
  const resting = Promise.withResolvers<void>();
  const { heartbeat, dead } = beat({
    ping: () => pings++,
    tellNext: (callback) => {
      says = callback;
      resting.resolve();
    },
  });
  heartbeat.watch();
  heartbeat.said();
  heartbeat.heard();
  await resting.promise;
  await afterAnother();
  t.is(pings, 0);
  says();
  await dead;
  t.true(pings > 0);
  heartbeat.stop();
});

test('a heartbeat that was stopped begins no more', async (t) => {
  let pings = 0;
  const { heartbeat } = beat({ ping: () => pings++ });
  heartbeat.watch();
  heartbeat.stop();
  heartbeat.said();
  heartbeat.look();
  heartbeat.watch(false);
  await afterAnother();
  t.is(pings, 0);
});

test('a watched peer that leaves words unanswered is asked, and gone', async (t) => {
  const { heartbeat, dead } = beat();
  heartbeat.watch();
  await afterAnother();
  heartbeat.said();
  await dead;
  heartbeat.stop();
  t.pass();
});

test('words that need not be answered soon ask for nothing until then', async (t) => {
  let pings = 0;
  const { heartbeat } = beat({ isAnswered: false, ping: () => pings++ });
  heartbeat.watch();
  heartbeat.said();
  await afterAnother();
  heartbeat.stop();
  t.is(pings, 0);
});

test('words that went past the link and stay unanswered are noticed', async (t) => {
  const saidMs = performance.now() + 30;
  const { heartbeat, dead } = beat({
    heardAgoMs: () => performance.now() - saidMs + 1000,
    saidAgoMs: () => performance.now() - saidMs,
  });
  heartbeat.watch();
  await dead;
  heartbeat.stop();
  t.pass();
});

test('a watched peer that leaves pictures unanswered is found in the end', async (t) => {
  const { heartbeat, dead } = beat({ isAnswered: false, restMs: 100 });
  heartbeat.watch();
  await afterAnother();
  const saidMs = performance.now();
  heartbeat.said();
  await dead;
  t.true(performance.now() - saidMs >= 100 + TIMES.silenceMs - TIMES.heartbeatMs - 5);
  heartbeat.stop();
});

test('a peer that is watched no more is asked as soon as any other', async (t) => {
  const { heartbeat, dead } = beat({ isAnswered: false });
  heartbeat.watch();
  await afterAnother();
  heartbeat.watch(false);
  await dead;
  heartbeat.stop();
  t.pass();
});
