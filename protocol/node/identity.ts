import { mkdtemp, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ConfigError } from '../errors.ts';
import {
  type CertificateRequest,
  createIdentity,
  type Identity,
  identityFrom,
} from './certificate.ts';

import { makeFolder } from './make-folder.ts';
import { syncFolder } from './sync-folder.ts';

export type { Identity } from './certificate.ts';

export const KEY_FILE = 'identity.key';
const CERT_FILE = 'identity.crt';

/**
 * The identity kept in `directory`, made at the first start. The directory is created 0700 and the files 0600; throws
 * ConfigError when others may read them, when they cannot be read, or when they do not belong together.
 */
export async function loadOrCreateIdentity(
  directory: string,
  request: CertificateRequest,
): Promise<Identity> {
  await makeDirectory(directory);
  if ((await readPrivate(join(directory, KEY_FILE))) === null) await create(directory, request);
  return readIdentity(directory);
}

async function readIdentity(directory: string): Promise<Identity> {
  const key = await readPrivate(join(directory, KEY_FILE));
  if (key === null)
    throw new ConfigError(`${directory}: there are files in it, but no ${KEY_FILE}; empty it`);
  const cert = await readPrivate(join(directory, CERT_FILE));
  if (cert === null)
    throw new ConfigError(`${directory}: ${CERT_FILE} is missing beside ${KEY_FILE}`);
  try {
    return identityFrom(cert, key);
  } catch (cause) {
    const why = (cause as Error).message;
    throw new ConfigError(`${directory}: ${KEY_FILE} and ${CERT_FILE} cannot be used: ${why}`, {
      cause,
    });
  }
}

async function makeDirectory(directory: string): Promise<void> {
  try {
    makeFolder(directory);
    refuseOthers(directory, (await stat(directory)).mode, 0o022, 'written', '700');
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    throw new ConfigError(`${directory}: cannot be created: ${(cause as Error).message}`, {
      cause,
    });
  }
}

/** Null when there is no such file. */
async function readPrivate(path: string): Promise<string | null> {
  try {
    refuseOthers(path, (await stat(path)).mode, 0o077, 'read', '600');
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new ConfigError(`${path}: cannot be read: ${(cause as Error).message}`, { cause });
  }
}

function refuseOthers(path: string, mode: number, mask: number, verb: string, want: string): void {
  if ((mode & mask) === 0) return;
  const is = (mode & 0o777).toString(8);
  throw new ConfigError(
    `${path}: may be ${verb} by others (mode ${is}); expected ${want}: chmod ${want} '${path}'`,
  );
}

/**
 * Both files come into being together: a folder with them takes the place of the empty one. Of several programs that do
 * so at the same time one wins, and the others find its files.
 */
async function create(directory: string, request: CertificateRequest): Promise<void> {
  const identity = await createIdentity(request);
  try {
    const place = await realpath(directory);
    const made = await mkdtemp(`${place}.`);
    try {
      await writePrivate(join(made, CERT_FILE), identity.certPem);
      await writePrivate(join(made, KEY_FILE), identity.keyPem);
      syncFolder(made);
      await rename(made, place);
      syncFolder(dirname(place));
    } finally {
      await rm(made, { recursive: true, force: true });
    }
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOTEMPTY' || code === 'EEXIST') return;
    throw new ConfigError(`${directory}: cannot be written: ${(cause as Error).message}`, {
      cause,
    });
  }
}

/** On the disk before it gets its place, and never readable by others, not even for a moment. */
async function writePrivate(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}
