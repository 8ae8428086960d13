import { readFileSync } from 'node:fs';
import type { LoadSample } from './load.ts';
import { otherCores } from './pinning.ts';

/** Beyond this a person waits for letters. */
export const SLOW_KEY_MS = 100;
/** Beyond this viewers and applications wait for each other, which is not the server's doing. */
const FULL = 0.95;
/** The machine shall not have to look for memory while it is measured. */
const SPARE_MIB = 2048;

/** @returns why there is no point in more people than this sample has, if so */
export function stopReason(
  sample: LoadSample,
  next: number,
  takenMib: number,
  availableMib: number,
): string | undefined {
  const { keyP95Ms, lostKeys, keys, othersBusy, sessions } = sample;
  const others = `viewers and applications filled their ${otherCores === 1 ? 'core' : 'cores'} to ${(100 * othersBusy).toFixed(0)} %`;
  const full = othersBusy >= FULL;
  if (lostKeys > 0)
    return `${lostKeys} of ${keys} keys were never shown${full ? `, and ${others}` : ''}`;
  if (keyP95Ms > SLOW_KEY_MS)
    return `keys are slow${full ? `, and ${others}: it may not be the server` : ''}`;
  if (full) return `the machine's limit: ${others}`;
  const wantedMib = (next / sessions) * takenMib + SPARE_MIB;
  if (wantedMib > availableMib)
    return `the machine's memory: ${next} want ${wantedMib.toFixed(0)} MiB of ${availableMib.toFixed(0)}`;
  return undefined;
}

/** What the kernel could give away now without swapping. */
export function availableMib(): number {
  const kib = /^MemAvailable:\s+(\d+)/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1];
  return Number(kib ?? 0) / 1024;
}
