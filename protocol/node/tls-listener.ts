import { createServer, type Server, type Socket } from 'node:net';
import {
  BROKEN_RULE,
  type Shaken,
  shakeHands,
  TlsContext,
  tcpPath,
} from '../../native/stream/tls.ts';
import { ProtocolError } from '../errors.ts';
import { type AcceptorOptions, LinkAcceptor } from '../link/acceptor.ts';
import { DEFAULT_TUNING } from '../link/limits.ts';
import { ALPN } from './alpn.ts';
import { DirectStream } from './direct-stream.ts';
import { Door } from './door.ts';
import { fingerprintOf } from './fingerprint.ts';
import { takeUnread } from './first-record.ts';
import type { Identity } from './identity.ts';
import { tlsError } from './tls-error.ts';
import { watchTcp } from './watch.ts';

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
  private readonly context: TlsContext;
  private readonly server: Server;
  private readonly door: Door;

  constructor(options: TlsListenOptions) {
    this.options = options;
    this.acceptor = new LinkAcceptor(options);
    this.context = new TlsContext('server', options.identity, ALPN);
    this.door = new Door({
      strangers: this.acceptor.places,
      timeoutMs: options.tuning?.handshakeTimeoutMs ?? DEFAULT_TUNING.handshakeTimeoutMs,
      handshake: (socket) => this.shake(socket),
      rejected: (error, name) => this.reject(error, name),
    });
    // A plain server in front: strangers are counted before TLS spends anything on them.
    this.server = createServer((socket) => this.door.knock(socket));
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

  private shake(socket: Socket): void {
    let shaking: Disposable | null = null;
    const name = this.door.takeOver(socket, () => shaking?.[Symbol.dispose]());
    if (name === undefined) return;
    try {
      const early = takeUnread(socket);
      shaking = shakeHands(this.context, socket, { early }, (result) => this.shaken(result, name));
    } catch (cause) {
      socket.destroy();
      this.door.failed(name, cause as Error);
    }
  }

  /** What is not taken here is closed by who calls. */
  private shaken(result: Shaken, name: string): void {
    if ('error' in result) {
      this.door.failed(name, handshakeError(result.error));
      return;
    }
    const caller = this.door.secured(name);
    if (caller === undefined) return;
    const { certificate, agreed } = result.peer;
    if (certificate === null || !agreed) {
      const what =
        certificate === null ? 'the peer shows no certificate' : `the peer lacks ALPN ${ALPN}`;
      caller.place.leave();
      this.reject(new ProtocolError('unexpected', 'TLS', what), name);
      return;
    }
    const stream = new DirectStream(result.open, tlsError, watchTcp);
    const rttUs = tcpPath(stream.connection)?.leastRttUs;
    const peer = { fingerprint: fingerprintOf(certificate), address: name };
    this.acceptor.accept(stream, { ...peer, ...(rttUs && { rttUs }) }, caller.place);
  }

  private reject(error: Error, address: string): void {
    this.options.onRejected?.(error, { fingerprint: null, address });
  }

  private bound(): { address: string; port: number } {
    return this.server.address() as { address: string; port: number };
  }
}

/** Who goes before the handshake is done has hung up, however that was. */
function handshakeError(error: NodeJS.ErrnoException): Error {
  if (error.code === BROKEN_RULE) return tlsError(error);
  const what = 'the peer hung up during the handshake';
  return new ProtocolError('truncated', 'TLS', what, { cause: error });
}
