import { chmodSync, chownSync, lstatSync, mkdirSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { peerOf } from '../../native/process/index.ts';
import { EXIT, ExitError } from '../../protocol/node/cli.ts';
import type { Audit } from './audit.ts';

export interface ListenerOptions {
  readonly path: string;
  /** The one user, apart from root, that may connect. */
  readonly brokerUid: number;
  readonly maxConnections: number;
  readonly audit: Audit;
  readonly onBroker: (socket: Socket) => void;
}

/** Listens for brokers. @throws ExitError when another wrsessd serves or the path is not ours */
export async function listen(options: ListenerOptions): Promise<Server> {
  const { path, brokerUid } = options;
  mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
  await mustBeUnserved(path);
  rmSync(path, { force: true });
  const server = createServer((socket) => admit(socket, options));
  server.maxConnections = options.maxConnections;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) =>
      reject(new ExitError(`${path}: ${error.message}`, EXIT.config, { cause: error })),
    );
    server.listen(path, () => resolve());
  });
  chownSync(path, brokerUid, 0);
  chmodSync(path, 0o600);
  return server;
}

/** The file's mode keeps others out already; what the kernel says of the peer holds even where that was changed. */
function admit(socket: Socket, { brokerUid, audit, onBroker }: ListenerOptions): void {
  socket.on('error', () => {});
  try {
    const { uid, pid } = peerOf(socket);
    if (uid === 0 || uid === brokerUid) return onBroker(socket);
    audit.record({ event: 'peer-denied', uid, pid });
  } catch (error) {
    audit.record({ event: 'peer-denied', reason: (error as Error).message });
  }
  socket.destroy();
}

/** @throws ExitError when another wrsessd serves there, or the path is not ours */
export async function mustBeUnserved(path: string): Promise<void> {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (!found) return;
  if (!found.isSocket()) throw new ExitError(`${path}: is there and no socket`, EXIT.config);
  if (await answers(path)) throw new ExitError(`${path}: another wrsessd serves it`);
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
