import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2SecureServer, ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { LinkError } from '../errors.ts';
import type { AcceptorOptions } from '../link/acceptor.ts';
import { DEFAULT_TUNING, STRANGER_MAX_BYTES } from '../link/limits.ts';
import {
  acceptWebTransport,
  WEBTRANSPORT_PATH,
  WEBTRANSPORT_WINDOWS,
} from '../link/webtransport.ts';
import type { Identity } from './certificate.ts';
import { guardStream } from './guarded-stream.ts';
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
  /** What was read from a stranger's connection when its session began, by address. */
  private readonly strangersFrom = new Map<string, number>();
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
    serveRequests(server, this.options.onRequest ?? notFound, (stream, socket) =>
      this.guard(stream, socket),
    );
  }

  /** The package's parsers throw on malformed input, and keep as much as a peer announces. */
  private guard(stream: Duplex, socket: Socket): void {
    const name = nameOf(socket);
    this.strangersFrom.set(name, socket.bytesRead);
    const mayRead = (): boolean => {
      const from = this.strangersFrom.get(name);
      return from === undefined || socket.bytesRead - from <= STRANGER_MAX_BYTES;
    };
    guardStream(stream, mayRead, (error) => this.reject(error, name));
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
    const settle = this.countStranger(address);
    try {
      const { tuning, admission } = this.options;
      const link = await acceptWebTransport(session, {
        peer: { fingerprint: null, address },
        unitStreams: false,
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

  private countStranger(address: string): () => void {
    this.strangerCount++;
    let counted = true;
    return () => {
      if (counted) this.strangerCount--;
      counted = false;
      this.strangersFrom.delete(address);
    };
  }

  private reject(error: Error, address: string): void {
    this.options.onRejected?.(error, { fingerprint: null, address });
  }
}

type RequestHandler = NonNullable<WebTransportListenOptions['onRequest']>;
type AnyListener = (...args: unknown[]) => void;

/**
 * The package answers every HTTP/2 stream itself and knows sessions only. Its listener is kept for those, behind
 * `guard`, and everything else goes the usual way to a request handler.
 */
function serveRequests(
  server: Http2SecureServer,
  onRequest: RequestHandler,
  guard: (stream: Duplex, socket: Socket) => void,
): void {
  const forSessions = takeListeners(server, 'stream');
  server.on('request', onRequest as never);
  const forRequests = takeListeners(server, 'stream');
  server.on('stream', (...args: unknown[]) => {
    const [stream, headers] = args as [ServerHttp2Stream, Readonly<Record<string, string>>];
    const isSession = headers[':method'] === 'CONNECT';
    const { socket } = stream.session ?? {};
    if (isSession && socket !== undefined) guard(stream, socket as Socket);
    for (const handler of isSession ? forSessions : forRequests) handler.apply(server, args);
  });
  const forUpgrades = takeListeners(server, 'upgrade');
  server.on('upgrade', (...args: unknown[]) => {
    const socket = args[1] as Socket;
    guard(socket, socket);
    for (const handler of forUpgrades) handler.apply(server, args);
  });
}

function takeListeners(server: Http2SecureServer, event: string): AnyListener[] {
  const listeners = server.listeners(event) as AnyListener[];
  server.removeAllListeners(event);
  return listeners;
}

const notFound: RequestHandler = (_request, response) => {
  response.statusCode = 404;
  response.end();
};

const nameOf = (socket: Socket): string => `${socket.remoteAddress}:${socket.remotePort}`;
