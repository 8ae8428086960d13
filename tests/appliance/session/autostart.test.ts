import { mock } from 'node:test';
import test from 'ava';
import type { ApplicationEnd } from '../../../appliance/session/application.ts';
import { Autostart } from '../../../appliance/session/autostart.ts';
import type { Restart } from '../../../appliance/session/config/session-config.ts';
import { openLog } from '../../../protocol/node/log.ts';

const FAILED: ApplicationEnd = { status: 1, signal: null };
const WELL: ApplicationEnd = { status: 0, signal: null };
const KILLED: ApplicationEnd = { status: null, signal: 'SIGKILL' };

/** Programs that end when a test says so, on a clock of the test's own. */
class Bench {
  readonly startedAtMs: number[] = [];
  readonly givenUp: string[] = [];
  readonly over: string[] = [];
  readonly autostart: Autostart;
  nowMs = 0;
  #end: (end: ApplicationEnd) => void = () => {};

  constructor() {
    mock.timers.enable({ apis: ['setTimeout'] });
    this.autostart = new Autostart({
      start: (_entry, onEnded) => {
        this.startedAtMs.push(this.nowMs);
        this.#end = onEnded;
      },
      clock: () => this.nowMs,
      log: openLog({ name: 'test', level: 'silent', readable: false }),
      onGivenUp: (name) => this.givenUp.push(name),
      onOver: (name) => this.over.push(name),
    });
  }

  add(restart: Restart, delayMs = 0): void {
    this.autostart.add({ name: 'it', command: 'it', restart, delayMs });
  }

  end(end: ApplicationEnd): void {
    this.#end(end);
  }

  pass(ms: number): void {
    for (let step = 0; step < ms; step += 100) {
      this.nowMs += 100;
      mock.timers.tick(100);
    }
  }

  [Symbol.dispose](): void {
    this.autostart[Symbol.dispose]();
    mock.timers.reset();
  }
}

const cases: readonly (readonly [Restart, ApplicationEnd, boolean])[] = [
  ['never', FAILED, false],
  ['never', WELL, false],
  ['on-failure', WELL, false],
  ['on-failure', FAILED, true],
  ['on-failure', KILLED, true],
  ['always', WELL, true],
  ['always', KILLED, true],
];
for (const [restart, end, again] of cases) {
  test.serial(`${restart}, ended with ${end.signal ?? end.status}`, (t) => {
    using bench = new Bench();
    bench.add(restart);
    bench.end(end);
    bench.pass(1000);
    t.is(bench.startedAtMs.length, again ? 2 : 1);
    t.deepEqual(bench.over, again ? [] : ['it']);
  });
}

test.serial('one that starts later, and not at all when the session ends before', (t) => {
  using bench = new Bench();
  bench.add('never', 3000);
  bench.pass(2900);
  t.deepEqual(bench.startedAtMs, []);
  bench.pass(100);
  t.deepEqual(bench.startedAtMs, [3000]);
  bench.add('always', 1000);
  bench.autostart[Symbol.dispose]();
  bench.pass(2000);
  bench.end(KILLED);
  bench.pass(2000);
  t.is(bench.startedAtMs.length, 1);
});

test.serial('each wait is longer, to a bound, and after ten it is left alone', (t) => {
  using bench = new Bench();
  bench.add('always');
  const waits: number[] = [];
  while (bench.givenUp.length === 0) {
    const endedAtMs = bench.nowMs;
    const { length } = bench.startedAtMs;
    bench.end(FAILED);
    while (bench.givenUp.length === 0 && bench.startedAtMs.length === length) bench.pass(100);
    if (bench.startedAtMs.length > length) waits.push(bench.nowMs - endedAtMs);
  }
  t.deepEqual(waits, [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000, 30_000]);
  bench.pass(100_000);
  t.is(bench.startedAtMs.length, 11);
  t.deepEqual(bench.givenUp, ['it']);
  t.deepEqual(bench.over, ['it']);
});

test.serial('one that ran for a minute starts anew with the shortest wait', (t) => {
  using bench = new Bench();
  bench.add('always');
  for (let round = 0; round < 5; round++) {
    bench.end(FAILED);
    bench.pass(10_000);
  }
  bench.pass(60_000);
  const before = bench.nowMs;
  bench.end(FAILED);
  bench.pass(600);
  t.is(bench.startedAtMs.at(-1), before + 500);
  t.deepEqual(bench.givenUp, []);
});
