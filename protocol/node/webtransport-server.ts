import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2SecureServer } from 'node:http2';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { LinkError } from '../errors.ts';
import { ByeCode } from '../generated/control.ts';
import type { AcceptorOptions } from '../link/acceptor.ts';
import { DEFAULT_TUNING, STRANGER_MAX_BYTES } from '../link/limits.ts';
import type { ServerLink } from '../link/link.ts';
import { hostOf } from '../link/network.ts';
import { boundsFor, type Place, Step, Strangers } from '../link/strangers.ts';
import {
  acceptWebTransport,
  WEBTRANSPORT_PATH,
  WEBTRANSPORT_WINDOWS,
} from '../link/webtransport.ts';
import type { Identity } from './certificate.ts';
import { Door } from './door.ts';
import { guardStream } from './guarded-stream.ts';
import { serveRequests, takeListeners } from './http2-requests.ts';
import { Http3Listener } from './webtransport-http3.ts';
import {
  loadWebTransport,
  type PackageServer,
  type ServerSession,
  tolerateLateStreams,
  type WebTransportPackage,
} from './webtransport-package.ts';

export interface WebTransportListenOptions extends AcceptorOptions {
  readonly host: string;
  /** 0 chooses a free one. */
  readonly port: number;
  readonly identity: Identity;
  /** Ordinary requests on the same port, e.g. for the page of the browser terminal; without it they get 404. */
  readonly onRequest?: (request: IncomingMessage, response: ServerResponse) => void;
  /** TCP connections without an admitted session, idle pages included; see Strangers for who goes when more come. */
  readonly maxConnections?: number;
  /** False: no HTTP/3, although the optional native package is there. */
  readonly http3?: boolean;
  /** How the npm package comes in; for tests. */
  readonly load?: () => Promise<WebTransportPackage>;
}

/** What a page must be told to try HTTP/3 before it falls back to the TCP port. */
export interface Http3Offer {
  /** UDP port. */
  readonly port: number;
  /** SHA-256 of the certificates to accept, hex. */
  readonly certificateHashes: readonly string[];
}

const BUSY = 'too many connections wait for admission';
const DEFAULT_MAX_CONNECTIONS = 1024;
const IDLE_TIMEOUT_MS = 30_000;

/** Listens for browsers. Rejects with the system's error, e.g. EADDRINUSE. */
export async function listenWebTransport(
  options: WebTransportListenOptions,
): Promise<WebTransportListener> {
  const loaded = await (options.load ?? loadWebTransport)();
  const { host, port, identity } = options;
  const server = new loaded.Http2Server({
    host,
    port,
    secret: randomBytes(32).toString('hex'),
    cert: identity.certPem,
    privKey: identity.keyPem,
    ...WEBTRANSPORT_WINDOWS,
  });
  const listener = new WebTransportListener(server, options);
  await listener.listen();
  if (loaded.hasHttp3 && options.http3 !== false) await listener.addHttp3(loaded);
  return listener;
}

export class WebTransportListener {
  private readonly server: PackageServer;
  private readonly options: WebTransportListenOptions;
  private readonly door: Door;
  private readonly connectionPlaces: Strangers;
  private readonly sessionPlaces: Strangers;
  /** By `address:port`. */
  private readonly connections = new Map<string, Place>();
  private readonly placeOfStream = new WeakMap<Duplex, Place>();
  /** Streams of sessions that are not admitted. */
  private readonly strangerStreams = new Set<Duplex>();
  private http3Listener: Http3Listener | null = null;
  private closing = false;
  private handshake: (socket: Socket) => void = () => {};

  constructor(server: PackageServer, options: WebTransportListenOptions) {
    this.server = server;
    this.options = options;
    const { maxConnections = DEFAULT_MAX_CONNECTIONS, maxStrangers, tuning } = options;
    this.connectionPlaces = new Strangers(boundsFor(maxConnections));
    this.sessionPlaces = new Strangers(boundsFor(maxStrangers));
    this.door = new Door({
      strangers: this.connectionPlaces,
      timeoutMs: tuning?.handshakeTimeoutMs ?? DEFAULT_TUNING.handshakeTimeoutMs,
      handshake: (socket) => this.handshake(socket),
      rejected: (error, name) => this.reject(error, name),
    });
  }

  get port(): number {
    return this.server.address()?.port ?? 0;
  }

  /** Sessions that are not admitted. */
  get strangers(): number {
    return this.sessionPlaces.count;
  }

  async listen(): Promise<void> {
    const sessions = this.server.sessionStream(WEBTRANSPORT_PATH);
    this.server.startServer();
    // The package makes its server at once and lets it listen a microtask later: time to prepare it.
    const { serverInt } = this.server.transportInt as { serverInt: Http2SecureServer };
    this.prepare(serverInt);
    await this.server.ready;
    void this.takeSessions(sessions, false);
  }

  /** Null without the optional native package, or when its port could not be opened. */
  get http3(): Http3Offer | null {
    const listener = this.http3Listener;
    if (listener === null) return null;
    return { port: listener.port, certificateHashes: listener.certificateHashes };
  }

  /** Browsers work without it, so a failure is reported and not fatal. */
  async addHttp3(loaded: WebTransportPackage): Promise<void> {
    try {
      const listener = await Http3Listener.listen(loaded, this.options.host, this.port);
      this.http3Listener = listener;
      void this.takeSessions(listener.sessions, true);
    } catch (error) {
      this.reject(error as Error, `${this.options.host}:${this.port}/udp`);
    }
  }

  /** Accepts no more and ends every connection, links included; resolves when the port is free. */
  async close(): Promise<void> {
    if (this.closing) return;
    this.closing = true;
    this.http3Listener?.close();
    this.server.stopServer();
    this.door.close(true);
    await this.server.closed;
  }

  private prepare(server: Http2SecureServer): void {
    server.setTimeout(IDLE_TIMEOUT_MS);
    const forTls = takeListeners(server, 'connection');
    this.handshake = (socket) => {
      for (const listener of forTls) listener.call(server, socket);
    };
    server.on('connection', (socket: Socket) => this.door.knock(socket));
    server.on('secureConnection', (socket: Socket) => this.secured(socket));
    server.on('tlsClientError', (error: Error, socket: Socket) => this.door.failed(socket, error));
    serveRequests(server, this.options.onRequest ?? notFound, (stream, socket) =>
      this.guard(stream, socket),
    );
  }

  private secured(socket: Socket): void {
    socket.on('error', () => {});
    const caller = this.door.secured(socket);
    if (caller === undefined) {
      socket.destroy();
      return;
    }
    // Without it a small message waits for the acknowledgement of the one before.
    socket.setNoDelay(true);
    this.connections.set(caller.name, caller.place);
    caller.socket.once('close', () => this.connections.delete(caller.name));
    caller.place.heldBy(() => {
      caller.socket.destroy();
      this.reject(new LinkError('busy', BUSY), caller.name);
    });
  }

  /** The package's parsers throw on malformed input, and keep as much as a peer announces. */
  private guard(stream: Duplex, socket: Socket): void {
    const from = socket.bytesRead;
    const name = nameOf(socket);
    const place = this.connections.get(name);
    place?.reach(Step.linked);
    if (place !== undefined) this.placeOfStream.set(stream, place);
    this.strangerStreams.add(stream);
    stream.once('close', () => this.strangerStreams.delete(stream));
    const mayRead = (): boolean =>
      !this.strangerStreams.has(stream) || socket.bytesRead - from <= STRANGER_MAX_BYTES;
    guardStream(stream, mayRead, (error) => this.reject(error, name));
  }

  private async takeSessions(
    sessions: ReadableStream<ServerSession>,
    unitStreams: boolean,
  ): Promise<void> {
    const reader = sessions.getReader();
    for (;;) {
      const next = await reader.read().catch(() => ({ done: true, value: undefined }));
      if (next.done || next.value === undefined) return;
      void this.takeSession(next.value, unitStreams);
    }
  }

  private async takeSession(session: ServerSession, unitStreams: boolean): Promise<void> {
    tolerateLateStreams(session);
    const address = session.peerAddress ?? 'browser';
    const stream = session.objint?.stream;
    const place = this.sessionPlaces.enter(hostOf(address), () => {
      session.closed.catch(() => {});
      session.close({ closeCode: 0, reason: 'busy' });
      this.destroyLater(stream);
    });
    let link: ServerLink | null = null;
    const settle = (): void => this.settled(place, stream, link?.closed === null);
    try {
      const { tuning, admission } = this.options;
      const accepted: ServerLink = await acceptWebTransport(session, {
        peer: { fingerprint: null, address },
        unitStreams,
        onDispose: () => this.destroyLater(stream),
        ...(tuning === undefined ? {} : { tuning }),
        ...(admission ? { onAdmit: settle } : {}),
      });
      place.reach(Step.linked);
      place.heldBy(() => accepted.close(ByeCode.lost, BUSY));
      link = accepted;
      if (!admission) settle();
      this.options.onLink(accepted);
    } catch (error) {
      place.leave();
      this.reject(error as Error, address);
    }
  }

  /** @param admitted false: the session ended as a stranger's, and its connection still is one */
  private settled(place: Place, stream: Duplex | undefined, admitted: boolean): void {
    place.leave();
    if (stream === undefined) return;
    this.strangerStreams.delete(stream);
    if (admitted) this.placeOfStream.get(stream)?.leave();
  }

  /** A peer that ignores the end of its session must not keep its connection. */
  private destroyLater(stream: Duplex | undefined): void {
    if (stream === undefined || stream.destroyed) return;
    const { closeTimeoutMs } = { ...DEFAULT_TUNING, ...this.options.tuning };
    const timer = setTimeout(() => stream.destroy(), closeTimeoutMs);
    stream.once('close', () => clearTimeout(timer));
  }

  private reject(error: Error, address: string): void {
    this.options.onRejected?.(error, { fingerprint: null, address });
  }
}

const notFound: NonNullable<WebTransportListenOptions['onRequest']> = (_request, response) => {
  response.statusCode = 404;
  response.end();
};

const nameOf = (socket: Socket): string => `${socket.remoteAddress}:${socket.remotePort}`;
