import { chmod } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { overSocket } from '../../native/stream/index.ts';
import { LinkError } from '../errors.ts';
import { type AcceptorOptions, LinkAcceptor } from '../link/acceptor.ts';
import { type ClientLink, connectStreams, type Dialled } from '../link/connector.ts';
import { DEFAULT_TUNING, type LinkTuning } from '../link/limits.ts';
import type { LinkPeer } from '../link/link.ts';
import { dialError } from './dial-error.ts';
import { DirectStream } from './direct-stream.ts';
import { watchUnix } from './watch.ts';

/**
 * The kernel tells at once when a process at the other end is gone; one that hangs is found by its silence when it is
 * used, and may be busy for a while.
 */
const UNIX_TUNING: Partial<LinkTuning> = { heartbeatMs: 3000, silenceMs: 8000 };

export interface UnixListener {
  readonly path: string;
  readonly strangers: number;
  /** Accepts no more and ends what is no link yet; resolves when the socket is gone. Links are their owner's. */
  close(): Promise<void>;
}

/**
 * Listens on a Unix socket that only its user can connect to. Rejects with the system's error, e.g. EADDRINUSE; a
 * socket left behind by a dead process is the caller's to remove.
 */
export async function listenUnix(path: string, options: AcceptorOptions): Promise<UnixListener> {
  const acceptor = new LinkAcceptor({
    ...options,
    tuning: { ...UNIX_TUNING, ...options.tuning },
  });
  const peer: LinkPeer = { fingerprint: null, address: path };
  const server = createServer({ pauseOnConnect: true }, (socket) => {
    if (!acceptor.hasRoom) {
      socket.destroy();
      return;
    }
    try {
      acceptor.accept(streamOver(socket), peer, acceptor.reserve());
    } catch (error) {
      socket.destroy();
      options.onRejected?.(error as Error, peer);
    }
  });
  await listening(server, path);
  await chmod(path, 0o600);
  return {
    path,
    get strangers() {
      return acceptor.strangers;
    },
    close: () => {
      acceptor.close();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

export function connectUnix(path: string, tuning?: Partial<LinkTuning>): Promise<ClientLink> {
  const timeoutMs = tuning?.handshakeTimeoutMs ?? DEFAULT_TUNING.handshakeTimeoutMs;
  return connectStreams(() => dial(path, timeoutMs), { ...UNIX_TUNING, ...tuning });
}

function dial(path: string, timeoutMs: number): Promise<Dialled> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect({ path });
    // What comes is not for this socket to read.
    socket.pause();
    const fail = (error: Error): void => {
      clearTimeout(timer);
      socket.destroy();
      reject(dialError(error, path));
    };
    const timer = setTimeout(
      () => fail(new LinkError('timeout', `no answer from ${path}`)),
      timeoutMs,
    );
    socket.once('error', fail);
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.off('error', fail);
      try {
        resolve({ stream: streamOver(socket), peer: { fingerprint: null, address: path } });
      } catch (error) {
        fail(error as Error);
      }
    });
  });
}

const streamOver = (socket: Socket): DirectStream =>
  new DirectStream(overSocket(socket), undefined, watchUnix);

const listening = (server: Server, path: string): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.off('error', reject);
      resolve();
    });
  });
