import {
  chownSync,
  closeSync,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { ConfigError } from '../../../protocol/errors.ts';
import type { KeyRecord } from './key.ts';

const MAX_KEYS = 64;
const MAX_FILE_BYTES = 65_536;
const LOCK_TIMEOUT_MS = 5000;

const keyRecord = z.object({
  id: z.string().regex(/^[0-9a-f]{8}$/),
  name: z.string().min(1).max(64),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  createdAtMs: z.int().min(0),
});
const keyFile = z.object({ keys: z.array(keyRecord).max(MAX_KEYS) });

/** The keys in a file; none when there is no file. @throws ConfigError when others may read it, or it is damaged */
export function readKeys(path: string): readonly KeyRecord[] {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw unusable(path, cause);
  }
  try {
    const { mode, size } = fstatSync(fd);
    if ((mode & 0o077) !== 0) {
      throw new ConfigError(`${path}: may be read by others; expected mode 600: chmod 600 ${path}`);
    }
    if (size > MAX_FILE_BYTES)
      throw new ConfigError(`${path}: expected at most ${MAX_FILE_BYTES} bytes`);
    return keyFile.parse(JSON.parse(readFileSync(fd, 'utf8'))).keys;
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    throw new ConfigError(`${path}: expected the keys that wradm wrote`, { cause });
  } finally {
    closeSync(fd);
  }
}

/**
 * Changes the keys in a file, one process at a time, all of it or nothing. The file belongs to the owner of its folder:
 * root writes what wrsrvd's user has to read.
 * @throws ConfigError
 */
export function changeKeys(
  path: string,
  change: (keys: readonly KeyRecord[]) => readonly KeyRecord[],
): void {
  let lock: DatabaseSync | undefined;
  try {
    lock = takeLock(`${path}.lock`);
    const keys = change(readKeys(path));
    if (keys.length > MAX_KEYS)
      throw new ConfigError(`${path}: there are ${MAX_KEYS} keys already; remove one`);
    replace(path, JSON.stringify({ keys }, null, 2));
  } catch (cause) {
    throw cause instanceof Error && 'code' in cause && 'syscall' in cause
      ? unusable(path, cause)
      : cause;
  } finally {
    lock?.close();
  }
}

/** SQLite's lock of an empty file ends with the process, and is the only such lock that Node has. */
function takeLock(path: string): DatabaseSync {
  try {
    const database = new DatabaseSync(path, { timeout: LOCK_TIMEOUT_MS });
    giveToOwner(path);
    database.exec('BEGIN EXCLUSIVE');
    return database;
  } catch (cause) {
    throw unusable(path, cause);
  }
}

function replace(path: string, text: string): void {
  const made = `${path}.new`;
  rmSync(made, { force: true });
  const fd = openSync(made, 'wx', 0o600);
  try {
    writeSync(fd, `${text}\n`);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  giveToOwner(made);
  renameSync(made, path);
}

function giveToOwner(file: string): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(dirname(file));
  chownSync(file, uid, gid);
}

const unusable = (path: string, cause: unknown) =>
  new ConfigError(`${path}: cannot be used: ${(cause as Error).message}`, { cause });
