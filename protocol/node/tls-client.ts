import { connect, isIP, type Socket } from 'node:net';
import {
  CUT_OFF,
  type Shaken,
  shakeHands,
  TlsContext,
  TlsMemory,
} from '../../native/stream/tls.ts';
import type { Channel } from '../channel.ts';
import { LinkError } from '../errors.ts';
import { type ClientLink, connectStreams, type Dialled } from '../link/connector.ts';
import { DEFAULT_TUNING, type LinkTuning } from '../link/limits.ts';
import { ALPN } from './alpn.ts';
import { dialError } from './dial-error.ts';
import { DirectStream } from './direct-stream.ts';
import { fingerprintOf } from './fingerprint.ts';
import type { Identity } from './identity.ts';
import { tlsError } from './tls-error.ts';
import { watchTcp } from './watch.ts';

export interface TlsConnectOptions {
  readonly host: string;
  readonly port: number;
  readonly identity: Identity;
  /** Fingerprint the server must have, see `parseFingerprint`. Without it any server is accepted; see `link.peer`. */
  readonly pin?: string;
  readonly tuning?: Partial<LinkTuning>;
  /** Channels to dial at once, since they are going to be opened. */
  readonly early?: readonly Channel[];
}

/** What is kept for an identity from one connection to the next. */
interface Caller {
  readonly context: TlsContext;
  /** By address, the oldest first. */
  readonly memories: Map<string, TlsMemory>;
}

type ServerPeer = Extract<Shaken, { peer: unknown }>['peer'];

const MOST_MEMORIES = 16;
/** From here on a round trip costs a person more than a handshake costs the server. */
const FAR_MS = 5;
const callers = new WeakMap<Identity, Caller>();

/** Rejects with LinkError: `unreachable`, `timeout`, `pin-mismatch`, `refused`. */
export async function connectTls(options: TlsConnectOptions): Promise<ClientLink> {
  let pin = options.pin;
  const dialOne = async (first: Promise<unknown>): Promise<Dialled> => {
    const dialled = await dial(options, first, () => pin);
    // Every channel of a link must lead to the same server.
    pin = dialled.peer.fingerprint as string;
    return dialled;
  };
  return connectStreams(dialOne, options.tuning, options.early);
}

/**
 * @param first says nothing to the server before it is done, and is checked against the certificate that is known then.
 * Where the server is near, the handshake waits for it, too: the server has one at a time, and resumes the others
 */
function dial(
  options: TlsConnectOptions,
  first: Promise<unknown>,
  pin: () => string | undefined,
): Promise<Dialled> {
  const { host, port } = options;
  const address = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
  const timeoutMs = options.tuning?.handshakeTimeoutMs ?? DEFAULT_TUNING.handshakeTimeoutMs;
  return new Promise((resolve, reject) => {
    let shaking: Disposable | null = null;
    let stream: DirectStream | null = null;
    const socket = connect({ host, port });
    const dialledMs = performance.now();
    // What comes is not for this socket to read.
    socket.pause();
    const fail = (error: Error): void => {
      clearTimeout(timer);
      socket.destroy();
      shaking?.[Symbol.dispose]();
      stream?.destroy();
      reject(dialError(error, address));
    };
    const timer = setTimeout(
      () => fail(new LinkError('timeout', `no answer from ${address}`)),
      timeoutMs,
    );
    const shaken = (result: Shaken): void => {
      if ('error' in result) return fail(shakingError(result.error, address));
      const made = new DirectStream(result.open, tlsError, watchTcp);
      stream = made;
      first.then(() => {
        const found = checkServer(result.peer, address, pin());
        if (found instanceof Error) return fail(found);
        clearTimeout(timer);
        resolve({ stream: made, peer: { fingerprint: found, address } });
      }, fail);
    };
    const begin = (): void => {
      if (!socket.destroyed) shaking = shake(socket, options, address, shaken);
    };
    // Also while it shakes hands: without the first it is of no use.
    first.catch(fail);
    socket.on('error', fail);
    socket.once('connect', () => {
      const isFar = performance.now() - dialledMs > FAR_MS;
      (isFar ? Promise.resolve() : first).then(begin).catch(fail);
    });
  });
}

function shake(
  socket: Socket,
  { host, identity }: TlsConnectOptions,
  address: string,
  shaken: (result: Shaken) => void,
): Disposable {
  const { context, memories } = callerFor(identity);
  const memory = memories.get(address) ?? new TlsMemory();
  memories.delete(address);
  memories.set(address, memory);
  const [oldest] = memories.keys();
  if (memories.size > MOST_MEMORIES && oldest !== undefined) memories.delete(oldest);
  const name = isIP(host) === 0 ? { serverName: host } : {};
  return shakeHands(context, socket, { ...name, memory }, shaken);
}

function callerFor(identity: Identity): Caller {
  const known = callers.get(identity);
  if (known !== undefined) return known;
  const made = { context: new TlsContext('client', identity, ALPN), memories: new Map() };
  callers.set(identity, made);
  return made;
}

function shakingError(error: NodeJS.ErrnoException, address: string): Error {
  if (error.code !== CUT_OFF) return error;
  return new LinkError('refused', `${address} closed the connection`);
}

/**
 * Servers are self-signed; they are known by their fingerprint, which is checked before a byte is sent. One that resumes
 * a session has the certificate of the handshake that began it.
 */
function checkServer(
  { certificate, agreed }: ServerPeer,
  address: string,
  pin: string | undefined,
): string | Error {
  if (certificate === null) return new LinkError('refused', `${address} shows no certificate`);
  const fingerprint = fingerprintOf(certificate);
  if (pin !== undefined && pin !== fingerprint) {
    const what = `${address} has fingerprint ${fingerprint}, expected ${pin}`;
    return new LinkError('pin-mismatch', what);
  }
  if (!agreed) {
    return new LinkError('refused', `${address} is no WayRay server (no ALPN ${ALPN})`);
  }
  return fingerprint;
}
