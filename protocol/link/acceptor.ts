import { Channel } from '../channel.ts';
import { LinkError, ProtocolError } from '../errors.ts';
import type { ByteStream } from './byte-stream.ts';
import { DEFAULT_TUNING, type LinkTuning } from './limits.ts';
import type { LinkPeer, ServerLink } from './link.ts';
import { decodePreamble, encodeReply, PREAMBLE_BYTES, type Preamble, Status } from './preamble.ts';
import { PrefixedStream } from './prefixed-stream.ts';
import { type LaneTransport, StreamLink } from './stream-link.ts';

export interface AcceptorOptions {
  readonly onLink: (link: ServerLink) => void;
  /** A connection that did not become part of a link, for the log. */
  readonly onRejected?: (error: Error, peer: LinkPeer) => void;
  /** Links must be admitted (see ServerLink); without, every peer is trusted at once. */
  readonly admission: boolean;
  /** Connections that are not part of an admitted link. */
  readonly maxStrangers?: number;
  readonly tuning?: Partial<LinkTuning>;
}

interface PendingLane {
  readonly preamble: Preamble;
  readonly stream: PrefixedStream;
  readonly peer: LinkPeer;
  readonly settle: () => void;
}

const CAPS = { datagrams: false, streamReset: false, priorities: false };
const DEFAULT_MAX_STRANGERS = 64;

/** The listening side of the byte-stream providers: turns connections into links. */
export class LinkAcceptor {
  private readonly options: AcceptorOptions;
  private readonly tuning: LinkTuning;
  private readonly links = new Map<string, StreamLink>();
  /** Connections for links whose control connection has not come yet. */
  private readonly pending = new Map<string, PendingLane[]>();
  private readonly unbound = new Set<ByteStream>();
  private strangerCount = 0;

  constructor(options: AcceptorOptions) {
    this.options = options;
    this.tuning = { ...DEFAULT_TUNING, ...options.tuning };
  }

  get strangers(): number {
    return this.strangerCount;
  }

  /** False when there are too many already: the adapter refuses before it spends anything on the peer. */
  get hasRoom(): boolean {
    return this.strangerCount < (this.options.maxStrangers ?? DEFAULT_MAX_STRANGERS);
  }

  /** Counts a connection that is not ready for `accept` yet; the returned function ends the count. */
  reserve(): () => void {
    this.strangerCount++;
    let counted = true;
    return () => {
      if (counted) this.strangerCount--;
      counted = false;
    };
  }

  /** @param settle as returned by `reserve`. */
  accept(stream: ByteStream, peer: LinkPeer, settle: () => void): void {
    const prefixed = new PrefixedStream(stream);
    this.unbound.add(prefixed);
    const leave = (): void => {
      clearTimeout(timer);
      this.unbound.delete(prefixed);
      this.forget(prefixed);
      settle();
    };
    const timer = setTimeout(() => {
      leave();
      this.reject(prefixed, peer, new LinkError('timeout', 'no link was made in time'));
    }, this.tuning.handshakeTimeoutMs);
    prefixed.onClose(leave);
    prefixed.take(PREAMBLE_BYTES, (bytes) => this.bind(bytes, prefixed, peer, leave));
  }

  /** Ends what has not become a link; links are closed by whoever owns them. */
  close(): void {
    for (const stream of [...this.unbound]) stream.destroy();
  }

  private bind(
    bytes: Uint8Array,
    stream: PrefixedStream,
    peer: LinkPeer,
    settle: () => void,
  ): void {
    let preamble: Preamble;
    try {
      preamble = decodePreamble(bytes);
    } catch (error) {
      settle();
      const version = error instanceof ProtocolError && error.code === 'version';
      if (version) stream.write([encodeReply(Status.version)]);
      this.reject(stream, peer, error as Error);
      return;
    }
    stream.pause();
    const lane: PendingLane = { preamble, stream, peer, settle };
    if (preamble.channel === Channel.control) this.startLink(lane);
    else this.joinOrWait(lane);
  }

  private startLink(lane: PendingLane): void {
    const { preamble, stream, peer, settle } = lane;
    if (this.links.has(preamble.nonce)) {
      settle();
      this.reject(stream, peer, new ProtocolError('unexpected', 'preamble', 'link exists already'));
      return;
    }
    // The place among the strangers passes to the link, so that the bound covers both.
    const endStranger = this.reserve();
    settle();
    stream.write([encodeReply(Status.accepted)]);
    const link = new StreamLink({
      transport: this.transport(preamble.nonce),
      peer,
      tuning: this.tuning,
      control: { stream, prefix: null },
      accepted: true,
      ...(this.options.admission ? { onAdmit: endStranger } : {}),
    });
    if (!this.options.admission) endStranger();
    this.links.set(preamble.nonce, link);
    this.options.onLink(link);
    stream.resume();
    const waiting = this.pending.get(preamble.nonce) ?? [];
    this.pending.delete(preamble.nonce);
    for (const early of waiting) this.join(link, early);
  }

  private joinOrWait(lane: PendingLane): void {
    const link = this.links.get(lane.preamble.nonce);
    if (link !== undefined) {
      this.join(link, lane);
      return;
    }
    const { nonce } = lane.preamble;
    const waiting = this.pending.get(nonce) ?? [];
    waiting.push(lane);
    this.pending.set(nonce, waiting);
  }

  private forget(stream: PrefixedStream): void {
    for (const [nonce, lanes] of this.pending) {
      const left = lanes.filter((lane) => lane.stream !== stream);
      if (left.length === 0) this.pending.delete(nonce);
      else this.pending.set(nonce, left);
    }
  }

  private join(link: StreamLink, lane: PendingLane): void {
    lane.settle();
    if (link.peer.fingerprint !== lane.peer.fingerprint) {
      const error = new ProtocolError(
        'unexpected',
        'preamble',
        'another certificate than the link',
      );
      this.reject(lane.stream, lane.peer, error);
      return;
    }
    lane.stream.write([encodeReply(Status.accepted)]);
    link.adopt(lane.preamble.channel, lane.preamble.origin, { stream: lane.stream, prefix: null });
  }

  private transport(nonce: string): LaneTransport {
    return {
      caps: CAPS,
      openLane: null,
      openUnit: null,
      sendDatagram: null,
      unsentUnitBytes: () => 0,
      dispose: () => this.links.delete(nonce),
    };
  }

  private reject(stream: ByteStream, peer: LinkPeer, error: Error): void {
    stream.end();
    const timer = setTimeout(() => stream.destroy(), this.tuning.closeTimeoutMs);
    stream.onData(() => {});
    stream.onClose(() => clearTimeout(timer));
    stream.resume();
    this.options.onRejected?.(error, peer);
  }
}
