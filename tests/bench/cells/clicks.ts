import { setTimeout as sleep } from 'node:timers/promises';
import type { AnsweredClick } from '../host/observer.ts';

/** Between one answer and the next click; a golden-ratio sequence keeps clicks out of step with frames. */
const gapMs = 220;
const gapSpreadMs = 120;
const goldenShare = 0.618034;

export const secondsPerClick = 0.3;

/**
 * Clicks in turn at what `next` prepares, with a person's gaps.
 * @param next moves the pointer to where click i is to be; returns what is awaited
 */
export async function clickInTurn(
  count: number,
  next: (i: number) => Promise<() => Promise<AnsweredClick>>,
): Promise<number[]> {
  const latenciesMs: number[] = [];
  for (let i = 0; i < count; i++) {
    const click = await next(i);
    await sleep(gapMs + ((i * goldenShare) % 1) * gapSpreadMs);
    const { pressedNs, seenNs } = await click();
    latenciesMs.push((seenNs - pressedNs) / 1e6);
  }
  return latenciesMs;
}
