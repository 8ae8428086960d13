import { closeSync, fsyncSync, openSync } from 'node:fs';

/** Has the names in a folder on the disk: what was renamed there is there after a power cut. @throws the system's error */
export function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
