import type { Socket } from 'node:net';
import { loadAddon } from '../load.ts';
import type {
  RawContext,
  RawHandshake,
  RawMemory,
  RawPeer,
  TcpPath,
  TlsAddon,
} from './binding-tls.d.ts';
import {
  descriptorOf,
  MOST_UNSENT_BYTES,
  type NativeStream,
  type Opener,
  systemError,
} from './index.ts';

export type { TcpPath } from './binding-tls.d.ts';

const addon = loadAddon<TlsAddon>('stream');

/** The peer broke a rule of TLS. */
export const BROKEN_RULE = 'EPROTO';
/** The connection ended in the middle of TLS, without the word that ends it. */
export const CUT_OFF = 'ECONNABORTED';

/** What the connections of one identity share: TLS 1.3 alone, and any certificate of the peer's. */
export class TlsContext {
  readonly raw: RawContext;

  /**
   * @param alpn at most 32 characters
   * @throws Error when the certificate or the key cannot be used
   */
  constructor(
    role: 'server' | 'client',
    identity: { readonly certPem: string; readonly keyPem: string },
    alpn: string,
  ) {
    const { certPem, keyPem } = identity;
    const made = addon.tlsContext(
      role === 'server',
      Buffer.from(certPem),
      Buffer.from(keyPem),
      alpn,
    );
    if (typeof made === 'string') throw new Error(`TLS: ${made}`);
    this.raw = made;
  }
}

/** The session a server gave us last: the next connection to it need not show certificates again. */
export class TlsMemory {
  readonly raw: RawMemory = addon.tlsMemory();
}

export interface ShakeOptions {
  /** What was read of the socket already. */
  readonly early?: Uint8Array;
  readonly serverName?: string;
  readonly memory?: TlsMemory;
}

export type Shaken =
  | { readonly peer: RawPeer; readonly open: Opener }
  /** `code` is BROKEN_RULE, CUT_OFF, or the system's. */
  | { readonly error: NodeJS.ErrnoException };

/**
 * Takes a connected socket over, which is destroyed, and makes it a TLS connection.
 * @param shaken once, later. `open` is to be used within it, or the connection ends
 * @returns gives it up; `shaken` is not called any more
 * @throws Error with the errno's name as `code`
 */
export function shakeHands(
  context: TlsContext,
  socket: Socket,
  options: ShakeOptions,
  shaken: (result: Shaken) => void,
): Disposable {
  const { early = new Uint8Array(0), serverName, memory } = options;
  const raw: RawHandshake | number = addon.tlsShake(
    context.raw,
    descriptorOf(socket),
    {
      early,
      mostUnsentBytes: MOST_UNSENT_BYTES,
      ...(serverName === undefined ? {} : { serverName }),
      ...(memory === undefined ? {} : { memory: memory.raw }),
    },
    (status, words, peer) => {
      if (peer !== undefined) {
        shaken({ peer, open: (...callbacks) => (raw as RawHandshake).take(...callbacks) });
      } else {
        shaken({ error: systemError('handshake', status, words === '' ? undefined : words) });
      }
    },
  );
  if (typeof raw === 'number') throw systemError('handshake', raw);
  socket.destroy();
  return { [Symbol.dispose]: () => raw.close() };
}

/** What the kernel knows of the way to the peer. Null: it is no TCP connection, or there is none any more. */
export function tcpPath(stream: NativeStream): TcpPath | null {
  const path = addon.tcpPath(stream.raw);
  return typeof path === 'number' ? null : path;
}

/**
 * From now on the connection fails about eight seconds after the peer's machine, or the way to it, is gone. A process
 * that hangs is not noticed, unless more waits for it than its kernel takes.
 * @returns false where the kernel cannot tell
 */
export const tcpWatch = (stream: NativeStream): boolean => addon.tcpWatch(stream.raw) === 0;
