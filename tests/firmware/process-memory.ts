import { closeSync, openSync, readFileSync, readSync } from 'node:fs';

const CHUNK_BYTES = 1 << 22;

/** How often a process has these bytes in memory that it can write to. */
export function occurrences(pid: number, pattern: Buffer): number {
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  try {
    let found = 0;
    for (const [from, to] of writableRanges(pid)) found += inRange(memory, from, to, pattern);
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

function inRange(memory: number, from: number, to: number, pattern: Buffer): number {
  const chunk = Buffer.alloc(CHUNK_BYTES);
  let found = 0;
  for (let at = from; at < to; at += CHUNK_BYTES - pattern.length) {
    let length: number;
    try {
      length = readSync(memory, chunk, 0, Math.min(CHUNK_BYTES, to - at), at);
    } catch {
      // A range that has gone since, or that nobody may read.
      break;
    }
    const bytes = chunk.subarray(0, length);
    for (let i = bytes.indexOf(pattern); i >= 0; i = bytes.indexOf(pattern, i + 1)) found++;
  }
  return found;
}
