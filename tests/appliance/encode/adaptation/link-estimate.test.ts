import test from 'ava';
import fc from 'fast-check';
import { LinkEstimate } from '../../../../appliance/encode/adaptation/link-estimate.ts';
import { mbit, SimulatedLink } from './simulated-link.ts';

const LAN = { bytesPerMs: mbit(2000), delayMs: 0.2 };

test('a busy link shows its rate and its way, whatever the clock of the terminal', (t) => {
  for (const perS of [1, 2, 8, 20, 100]) {
    const link = new SimulatedLink({ bytesPerMs: mbit(perS), delayMs: 10 });
    link.run(4000);
    const ratio = link.estimate.bytesPerMs / mbit(perS);
    t.true(ratio > 0.8 && ratio < 1.4, `${perS} Mbit/s: ${ratio}`);
    t.true(Math.abs(link.estimate.minRttMs - 20) < 12, String(link.estimate.minRttMs));
  }
});

test('a link that shrinks is known before a second slice was sent for what it was', (t) => {
  const link = new SimulatedLink({ bytesPerMs: mbit(100), delayMs: 5 });
  link.run(2000);
  const inFlight = link.estimate.inFlightBytes;
  link.shape = { bytesPerMs: mbit(2), delayMs: 5 };
  // What is on its way has to go through; from there on nothing queues.
  link.run(inFlight / mbit(2) + 2500);
  const backlogs: number[] = [];
  link.run(2000, () => backlogs.push(link.backlogMs));
  t.true(Math.max(...backlogs) < 80, String(Math.max(...backlogs)));
});

test('pages that follow each other on a link that shrinks make nobody wait for long', (t) => {
  for (const afterMs of [0, 5, 10, 15, 20, 25, 30]) {
    const link = new SimulatedLink({ bytesPerMs: mbit(100), delayMs: 5 });
    let due = 0;
    link.source = () => {
      if (link.nowMs < due) return 0;
      due = link.nowMs + 33;
      return 80_000;
    };
    link.run(2000 + afterMs);
    const used = link.delivers(2000) / 2000;
    t.true(used > (0.8 * 80_000) / 33, String(used));
    link.shape = { bytesPerMs: mbit(2), delayMs: 5 };
    const backlogs: number[] = [];
    link.run(2500, () => backlogs.push(link.backlogMs));
    t.true(Math.max(...backlogs) < 190, `${afterMs}: ${Math.max(...backlogs)}`);
  }
});

test('a film alone goes on at its pace when what was small is long ago', (t) => {
  for (const quietMs of [0, 14_000, 16_000, 18_000, 19_000, 21_000]) {
    const link = new SimulatedLink({ bytesPerMs: mbit(20), delayMs: 10 });
    let dueMs = 0;
    const every = (periodMs: number, bytes: number) => () => {
      if (link.nowMs < dueMs) return 0;
      dueMs = Math.max(dueMs + periodMs, link.nowMs);
      return bytes;
    };
    link.source = every(100, 200_000);
    link.run(3000);
    link.source = every(33, 500);
    link.run(2000);
    link.source = () => 0;
    link.run(quietMs);
    link.source = every(33, 60_000);
    link.run(1000);
    for (let second = 1; second < 40; second++) {
      const share = link.delivers(1000) / ((1000 / 33) * 60_000);
      t.true(share > 0.9, `after ${quietMs} ms, second ${second}: ${share}`);
      t.true(link.estimate.minRttMs > 12, `${link.estimate.minRttMs}`);
    }
  }
});

test('what a link of 20 Mbit/s is sent is never held back', (t) => {
  for (const delayMs of [2, 5, 10, 25]) {
    const link = new SimulatedLink({ bytesPerMs: mbit(20), delayMs });
    link.run(2000);
    t.true(link.estimate.minRttMs > delayMs);
    link.run(2000, () => {
      if (link.estimate.burstBytes(true) < Number.POSITIVE_INFINITY) t.fail(`${delayMs} ms`);
    });
  }
});

test('a link that recovers is used within a second', (t) => {
  for (const delayMs of [1, 5, 25]) {
    const link = new SimulatedLink({ bytesPerMs: mbit(2), delayMs });
    link.run(5000);
    link.shape = { bytesPerMs: mbit(100), delayMs };
    link.run(1000);
    const used = link.delivers(500) / (500 * mbit(100));
    t.true(used > 0.7, `${delayMs} ms one way: ${used}`);
  }
});

test('small frames on a LAN never make it look slow', (t) => {
  const link = new SimulatedLink({ ...LAN, jitterMs: 30 }, randomOf(7));
  let due = 0;
  link.source = () => {
    if (link.nowMs < due) return 0;
    due = link.nowMs + 100;
    return 150;
  };
  link.run(20_000);
  t.true(link.estimate.bytesPerMs >= 3000, String(link.estimate.bytesPerMs));
});

test('a LAN needs no slices after the first few frames, and a busy processor seldom', (t) => {
  const link = new SimulatedLink({ ...LAN, jitterMs: 20 }, randomOf(3));
  let due = 0;
  link.source = () => {
    if (link.nowMs < due) return 0;
    due = link.nowMs + 33;
    return 80_000;
  };
  link.run(1000);
  let [sliced, all] = [0, 0];
  link.run(20_000, () => {
    all++;
    const { sliceBytes } = link.window;
    if (sliceBytes > 0 && sliceBytes < 80_000) sliced++;
  });
  t.true(sliced / all < 0.05, String(sliced / all));
});

test('acknowledgements that come late, cover others, or are of nothing', (t) => {
  const estimate = new LinkEstimate();
  estimate.acknowledged(0, 4_000_000_000, 1, 1);
  t.is(estimate.minRttMs, 0);
  estimate.sent(0, 1, 5000, 0);
  estimate.sent(1, 1, 100, 0);
  estimate.sent(0, 2, 5000, 10);
  t.is(estimate.inFlightBytes, 10_100);
  estimate.acknowledged(0, 2, 30, 40);
  t.is(estimate.inFlightBytes, 100);
  estimate.sent(0, 3, 50_000, 50);
  estimate.acknowledged(0, 3, 90, 100);
  t.true(Math.abs(estimate.minRttMs - 30) < 2);
  // A terminal keeps the acknowledgement of a small frame to itself: that is no longer way.
  estimate.acknowledged(1, 1, 15, 740);
  t.is(estimate.inFlightBytes, 0);
  // But it came quickly, in 15 ms instead of 20.
  t.true(Math.abs(estimate.minRttMs - 25) < 2);
  for (let frame = 4; frame < 1000; frame++) estimate.sent(0, frame, 10, 800);
  t.true(estimate.inFlight <= 64 && estimate.inFlightBytes === 10 * estimate.inFlight);
});

test('no link, clock or jitter makes a queue that grows, or an estimate that is not a number', (t) => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          bytesPerMs: fc.integer({ min: 250, max: 50_000 }),
          delayMs: fc.integer({ min: 0, max: 80 }),
          jitterMs: fc.integer({ min: 0, max: 15 }),
        }),
        { minLength: 1, maxLength: 4 },
      ),
      fc.integer({ min: -1e9, max: 1e9 }),
      fc.integer({ min: 1, max: 1 << 30 }),
      (shapes, offsetMs, seed) => {
        const [first] = shapes;
        if (!first) return;
        const link = new SimulatedLink(first, randomOf(seed), offsetMs);
        for (const shape of shapes) {
          link.shape = shape;
          // What was sent for another rate goes through first.
          link.run(4000 + (3 * link.estimate.inFlightBytes) / shape.bytesPerMs);
          const backlogs: number[] = [];
          link.run(1000, () => backlogs.push(link.backlogMs));
          const { bytesPerMs, minRttMs } = link.estimate;
          if (!Number.isFinite(bytesPerMs) || !Number.isFinite(minRttMs)) return false;
          const worst = backlogs.toSorted((a, b) => a - b)[Math.floor(0.9 * backlogs.length)] ?? 0;
          if (worst > 150 + 2 * (6000 / shape.bytesPerMs)) return false;
        }
        return true;
      },
    ),
    { numRuns: 60 },
  );
  t.pass();
});

function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

test('a terminal that is near gets more at once, before anything has come back', (t) => {
  t.true(new LinkEstimate(false, 0.4).bytesPerMs > 5 * new LinkEstimate(false, 20).bytesPerMs);
  t.is(new LinkEstimate(false, 0).bytesPerMs, new LinkEstimate().bytesPerMs);
  t.is(new LinkEstimate(false, 20).minRttMs, 20);
});
