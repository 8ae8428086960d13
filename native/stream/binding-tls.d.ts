import type { Arrived, RawStream } from './binding.d.ts';

/** The raw addon: arguments are not checked here, tls.ts does that. Calls give 0 or a negative errno where they give a number. */

export interface RawPeer {
  /** DER. */
  readonly certificate: Uint8Array | null;
  /** Both sides named our protocol. */
  readonly agreed: boolean;
  readonly resumed: boolean;
}

/** Peer: when the status is 0. To be taken within this call, or it is closed. */
export type Secured = (status: number, words: string, peer?: RawPeer) => void;

export interface RawHandshake {
  take(arrived: Arrived, drained: () => void): RawStream | number;
  close(): void;
}

export type RawContext = { readonly rawContext: unique symbol };
export type RawMemory = { readonly rawMemory: unique symbol };

export interface RawShakeOptions {
  /** What was read of the descriptor already. */
  readonly early: Uint8Array;
  readonly mostUnsentBytes: number;
  readonly serverName?: string;
  readonly memory?: RawMemory;
}

/** What the kernel knows of the way to a peer. */
export interface TcpPath {
  readonly rttUs: number;
  readonly rttVariationUs: number;
  readonly leastRttUs: number;
  /** As measured lately; 0 before anything was. */
  readonly deliveryBytesPerS: number;
  /** There was not enough to send: the path may be able to do more. */
  readonly deliveryIsLimited: boolean;
  /** Written but not on the wire, here and in the kernel. */
  readonly notSentBytes: number;
  /** Sent and not acknowledged. */
  readonly inFlightBytes: number;
  /** That may be in flight. */
  readonly windowBytes: number;
  readonly retransmittedSegments: number;
}

export interface TlsAddon {
  /** @returns words when it cannot be made */
  tlsContext(
    server: boolean,
    certificatePem: Uint8Array,
    keyPem: Uint8Array,
    alpn: string,
  ): RawContext | string;
  tlsMemory(): RawMemory;
  /** Takes a copy of the descriptor. `secured` comes later, once, unless it is closed before. */
  tlsShake(
    context: RawContext,
    fd: number,
    options: RawShakeOptions,
    secured: Secured,
  ): RawHandshake | number;
  tcpPath(stream: RawStream): TcpPath | number;
  tcpWatch(stream: RawStream): number;
}
