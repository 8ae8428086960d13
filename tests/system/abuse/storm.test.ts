import test from 'ava';
import { isRoot, reachesUsers } from '../../appliance/sessd/rig.ts';
import { storm } from './storm.ts';

const rootTest = isRoot && reachesUsers ? test.serial : test.serial.skip;
const EVENTS = 200;
/** The collector is in no hurry with so little; `just storm` looks at memory over ten thousand. */
const MEMORY_MB = 60;
/** Milliseconds, unless the machine has much else to do. */
const PULLED_MS = 3000;

rootTest('two people and their cards come and go at two terminals: one owner always', async (t) => {
  t.timeout(180_000);
  const seed = Math.floor(Math.random() * 2 ** 31);
  const report = await storm(EVENTS, [0.2, 1], seed);
  t.log({ ...report, points: undefined, seed });
  t.deepEqual(report.leaks, []);
  t.true(report.attachments > EVENTS / 20, `${report.attachments} attachments`);
  t.true(report.outlivedMs < PULLED_MS, `shown ${report.outlivedMs} ms after the card was pulled`);
  t.true(report.sharedMs < PULLED_MS, `at two terminals for ${report.sharedMs} ms`);
  t.true(report.lateMs < PULLED_MS, `a frame came ${report.lateMs} ms late`);
  const [warm, last] = report.points;
  if (!warm || !last) return t.fail();
  for (const kind of ['wrsrvd', 'wrsessd', 'wrcomp'] as const) {
    t.is(last.held[kind].processes, warm.held[kind].processes, kind);
    t.is(last.held[kind].descriptors, warm.held[kind].descriptors, kind);
    const grownMb = last.held[kind].pssMb - warm.held[kind].pssMb;
    t.true(grownMb < MEMORY_MB, `${kind} ${grownMb} MB`);
  }
  t.true(last.held.wrcomp.processes === 2, 'no greeter and no other session is left');
});
