import type { ClientLink } from './connector.ts';
import type { LinkTuning } from './limits.ts';
import {
  connectWebTransport,
  WEBTRANSPORT_PATH,
  WEBTRANSPORT_WINDOWS,
  type WebSession,
} from './webtransport.ts';

type SessionConstructor = new (url: string, options: object) => WebSession;

export interface BrowserConnectOptions {
  /** Host and port of the page's server, as in `location.host`. */
  readonly host: string;
  /** From the server: its HTTP/3 port and certificates; null when it has none. */
  readonly http3: { readonly port: number; readonly certificateHashes: readonly string[] } | null;
  /** The browser's own `WebTransport`, if it has one. */
  readonly native: SessionConstructor | undefined;
  /** `WebTransportPonyfill` of the npm package: the same over a WebSocket. */
  readonly fallback: SessionConstructor;
  readonly tuning?: Partial<LinkTuning>;
}

/** A network that drops UDP would otherwise keep a person waiting for the whole handshake timeout. */
const NATIVE_TIMEOUT_MS = 2000;

/** Connects over HTTP/3 where both sides can, otherwise over a WebSocket. Rejects with LinkError. */
export async function connectBrowser(options: BrowserConnectOptions): Promise<ClientLink> {
  const native = await connectNative(options);
  if (native !== null) return native;
  const url = `https://${options.host}${WEBTRANSPORT_PATH}`;
  const session = new options.fallback(url, { ...WEBTRANSPORT_WINDOWS, forceReliable: true });
  return connectWebTransport(session, { fingerprint: null, address: url }, options.tuning);
}

async function connectNative(options: BrowserConnectOptions): Promise<ClientLink | null> {
  const { http3, native, tuning } = options;
  if (http3 === null || native === undefined) return null;
  const { hostname } = new URL(`https://${options.host}`);
  const url = `https://${hostname}:${http3.port}${WEBTRANSPORT_PATH}`;
  const serverCertificateHashes = http3.certificateHashes.map((hex) => ({
    algorithm: 'sha-256',
    value: bytesOf(hex),
  }));
  try {
    const session = new native(url, { serverCertificateHashes });
    const quick = { ...tuning, handshakeTimeoutMs: NATIVE_TIMEOUT_MS };
    return await connectWebTransport(session, { fingerprint: null, address: url }, quick);
  } catch {
    // Whatever stands in the way of HTTP/3, the TCP port serves the same; its errors are the ones to show.
    return null;
  }
}

const bytesOf = (hex: string): Uint8Array =>
  Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
