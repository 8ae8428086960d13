import { once } from 'node:events';
import { chmodSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { Socket } from 'node:net';
import { EXIT, ExitError } from '../../../protocol/node/cli.ts';
import { answers, removeStale } from '../../broker/single-instance.ts';
import type { Gate } from '../access/gate.ts';
import type { LocalPeers } from '../access/local-peer.ts';
import { boundServer, HTTP_BOUNDS } from './http.ts';

const MAX_CONNECTIONS = 64;
/** They are told that they may not; they get no place that an administrator needs. */
const MAX_DENIED = 8;

export interface Listener {
  close(): Promise<void>;
}

/**
 * Listens on a Unix socket. Everybody may connect: who it is, the kernel says, and whoever is denied is told so and
 * audited.
 * @throws ExitError when another server listens there, or the path cannot be used
 */
export async function listenLocal(
  path: string,
  peers: LocalPeers,
  gate: Gate,
  handler: RequestListener,
): Promise<Listener> {
  const server = createServer(HTTP_BOUNDS, handler);
  boundServer(server, 'connection');
  const counts = { allowed: 0, denied: 0 };
  server.on('connection', (socket: Socket) => {
    const peer = peers.identify(socket);
    const [kind, max] = peer.allowed
      ? (['allowed', MAX_CONNECTIONS] as const)
      : (['denied', MAX_DENIED] as const);
    if (counts[kind] >= max) {
      socket.destroy();
      return;
    }
    counts[kind]++;
    socket.once('close', () => counts[kind]--);
    gate.connected(socket, { kind: 'local', peer });
  });
  try {
    if (await answers(path)) throw new ExitError(`${path}: another server listens there`);
    removeStale(path);
    server.listen(path);
    await once(server, 'listening');
    chmodSync(path, 0o666);
  } catch (cause) {
    server.close();
    if (cause instanceof ExitError) throw cause;
    const { code } = cause as NodeJS.ErrnoException;
    throw new ExitError(`${path}: cannot be used: ${code}`, EXIT.config, { cause });
  }
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
