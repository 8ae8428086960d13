import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { RegistryError } from './errors.ts';
import { KeyRing } from './key-ring.ts';

/** Name of the credential: `LoadCredential=wayray-registry-keys:...` or `LoadCredentialEncrypted=`. */
export const CREDENTIAL = 'wayray-registry-keys';

/** Where the keys of a registry are kept. */
export interface KeyStore {
  /** For messages. */
  readonly where: string;
  /** Where keys are made for a new registry; null where they are given. */
  readonly file: string | null;
  /** Whether keys can be added here; where not, an administrator adds them. */
  readonly writable: boolean;
  /** @throws RegistryError key-missing, key-malformed, key-permissions, io */
  read(): KeyRing;
  write(ring: KeyRing): void;
}

/** Keys that go with the process. */
export function keysInMemory(ring = KeyRing.generate()): KeyStore {
  let kept = ring;
  return {
    where: 'memory',
    file: null,
    writable: true,
    read: () => kept,
    write: (changed) => {
      kept = changed;
    },
  };
}

/**
 * The credential where systemd gives one, the file otherwise.
 * @param credentialsDirectory $CREDENTIALS_DIRECTORY
 */
export function findKeys(file: string, credentialsDirectory: string | undefined): KeyStore {
  const credential = credentialsDirectory ? join(credentialsDirectory, CREDENTIAL) : null;
  return credential && existsSync(credential) ? keysInCredential(credential) : keysInFile(file);
}

function keysInCredential(file: string): KeyStore {
  return {
    where: file,
    file: null,
    writable: false,
    read: () => KeyRing.parse(readText(file), file),
    write: () => {
      throw new RegistryError('io', `${file}: systemd gives the keys, they cannot be changed here`);
    },
  };
}

export function keysInFile(file: string): KeyStore {
  return {
    where: file,
    file,
    writable: true,
    read: () => KeyRing.parse(readPrivate(file), file),
    write: (ring) => place(file, ring, renameSync),
  };
}

/** Makes keys for a new registry, unless another process has just done so. */
export function createKeys(store: KeyStore): void {
  if (store.file === null || existsSync(store.file)) return;
  try {
    place(store.file, KeyRing.generate(), linkSync);
  } catch (error) {
    if ((error as { cause?: NodeJS.ErrnoException }).cause?.code !== 'EEXIST') throw error;
  }
}

/** Writes beside the file and puts it there in one step, on the disk before anything is sealed with it. */
function place(file: string, ring: KeyRing, put: (from: string, to: string) => void): void {
  // Not after the process id: in a container the next one has the same, and would find what this one left.
  const temporary = `${file}.${randomBytes(4).toString('hex')}.new`;
  try {
    const fd = openSync(temporary, 'wx', 0o600);
    try {
      writeSync(fd, ring.toText());
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    put(temporary, file);
    const folder = openSync(dirname(file), 'r');
    fsyncSync(folder);
    closeSync(folder);
  } catch (cause) {
    throw new RegistryError('io', `${file}: cannot be written: ${reason(cause)}`, { cause });
  } finally {
    if (existsSync(temporary)) unlinkSync(temporary);
  }
}

function readPrivate(file: string): string {
  const fd = open(file);
  try {
    const { mode, uid } = fstatSync(fd);
    if ((mode & 0o077) !== 0 || (uid !== process.getuid?.() && uid !== 0)) {
      const found = `mode 0${(mode & 0o777).toString(8)}, user ${uid}`;
      throw new RegistryError(
        'key-permissions',
        `${file}: expected mode 0600 and this user, found ${found}`,
      );
    }
    return readFileSync(fd, 'utf8');
  } finally {
    closeSync(fd);
  }
}

function readText(file: string): string {
  const fd = open(file);
  try {
    return readFileSync(fd, 'utf8');
  } finally {
    closeSync(fd);
  }
}

function open(file: string): number {
  try {
    return openSync(file, 'r');
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    const what = missing
      ? 'the keys of the registry are missing'
      : `cannot be read: ${reason(cause)}`;
    throw new RegistryError(missing ? 'key-missing' : 'io', `${file}: ${what}`, { cause });
  }
}

const reason = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? String(error);
