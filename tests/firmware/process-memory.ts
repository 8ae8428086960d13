import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';

const CHUNK_BYTES = 1 << 22;

/**
 * How often a process has any of these bytes in memory that it can write to. Other things go on meanwhile: a server in
 * this process that was silent would be given up.
 */
export async function occurrences(pid: number, patterns: readonly Buffer[]): Promise<number> {
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  try {
    let found = 0;
    for (const [from, to] of writableRanges(pid))
      found += await inRange(memory, from, to, patterns);
    return found;
  } finally {
    closeSync(memory);
  }
}

function writableRanges(pid: number): [number, number][] {
  return readFileSync(`/proc/${pid}/maps`, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const range = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line);
      return range
        ? [[Number.parseInt(range[1] ?? '', 16), Number.parseInt(range[2] ?? '', 16)]]
        : [];
    });
}

async function inRange(
  memory: number,
  from: number,
  to: number,
  patterns: readonly Buffer[],
): Promise<number> {
  const longest = Math.max(...patterns.map(({ length }) => length));
  const chunk = Buffer.alloc(Math.min(CHUNK_BYTES, to - from));
  let found = 0;
  for (let at = from; at < to; at += CHUNK_BYTES - longest) {
    let length: number;
    try {
      length = readSync(memory, chunk, 0, Math.min(CHUNK_BYTES, to - at), at);
    } catch {
      // A range that has gone since, or that nobody may read.
      break;
    }
    const bytes = chunk.subarray(0, length);
    for (const pattern of patterns)
      for (let i = bytes.indexOf(pattern); i >= 0; i = bytes.indexOf(pattern, i + 1)) found++;
    await setImmediate();
  }
  return found;
}
