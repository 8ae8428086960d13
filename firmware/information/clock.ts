import { statSync } from 'node:fs';

/** No program of ours is older. */
const EARLIEST_MS = Date.UTC(2026, 0, 1);
/** Files of an image that can be made again bit by bit have a time of long ago or of another zone. */
const SLACK_MS = 86_400_000;

/** Whether the clock stands before the program itself was made: boards without a battery start in 1970. */
export function isClockWrong(nowMs = Date.now(), programMs = programTimeMs()): boolean {
  return nowMs < Math.max(EARLIEST_MS, programMs - SLACK_MS);
}

let known: number | null = null;

function programTimeMs(): number {
  try {
    known ??= statSync(process.argv[1] ?? process.execPath).mtimeMs;
  } catch {
    known = 0;
  }
  return known;
}
