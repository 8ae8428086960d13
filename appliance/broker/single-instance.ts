import { once } from 'node:events';
import { unlinkSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import { EXIT, ExitError } from '../../protocol/node/cli.ts';

/** Another wrsrvd that starts at the same moment needs milliseconds to look and take. */
const TAKE_TIMEOUT_MS = 5000;
/** What connecting to a socket file says when its process has ended, or when there is none. */
const NOBODY = ['ECONNREFUSED', 'ENOENT', 'ENOTSOCK'];

/** A state directory in use. Released when the process exits, however that comes about, or before. */
export interface HeldStateDir {
  release(): void;
}

/**
 * Holds a state directory for one wrsrvd: a listening socket is a lock that the kernel drops with the process.
 * @throws ExitError when another wrsrvd holds it
 */
export async function holdStateDir(socketPath: string): Promise<HeldStateDir> {
  const turn = takeTurn(`${socketPath}.lock`);
  try {
    if (await answers(socketPath)) {
      throw new ExitError(`another wrsrvd runs with this state directory (${socketPath} answers)`);
    }
    return await listen(socketPath);
  } finally {
    turn.close();
  }
}

/**
 * One at a time may look whether a socket is stale and take its place: in between, another could have taken it.
 * SQLite's lock of an empty file ends with the process, too, and is the only such lock that Node has.
 */
function takeTurn(path: string): DatabaseSync {
  try {
    const database = new DatabaseSync(path, { timeout: TAKE_TIMEOUT_MS });
    database.exec('BEGIN EXCLUSIVE');
    return database;
  } catch (cause) {
    throw new ExitError(`${path}: cannot be used: ${(cause as Error).message}`, EXIT.config, {
      cause,
    });
  }
}

async function listen(socketPath: string): Promise<HeldStateDir> {
  const server = createServer((socket) => socket.destroy());
  try {
    removeStale(socketPath);
    server.listen(socketPath);
    await once(server, 'listening');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new ExitError(`${socketPath}: cannot be used: ${code}`, EXIT.config, { cause });
  }
  // Closing removes the file, exiting alone does not.
  const release = () => {
    process.off('exit', release);
    server.close();
  };
  process.on('exit', release);
  return { release };
}

/** Whether somebody listens on a Unix socket, be it one that hangs and has no room for more who wait. */
export async function answers(socketPath: string): Promise<boolean> {
  const socket = connect(socketPath);
  try {
    await once(socket, 'connect');
    return true;
  } catch (error) {
    return !NOBODY.includes((error as NodeJS.ErrnoException).code ?? '');
  } finally {
    socket.destroy();
  }
}

/** Removes a socket file that nobody listens on any more. */
export function removeStale(socketPath: string): void {
  try {
    unlinkSync(socketPath);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
