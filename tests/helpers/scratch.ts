import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder that goes with its owner. */
export interface Scratch {
  readonly path: string;
  [Symbol.dispose](): void;
}

/** Short, because sockets in it must fit sun_path. */
export function scratchFolder(): Scratch {
  const path = mkdtempSync(join(tmpdir(), 'wr-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}
