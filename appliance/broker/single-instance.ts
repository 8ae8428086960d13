import { once } from 'node:events';
import { unlinkSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { EXIT, ExitError } from '../../protocol/node/cli.ts';

/**
 * Holds a state directory for one wrsrvd: a listening socket is a lock that the kernel drops with the process.
 * @throws ExitError when another wrsrvd holds it
 */
export async function holdStateDir(socketPath: string): Promise<Server> {
  if (await answers(socketPath)) {
    throw new ExitError(`another wrsrvd runs with this state directory (${socketPath} answers)`);
  }
  const server = createServer((socket) => socket.destroy());
  try {
    removeStale(socketPath);
    server.listen(socketPath);
    await once(server, 'listening');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new ExitError(`${socketPath}: cannot be used: ${code}`, EXIT.config, { cause });
  }
  return server;
}

/** Whether somebody listens on a Unix socket. */
export async function answers(socketPath: string): Promise<boolean> {
  const socket = connect(socketPath);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
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
