import { setTimeout as sleep } from 'node:timers/promises';
import { difference, type Stage } from '../stage.ts';

/** Peers refine the picture, start-up work ends, caches fill. */
const runningMs = 1000;
const atLeastMs = 500;
const pollMs = 50;
/** Nothing is on its way when as long nothing came; beyond the first repetition of a lost packet. */
const quietMs = 250;
/** Beside what is alive by itself: a blink, a heartbeat, the turns of a compositor at 60 Hz. */
const quietBytes = 600;
const quietCpuShare = 0.04;
const limitMs = 4000;

/**
 * Resolves when an application that was just started has settled: one that draws all the time has run for a second,
 * with another one the link and the server are quiet, which is looked for over some seconds at most.
 */
export async function settle(stage: Stage, drawsAlways: boolean): Promise<void> {
  if (drawsAlways) await sleep(runningMs);
  else await untilQuiet(stage, atLeastMs);
}

export async function untilQuiet(stage: Stage, leastMs = 0): Promise<void> {
  const windowMs = quietMs + 4 * stage.linkModel.delayMs;
  const earliestMs = performance.now() + leastMs;
  const deadlineMs = performance.now() + limitMs;
  let since = await stage.totals();
  while (performance.now() < deadlineMs) {
    await sleep(pollMs);
    const now = await stage.totals();
    const { timeNs, downBytes, serverCpuNs } = difference(since, now);
    const busy =
      downBytes > quietBytes || serverCpuNs > quietCpuShare * Math.max(timeNs, windowMs * 1e6);
    if (busy) since = now;
    else if (timeNs >= windowMs * 1e6 && performance.now() >= earliestMs) return;
  }
}
