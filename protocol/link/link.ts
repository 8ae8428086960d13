import type { Channel } from '../channel.ts';
import type { ByeCode } from '../generated/control.ts';

/**
 * The transport seam. A link joins two peers with one two-way message stream per channel, one-way units for
 * frames, and datagrams where the provider has them. Whatever arrives is complete and within the channel's
 * size limit; a peer that breaks the framing is closed with `ByeCode.protocol`, and so is one whose message makes a
 * callback throw ProtocolError.
 */
export interface Link {
  readonly caps: LinkCaps;
  readonly peer: LinkPeer;

  /**
   * Opens the channel's stream; a channel has one, opened by one side only. Rejects with LinkError (`closed`,
   * `refused`, `timeout`, `usage` when it is open already).
   */
  openBidi(channel: Channel): Promise<LinkStream>;
  /** Streams that the peer opened. Those that came before the first callback was set are handed over then. */
  onBidi(callback: (stream: LinkStream) => void): void;

  /**
   * One unit for the peer. The channel's stream must be open (by either side), or LinkError `usage` is thrown.
   * Units of one channel arrive in any order where `caps.streamReset` is true, otherwise in order.
   */
  openUni(channel: Channel): LinkUniStream;
  /** `unit` is the receiver's to keep; it may be a view into a larger buffer. */
  onUni(callback: (channel: Channel, unit: Uint8Array) => void): void;

  /** False when the provider has no datagrams or the bytes do not fit one. */
  sendDatagram(bytes: Uint8Array): boolean;
  onDatagram(callback: (bytes: Uint8Array) => void): void;

  stats(): LinkStats;

  /**
   * The peer is used on other ways: whether it answers is found out soon. Where the kernel tells when a peer is gone,
   * one that hangs is noticed only when something is said to it, or by this.
   */
  ask(): void;

  /** Tells the peer and closes in good order, by force after a second. Idempotent. */
  close(code: ByeCode, reason: string): void;
  /** Called once, at once when the link is closed already. */
  onClose(callback: (info: LinkClosed) => void): void;
  /** Set once the link is closed or closing. */
  readonly closed: LinkClosed | null;
}

export interface LinkCaps {
  readonly datagrams: boolean;
  /** A unit travels on a stream of its own and can be dropped half way. */
  readonly streamReset: boolean;
  readonly priorities: boolean;
}

export interface LinkPeer {
  /** SHA-256 over the DER certificate, 64 lower-case hex digits; null where the provider has no peer certificates. */
  readonly fingerprint: string | null;
  /** For logs: host and port, socket path, or `memory`. */
  readonly address: string;
  /** Quickest round trip until the connection was made; absent where nobody knows. */
  readonly rttUs?: number;
}

export interface LinkStats {
  /** Last measured round trip; NaN before the first. */
  readonly rttMs: number;
  /** Bytes handed over for sending that the transport has not passed on. */
  readonly unackedBytes: number;
}

export interface LinkClosed {
  readonly code: ByeCode;
  readonly reason: string;
  readonly error?: Error;
}

export interface LinkStream {
  readonly channel: Channel;
  /**
   * Sends the parts as one message; they must not be changed afterwards. False: above the high-water mark, send
   * less until `onDrain`. Sending on a closed stream does nothing and returns false.
   */
  send(...parts: Uint8Array[]): boolean;
  /** Messages that came before the callback was set wait unread. `message` may be a view into a larger buffer. */
  onMessage(callback: (message: Uint8Array) => void): void;
  onDrain(callback: () => void): void;
  /** Reads no more until `resume`, so that the peer meets its high-water mark; what was read already still comes. */
  pause(): void;
  resume(): void;
  /** The peer ended the stream, or the link is gone. Called once, at once when it has happened already. */
  onClose(callback: () => void): void;
  end(): void;
  /**
   * Lends the connection below to whoever passes its bytes on without this link's code, once that is possible: at
   * once, or when the peer's greeting has come. Never called back where the provider has no such connection.
   */
  onLendable?(callback: (lend: Lend) => void): void;
}

/** @returns null when it is not possible any more */
export type Lend = (borrower: LaneBorrower) => LentLane | null;

/** Who has a lane's connection; the link asks it as if the bytes had come through here. */
export interface LaneBorrower {
  /** The lane ends: its `takeBack` is to be called before this returns. */
  giveBack(): void;
  /** How long ago something came. */
  heardAgoMs(): number;
  /** How long ago something was sent. */
  saidAgoMs(): number;
  /** Calls back once when next something is sent; a later call replaces this one. */
  tellNext(callback: () => void): void;
}

export interface LentLane {
  /** See ByteStream. */
  readonly connection: object;
  /** What has come already of a message or unit that is not complete. */
  readonly rest: Uint8Array;
  /** Longest message, unit and message of the link that the peer may send; 0: none. */
  readonly limits: readonly [number, number, number];
  /** More unsent than this is an overflow. */
  readonly mostUnsentBytes: number;
  /** The peer has broken a rule, or does not read: the link is closed. */
  failed(error: Error): void;
  /** @param rest as above */
  takeBack(rest: Uint8Array): void;
}

export interface LinkUniStream {
  /** Adds to the unit; big parts are not copied and must not be changed afterwards. */
  write(...parts: Uint8Array[]): void;
  /** The unit is complete. False: above the high-water mark. */
  end(): boolean;
  /** Drops the unit if it is not complete on the wire yet. */
  reset(): void;
}

/** A link as its listener hands it over. */
export interface ServerLink extends Link {
  /**
   * The peer may stay. Until then only its control channel is read, it counts against the listener's bound for
   * strangers, and it is closed after `admissionTimeoutMs`.
   */
  admit(): void;
}
