import { execFileSync } from 'node:child_process';
import { closeSync, ftruncateSync, openSync } from 'node:fs';

const BYTES = 64 << 20;

/** Makes an empty disk for what a terminal keeps. */
export function makeStateDisk(file: string): void {
  const handle = openSync(file, 'w');
  ftruncateSync(handle, BYTES);
  closeSync(handle);
  execFileSync('mkfs.ext4', ['-q', '-F', '-L', 'wayray-state', file]);
}
