import { createServer as createNetServer, type Server } from 'node:net';
import {
  createServer as createTlsServer,
  type TLSSocket,
  type Server as TlsServer,
} from 'node:tls';
import { ProtocolError } from '../errors.ts';
import { type AcceptorOptions, LinkAcceptor } from '../link/acceptor.ts';
import { DEFAULT_TUNING } from '../link/limits.ts';
import { ALPN } from './alpn.ts';
import { Door } from './door.ts';
import { fingerprintOf } from './fingerprint.ts';
import type { Identity } from './identity.ts';
import { SocketStream } from './socket-stream.ts';

export interface TlsListenOptions extends AcceptorOptions {
  readonly host: string;
  /** 0 chooses a free one. */
  readonly port: number;
  readonly identity: Identity;
}

/**
 * Listens for terminals: TLS 1.3, both sides show a certificate. Whose it is, the owner decides by
 * `link.peer.fingerprint`. Rejects with the system's error, e.g. EADDRINUSE.
 */
export async function listenTls(options: TlsListenOptions): Promise<TlsListener> {
  const listener = new TlsListener(options);
  await listener.listen();
  return listener;
}

export class TlsListener {
  private readonly options: TlsListenOptions;
  private readonly acceptor: LinkAcceptor;
  private readonly tls: TlsServer;
  private readonly server: Server;
  private readonly door: Door;

  constructor(options: TlsListenOptions) {
    this.options = options;
    this.acceptor = new LinkAcceptor(options);
    this.tls = this.createTls();
    this.door = new Door({
      strangers: this.acceptor.places,
      timeoutMs: options.tuning?.handshakeTimeoutMs ?? DEFAULT_TUNING.handshakeTimeoutMs,
      handshake: (socket) => this.tls.emit('connection', socket),
      rejected: (error, name) => this.reject(error, name),
    });
    // A plain server in front: strangers are counted before TLS spends anything on them.
    this.server = createNetServer((socket) => this.door.knock(socket));
  }

  get address(): string {
    return this.bound().address;
  }

  get port(): number {
    return this.bound().port;
  }

  /** Connections that are not part of an admitted link. */
  get strangers(): number {
    return this.acceptor.strangers;
  }

  listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(this.options.port, this.options.host, () => {
        this.server.off('error', reject);
        resolve();
      });
    });
  }

  /** Accepts no more and ends what is no link yet; resolves when the port is free. Links are their owner's. */
  close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.acceptor.close();
    this.door.close(false);
    return closed;
  }

  private createTls(): TlsServer {
    const { identity } = this.options;
    const tls = createTlsServer({
      key: identity.keyPem,
      cert: identity.certPem,
      minVersion: 'TLSv1.3',
      requestCert: true,
      rejectUnauthorized: false,
      ALPNProtocols: [ALPN],
    });
    tls.on('secureConnection', (socket) => this.secured(socket));
    tls.on('tlsClientError', (cause, socket) => this.door.failed(socket, cause));
    return tls;
  }

  private secured(socket: TLSSocket): void {
    const caller = this.door.secured(socket);
    if (caller === undefined) {
      socket.destroy();
      return;
    }
    const { name: address, place } = caller;
    const der = socket.getPeerX509Certificate()?.raw;
    socket.on('error', () => {});
    if (der === undefined || socket.alpnProtocol !== ALPN) {
      const what =
        der === undefined ? 'the peer shows no certificate' : `the peer lacks ALPN ${ALPN}`;
      this.reject(new ProtocolError('unexpected', 'TLS', what), address);
      socket.destroy();
      return;
    }
    const peer = { fingerprint: fingerprintOf(der), address };
    this.acceptor.accept(new SocketStream(socket), peer, place);
  }

  private reject(error: Error, address: string): void {
    this.options.onRejected?.(error, { fingerprint: null, address });
  }

  private bound(): { address: string; port: number } {
    return this.server.address() as { address: string; port: number };
  }
}
