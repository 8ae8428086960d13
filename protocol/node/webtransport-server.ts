import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2SecureServer } from 'node:http2';
import type { Socket } from 'node:net';
import { LinkError } from '../errors.ts';
import type { AcceptorOptions } from '../link/acceptor.ts';
import { DEFAULT_TUNING } from '../link/limits.ts';
import {
  acceptWebTransport,
  WEBTRANSPORT_PATH,
  WEBTRANSPORT_WINDOWS,
} from '../link/webtransport.ts';
import type { Identity } from './certificate.ts';
import {
  loadWebTransport,
  type PackageServer,
  type ServerSession,
} from './webtransport-package.ts';

export interface WebTransportListenOptions extends AcceptorOptions {
  readonly host: string;
  /** 0 chooses a free one. */
  readonly port: number;
  readonly identity: Identity;
  /** Ordinary requests on the same port, e.g. for the page of the browser terminal; without it they get 404. */
  readonly onRequest?: (request: IncomingMessage, response: ServerResponse) => void;
  /** TCP connections over all, idle pages included. */
  readonly maxConnections?: number;
}

const DEFAULT_MAX_STRANGERS = 64;
const DEFAULT_MAX_CONNECTIONS = 1024;
const IDLE_TIMEOUT_MS = 30_000;

/** Listens for browsers. Rejects with the system's error, e.g. EADDRINUSE. */
export async function listenWebTransport(
  options: WebTransportListenOptions,
): Promise<WebTransportListener> {
  const { Http2Server } = await loadWebTransport();
  const { host, port, identity } = options;
  const server = new Http2Server({
    host,
    port,
    secret: randomBytes(32).toString('hex'),
    cert: identity.certPem,
    privKey: identity.keyPem,
    ...WEBTRANSPORT_WINDOWS,
  });
  const listener = new WebTransportListener(server, options);
  await listener.listen();
  return listener;
}

export class WebTransportListener {
  private readonly server: PackageServer;
  private readonly options: WebTransportListenOptions;
  private readonly sockets = new Set<Socket>();
  private strangerCount = 0;
  private closing = false;

  constructor(server: PackageServer, options: WebTransportListenOptions) {
    this.server = server;
    this.options = options;
  }

  get port(): number {
    return this.server.address()?.port ?? 0;
  }

  /** Sessions that are not admitted. */
  get strangers(): number {
    return this.strangerCount;
  }

  async listen(): Promise<void> {
    const sessions = this.server.sessionStream(WEBTRANSPORT_PATH);
    this.server.startServer();
    // The package makes its server at once and lets it listen a microtask later: time to prepare it.
    const { serverInt } = this.server.transportInt as { serverInt: Http2SecureServer };
    this.prepare(serverInt);
    await this.server.ready;
    void this.takeSessions(sessions);
  }

  /** Accepts no more and ends every connection, links included; resolves when the port is free. */
  async close(): Promise<void> {
    if (this.closing) return;
    this.closing = true;
    this.server.stopServer();
    for (const socket of this.sockets) socket.destroy();
    await this.server.closed;
  }

  private prepare(server: Http2SecureServer): void {
    const timeoutMs = this.options.tuning?.handshakeTimeoutMs ?? DEFAULT_TUNING.handshakeTimeoutMs;
    server.maxConnections = this.options.maxConnections ?? DEFAULT_MAX_CONNECTIONS;
    server.setTimeout(IDLE_TIMEOUT_MS);
    const handshakes = new Map<string, ReturnType<typeof setTimeout>>();
    server.on('connection', (socket: Socket) => {
      const name = nameOf(socket);
      this.sockets.add(socket);
      handshakes.set(
        name,
        setTimeout(() => socket.destroy(), timeoutMs),
      );
      socket.once('close', () => {
        this.sockets.delete(socket);
        clearTimeout(handshakes.get(name));
        handshakes.delete(name);
      });
    });
    server.on('secureConnection', (socket: Socket) => {
      clearTimeout(handshakes.get(nameOf(socket)));
      // Without it a small message waits for the acknowledgement of the one before.
      socket.setNoDelay(true);
      socket.on('error', () => {});
    });
    server.on('tlsClientError', (error: Error, socket: Socket) => {
      this.reject(error, nameOf(socket));
      socket.destroy();
    });
    serveRequests(server, this.options.onRequest ?? notFound);
  }

  private async takeSessions(sessions: ReadableStream<ServerSession>): Promise<void> {
    const reader = sessions.getReader();
    for (;;) {
      const next = await reader.read().catch(() => ({ done: true, value: undefined }));
      if (next.done || next.value === undefined) return;
      void this.takeSession(next.value);
    }
  }

  private async takeSession(session: ServerSession): Promise<void> {
    const address = session.peerAddress ?? 'browser';
    if (this.strangerCount >= (this.options.maxStrangers ?? DEFAULT_MAX_STRANGERS)) {
      session.closed.catch(() => {});
      session.close({ closeCode: 0, reason: 'busy' });
      this.reject(new LinkError('busy', 'too many connections wait for admission'), address);
      return;
    }
    const settle = this.countStranger();
    try {
      const { tuning, admission } = this.options;
      const link = await acceptWebTransport(session, {
        peer: { fingerprint: null, address },
        ...(tuning === undefined ? {} : { tuning }),
        ...(admission ? { onAdmit: settle } : {}),
      });
      if (!admission) settle();
      this.options.onLink(link);
    } catch (error) {
      settle();
      this.reject(error as Error, address);
    }
  }

  private countStranger(): () => void {
    this.strangerCount++;
    let counted = true;
    return () => {
      if (counted) this.strangerCount--;
      counted = false;
    };
  }

  private reject(error: Error, address: string): void {
    this.options.onRejected?.(error, { fingerprint: null, address });
  }
}

type RequestHandler = NonNullable<WebTransportListenOptions['onRequest']>;

/**
 * The package answers every HTTP/2 stream itself and knows sessions only. Its listener is kept for those, and
 * everything else goes the usual way to a request handler.
 */
function serveRequests(server: Http2SecureServer, onRequest: RequestHandler): void {
  const forSessions = server.listeners('stream') as ((...args: unknown[]) => void)[];
  server.removeAllListeners('stream');
  server.on('request', onRequest as never);
  const forRequests = server.listeners('stream') as ((...args: unknown[]) => void)[];
  server.removeAllListeners('stream');
  server.on('stream', (...args: unknown[]) => {
    const headers = args[1] as Readonly<Record<string, string>>;
    const handlers = headers[':method'] === 'CONNECT' ? forSessions : forRequests;
    for (const handler of handlers) handler.apply(server, args);
  });
}

const notFound: RequestHandler = (_request, response) => {
  response.statusCode = 404;
  response.end();
};

const nameOf = (socket: Socket): string => `${socket.remoteAddress}:${socket.remotePort}`;
