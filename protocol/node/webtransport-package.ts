/**
 * The npm package @fails-components/webtransport, loaded at run time. Its native HTTP/3 part is an optional package
 * of its own; without it the HTTP/2 and WebSocket paths work all the same.
 */

import type { Duplex } from 'node:stream';
import type { WebSession } from '../link/webtransport.ts';

export interface ServerArguments {
  readonly host: string;
  readonly port: number;
  readonly secret: string;
  readonly cert: string;
  readonly privKey: string;
  readonly initialStreamFlowControlWindow: number;
  readonly initialSessionFlowControlWindow: number;
}

export interface PackageServer {
  readonly ready: Promise<void>;
  readonly closed: Promise<void>;
  readonly transportInt: unknown;
  startServer(): void;
  stopServer(): void;
  address(): { port: number; host: string } | null;
  sessionStream(path: string): ReadableStream<ServerSession>;
  updateCert(cert: string, key: string, http2Only: boolean): void;
}

export interface ServerSession extends WebSession {
  readonly peerAddress?: string;
  /** Inside the package: what its parser reads from; absent with HTTP/3 and once the session has ended. */
  readonly objint?: { readonly stream?: Duplex };
  /** Inside the package: called for each stream of the peer. */
  onStream?: (event: { stream: { jsobj?: object } }) => void;
}

export interface WebTransportPackage {
  readonly Http2Server: new (args: ServerArguments) => PackageServer;
  readonly Http3Server: new (args: ServerArguments) => PackageServer;
  readonly WebTransport: new (url: string, options?: object) => WebSession;
  /** The optional package is installed and works. */
  readonly hasHttp3: boolean;
}

const ignore = (): void => {};

/** Receives what the package reports of a stream that nobody took. */
const NOBODY = {
  onStreamNetworkFinish: ignore,
  onStreamWrite: ignore,
  onStreamRecvSignal: ignore,
  commitReadBuffer: () => ({}),
  parentobj: { state: 'closed' },
};

/**
 * A stream that a peer opens while its session is being closed is refused by the package, which then, a tick later,
 * calls the owner that it never got: an exception that nothing could catch. So every stream gets one first.
 */
export function tolerateLateStreams(session: ServerSession): void {
  const { onStream } = session;
  if (onStream === undefined) return;
  session.onStream = (event) => {
    event.stream.jsobj ??= NOBODY;
    onStream.call(session, event);
  };
}

const MAIN = '@fails-components/webtransport';
const HTTP3 = '@fails-components/webtransport-transport-http3-quiche';

let loading: Promise<WebTransportPackage> | null = null;

export function loadWebTransport(): Promise<WebTransportPackage> {
  loading ??= load();
  return loading;
}

async function load(): Promise<WebTransportPackage> {
  const hasHttp3 = await import(HTTP3).then(
    () => true,
    () => false,
  );
  const restore = hasHttp3 ? () => {} : muteMissingPackage();
  try {
    const loaded = await import(MAIN);
    await loaded.quicheLoaded;
    // The server half of the package complains in a promise of its own, which settles in the same turn.
    await new Promise((resolve) => setImmediate(resolve));
    const { Http2Server, Http3Server, WebTransport } = loaded;
    return { Http2Server, Http3Server, WebTransport, hasHttp3 };
  } finally {
    restore();
  }
}

const COMPLAINTS =
  /^(Problem loading http3-quiche|Did you install @fails-components|http3 loader:)/;

/** The package prints to the console when its optional part is absent, which is no fault and would spoil a log of JSON lines. */
function muteMissingPackage(): () => void {
  const { error, log } = console;
  const unless = (print: typeof console.log) => {
    return (...data: unknown[]): void => {
      if (!COMPLAINTS.test(String(data[0]))) print.apply(console, data);
    };
  };
  console.error = unless(error);
  console.log = unless(log);
  return () => {
    console.error = error;
    console.log = log;
  };
}
