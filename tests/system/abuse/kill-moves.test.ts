import test from 'ava';
import { isRoot, reachesUsers } from '../../appliance/sessd/rig.ts';
import { killMoves } from './kill-moves.ts';

const rootTest = isRoot && reachesUsers ? test.serial : test.serial.skip;
/** Each victim three times. */
const MOVES = 18;
/** What was killed is there again in two; the rest is for a machine that has much else to do. */
const SOON_MS = 15_000;

rootTest(
  'a session is not lost, nor what is typed into it, whoever is killed meanwhile',
  async (t) => {
    t.timeout(300_000);
    const seed = Math.floor(Math.random() * 2 ** 31);
    t.log({ seed });
    const report = await killMoves(MOVES, seed);
    t.log(report);
    t.deepEqual(report.leaks, []);
    for (const [victim, ms] of Object.entries(report.worstMs)) t.true(ms < SOON_MS, victim);
  },
);
