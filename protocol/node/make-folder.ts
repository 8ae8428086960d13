import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a folder, 0700, with those above it; one that is there stays as it is. Node's own `recursive` never returns
 * below a file system that takes no folders, such as /proc. @throws the system's error
 */
export function makeFolder(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const above = dirname(path);
    if (code !== 'ENOENT' || above === path) return mustBeThere(path, error);
    makeFolder(above);
    makeLast(path);
  }
}

function makeLast(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    mustBeThere(path, error);
  }
}

function mustBeThere(path: string, error: unknown): void {
  const there = statSync(path, { throwIfNoEntry: false });
  if (!there?.isDirectory()) throw error;
}
