import { closeSync, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '../../protocol/errors.ts';

/** @returns the file's text, null when there is none. @throws ConfigError when it cannot be read or is longer */
export function readBounded(file: string, maxBytes: number): string | null {
  try {
    const fd = openSync(file, 'r');
    try {
      if (!fstatSync(fd).isFile()) throw new ConfigError(`${file}: no file`);
      const buffer = Buffer.alloc(maxBytes + 1);
      const length = readSync(fd, buffer, 0, buffer.length, 0);
      if (length > maxBytes) throw new ConfigError(`${file}: longer than ${maxBytes} bytes`);
      return buffer.toString('utf8', 0, length);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw new ConfigError(`${file}: cannot be read: ${code}`, { cause: error });
  }
}

/** Paths of what lies in a folder, in order of their names, at most `max`; none when there is no such folder. */
export function filesIn(folder: string, pattern: RegExp, max: number): string[] {
  try {
    const names = readdirSync(folder).filter((name) => pattern.test(name));
    return names
      .sort()
      .slice(0, max)
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
}
