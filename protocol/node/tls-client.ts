import { isIP, type OnReadOpts } from 'node:net';
import {
  type ConnectionOptions,
  connect,
  createSecureContext,
  type SecureContext,
  type TLSSocket,
} from 'node:tls';
import { LinkError } from '../errors.ts';
import { type ClientLink, connectStreams, type Dialled } from '../link/connector.ts';
import { DEFAULT_TUNING, type LinkTuning } from '../link/limits.ts';
import { ALPN } from './alpn.ts';
import { dialError } from './dial-error.ts';
import { DirectReads } from './direct-reads.ts';
import { fingerprintOf } from './fingerprint.ts';
import type { Identity } from './identity.ts';
import { SocketStream } from './socket-stream.ts';

export interface TlsConnectOptions {
  readonly host: string;
  readonly port: number;
  readonly identity: Identity;
  /** Fingerprint the server must have, see `parseFingerprint`. Without it any server is accepted; see `link.peer`. */
  readonly pin?: string;
  readonly tuning?: Partial<LinkTuning>;
}

/** Rejects with LinkError: `unreachable`, `timeout`, `pin-mismatch`, `refused`. */
export async function connectTls(options: TlsConnectOptions): Promise<ClientLink> {
  const { certPem: cert, keyPem: key } = options.identity;
  const context = createSecureContext({ cert, key, minVersion: 'TLSv1.3' });
  let pin = options.pin;
  const dialOne = async (): Promise<Dialled> => {
    const dialled = await dial(options, context, pin);
    // Every channel of a link must lead to the same server.
    pin = dialled.peer.fingerprint as string;
    return dialled;
  };
  return connectStreams(dialOne, options.tuning);
}

function dial(
  options: TlsConnectOptions,
  secureContext: SecureContext,
  pin: string | undefined,
): Promise<Dialled> {
  const { host, port } = options;
  const address = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
  const timeoutMs = options.tuning?.handshakeTimeoutMs ?? DEFAULT_TUNING.handshakeTimeoutMs;
  return new Promise((resolve, reject) => {
    const reads = new DirectReads();
    // The type definitions lack onread, which Node documents.
    const socketOptions: ConnectionOptions & { onread: OnReadOpts } = {
      host,
      port,
      secureContext,
      onread: reads.options,
      // Servers are self-signed; they are known by their fingerprint, which is checked before a byte is sent.
      rejectUnauthorized: false,
      ALPNProtocols: [ALPN],
      ...(isIP(host) === 0 ? { servername: host } : {}),
    };
    const socket = connect(socketOptions);
    const fail = (error: Error): void => {
      clearTimeout(timer);
      socket.destroy();
      reject(dialError(error, address));
    };
    const timer = setTimeout(
      () => fail(new LinkError('timeout', `no answer from ${address}`)),
      timeoutMs,
    );
    socket.once('error', fail);
    socket.once('end', () => fail(new LinkError('refused', `${address} closed the connection`)));
    socket.once('secureConnect', () => {
      const found = checkServer(socket, address, pin);
      if (found instanceof Error) {
        fail(found);
        return;
      }
      clearTimeout(timer);
      socket.off('error', fail);
      resolve({ stream: new SocketStream(socket, reads), peer: { fingerprint: found, address } });
    });
  });
}

function checkServer(
  socket: TLSSocket,
  address: string,
  pin: string | undefined,
): string | LinkError {
  const der = socket.getPeerX509Certificate()?.raw;
  if (der === undefined) return new LinkError('refused', `${address} shows no certificate`);
  const fingerprint = fingerprintOf(der);
  if (pin !== undefined && pin !== fingerprint) {
    const what = `${address} has fingerprint ${fingerprint}, expected ${pin}`;
    return new LinkError('pin-mismatch', what);
  }
  if (socket.alpnProtocol !== ALPN) {
    return new LinkError('refused', `${address} is no WayRay server (no ALPN ${ALPN})`);
  }
  return fingerprint;
}
