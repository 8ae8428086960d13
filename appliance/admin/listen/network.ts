import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { createServer as createHttps, type Server as HttpsServer } from 'node:https';
import { type AddressInfo, createServer as createNet, type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { boundsFor, Strangers } from '../../../protocol/link/strangers.ts';
import { ExitError } from '../../../protocol/node/cli.ts';
import { Door } from '../../../protocol/node/door.ts';
import type { Identity } from '../../../protocol/node/identity.ts';
import type { Logger } from '../../../protocol/node/log.ts';
import type { HostPort } from '../../broker/options.ts';
import { RejectionLog } from '../../broker/rejection-log.ts';
import type { Gate } from '../access/gate.ts';
import { boundServer, HTTP_BOUNDS } from './http.ts';
import type { Listener } from './local.ts';

const MAX_STRANGERS = 128;
const MAX_CONNECTIONS = MAX_STRANGERS + 64;
const HANDSHAKE_MS = 5000;

export interface NetworkListener extends Listener {
  readonly address: string;
  readonly port: number;
}

/** Listens for https with the server's own certificate. @throws ExitError when the address cannot be had */
export async function listenNetwork(
  at: HostPort,
  identity: Identity,
  gate: Gate,
  handler: RequestListener,
  log: Logger,
): Promise<NetworkListener> {
  const https = createHttps(
    { ...HTTP_BOUNDS, key: identity.keyPem, cert: identity.certPem, minVersion: 'TLSv1.3' },
    handler,
  );
  boundServer(https, 'secureConnection');
  const door = makeDoor(https, log);
  https.on('secureConnection', (socket: TLSSocket) => secured(socket, door, gate));
  https.on('tlsClientError', (cause, socket) => door.failed(socket, cause));
  // It is given its connections. This is what makes it know them, to close them.
  https.emit('listening');
  const net = createNet((socket) => door.knock(socket));
  net.maxConnections = MAX_CONNECTIONS;
  try {
    net.listen(at.port, at.host);
    await once(net, 'listening');
  } catch (cause) {
    https.close();
    throw new ExitError(`${at.host}:${at.port}: ${(cause as Error).message}`, undefined, { cause });
  }
  const { address, port } = net.address() as AddressInfo;
  return { address, port, close: () => close(net, https, door) };
}

function makeDoor(https: HttpsServer, log: Logger): Door {
  const rejected = new RejectionLog({
    what: 'administration connection',
    write: (fields, text) => log.info(fields, text),
  });
  return new Door({
    strangers: new Strangers(boundsFor(MAX_STRANGERS)),
    timeoutMs: HANDSHAKE_MS,
    handshake: (socket: Socket) => https.emit('connection', socket),
    rejected: (error, name) => rejected.note(name, error.message),
  });
}

function secured(socket: TLSSocket, door: Door, gate: Gate): void {
  const caller = door.secured(socket);
  if (!caller) {
    socket.destroy();
    return;
  }
  const address = socket.remoteAddress ?? '';
  gate.connected(socket, { kind: 'network', address, admitted: () => caller.place.leave() });
}

async function close(
  net: ReturnType<typeof createNet>,
  https: HttpsServer,
  door: Door,
): Promise<void> {
  const closed = new Promise<void>((resolve) => net.close(() => resolve()));
  https.close();
  door.close(true);
  await closed;
}
