import { createServer as createNetServer, type Server, type Socket } from 'node:net';
import {
  createServer as createTlsServer,
  type TLSSocket,
  type Server as TlsServer,
} from 'node:tls';
import { LinkError, ProtocolError } from '../errors.ts';
import { type AcceptorOptions, LinkAcceptor } from '../link/acceptor.ts';
import { DEFAULT_TUNING } from '../link/limits.ts';
import { ALPN } from './alpn.ts';
import { fingerprintOf } from './fingerprint.ts';
import type { Identity } from './identity.ts';
import { SocketStream } from './socket-stream.ts';

export interface TlsListenOptions extends AcceptorOptions {
  readonly host: string;
  /** 0 chooses a free one. */
  readonly port: number;
  readonly identity: Identity;
}

interface Handshaking {
  readonly socket: Socket;
  readonly settle: () => void;
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
  private readonly handshaking = new Map<string, Handshaking>();

  constructor(options: TlsListenOptions) {
    this.options = options;
    this.acceptor = new LinkAcceptor(options);
    this.tls = this.createTls();
    // A plain server in front: strangers are counted before TLS spends anything on them.
    this.server = createNetServer((socket) => this.connected(socket));
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
    for (const { socket } of this.handshaking.values()) socket.destroy();
    return closed;
  }

  private createTls(): TlsServer {
    const { identity, tuning } = this.options;
    const tls = createTlsServer({
      key: identity.keyPem,
      cert: identity.certPem,
      minVersion: 'TLSv1.3',
      requestCert: true,
      rejectUnauthorized: false,
      ALPNProtocols: [ALPN],
      handshakeTimeout: tuning?.handshakeTimeoutMs ?? DEFAULT_TUNING.handshakeTimeoutMs,
    });
    tls.on('secureConnection', (socket) => this.secured(socket));
    tls.on('tlsClientError', (cause, socket) => {
      this.reject(new ProtocolError('malformed', 'TLS', cause.message, { cause }), nameOf(socket));
      socket.destroy();
    });
    return tls;
  }

  private connected(socket: Socket): void {
    const name = nameOf(socket);
    socket.on('error', () => {});
    if (!this.acceptor.hasRoom) {
      this.reject(new LinkError('busy', 'too many connections wait for admission'), name);
      socket.destroy();
      return;
    }
    const settle = this.acceptor.reserve();
    this.handshaking.set(name, { socket, settle });
    socket.once('close', () => {
      this.handshaking.delete(name);
      settle();
    });
    this.tls.emit('connection', socket);
  }

  private secured(socket: TLSSocket): void {
    const address = nameOf(socket);
    const settle = this.handshaking.get(address)?.settle ?? (() => {});
    this.handshaking.delete(address);
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
    this.acceptor.accept(new SocketStream(socket), peer, settle);
  }

  private reject(error: Error, address: string): void {
    this.options.onRejected?.(error, { fingerprint: null, address });
  }

  private bound(): { address: string; port: number } {
    return this.server.address() as { address: string; port: number };
  }
}

const nameOf = (socket: Socket): string => `${socket.remoteAddress}:${socket.remotePort}`;
