import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

const LOOK_EVERY_MS = 20;

/** Whether a process that need not be our child ends within the time. */
export async function processEnds(pid: number, timeoutMs: number): Promise<boolean> {
  const deadlineMs = performance.now() + timeoutMs;
  while (processLives(pid)) {
    if (performance.now() > deadlineMs) return false;
    await wait(LOOK_EVERY_MS);
  }
  return true;
}

/** One that has ended and only waits for its parent to notice (proc(5): state Z) does not live. */
export function processLives(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
  } catch {
    return false;
  }
}
