import { Channel } from '../channel.ts';
import { LinkError, ProtocolError } from '../errors.ts';
import { ByeCode } from '../generated/control.ts';
import type { ByteStream } from './byte-stream.ts';
import { DEFAULT_TUNING, type LinkTuning } from './limits.ts';
import type { LinkPeer, ServerLink } from './link.ts';
import { decodePreamble, encodeReply, PREAMBLE_BYTES, type Preamble, Status } from './preamble.ts';
import { PrefixedStream } from './prefixed-stream.ts';
import { boundsFor, type Place, Step, Strangers } from './strangers.ts';
import { type LaneTransport, StreamLink } from './stream-link.ts';

export interface AcceptorOptions {
  readonly onLink: (link: ServerLink) => void;
  /** A connection that did not become part of a link, for the log. */
  readonly onRejected?: (error: Error, peer: LinkPeer) => void;
  /** Links must be admitted (see ServerLink); without, every peer is trusted at once. */
  readonly admission: boolean;
  /** Connections that are not part of an admitted link; see Strangers for who goes when more come. */
  readonly maxStrangers?: number;
  readonly tuning?: Partial<LinkTuning>;
}

interface PendingLane {
  readonly preamble: Preamble;
  readonly stream: PrefixedStream;
  readonly peer: LinkPeer;
  readonly place: Place;
  /** It is bound: nobody waits for it any more. */
  readonly settle: () => void;
}

const CAPS = { datagrams: false, streamReset: false, priorities: false };
const BUSY = 'too many connections wait for admission';

/** The listening side of the byte-stream providers: turns connections into links. */
export class LinkAcceptor {
  readonly places: Strangers;
  private readonly options: AcceptorOptions;
  private readonly tuning: LinkTuning;
  private readonly links = new Map<string, StreamLink>();
  /** Connections for links whose control connection has not come yet. */
  private readonly pending = new Map<string, PendingLane[]>();
  private readonly unbound = new Set<ByteStream>();

  constructor(options: AcceptorOptions) {
    this.options = options;
    this.places = new Strangers(boundsFor(options.maxStrangers));
    this.tuning = { ...DEFAULT_TUNING, ...options.tuning };
  }

  get strangers(): number {
    return this.places.count;
  }

  /** For adapters that refuse when there are too many already. */
  get hasRoom(): boolean {
    return this.places.hasRoom;
  }

  /** A place for a connection that comes from no network. */
  reserve(): Place {
    return this.places.enter(null, () => {});
  }

  /** @param place of `places`, or as returned by `reserve`. */
  accept(stream: ByteStream, peer: LinkPeer, place: Place): void {
    const prefixed = new PrefixedStream(stream);
    this.unbound.add(prefixed);
    const settle = (): void => {
      clearTimeout(timer);
      this.unbound.delete(prefixed);
      this.forget(prefixed);
    };
    const leave = (): void => {
      settle();
      place.leave();
    };
    place.heldBy(() => {
      leave();
      prefixed.destroy();
      this.options.onRejected?.(new LinkError('busy', BUSY), peer);
    });
    const timer = setTimeout(() => {
      leave();
      this.reject(prefixed, peer, new LinkError('timeout', 'no link was made in time'));
    }, this.tuning.handshakeTimeoutMs);
    prefixed.onClose(leave);
    prefixed.take(PREAMBLE_BYTES, (bytes) =>
      this.bind(bytes, { stream: prefixed, peer, place, settle }),
    );
  }

  /** Ends what has not become a link; links are closed by whoever owns them. */
  close(): void {
    for (const stream of [...this.unbound]) stream.destroy();
  }

  private bind(bytes: Uint8Array, opened: Omit<PendingLane, 'preamble'>): void {
    const { stream } = opened;
    let preamble: Preamble;
    try {
      preamble = decodePreamble(bytes);
    } catch (error) {
      const version = error instanceof ProtocolError && error.code === 'version';
      if (version) stream.write([encodeReply(Status.version)]);
      this.turnAway(opened, error as Error);
      return;
    }
    stream.pause();
    const lane: PendingLane = { preamble, ...opened };
    lane.place.reach(Step.linked);
    if (preamble.channel === Channel.control) this.startLink(lane);
    else this.joinOrWait(lane);
  }

  private startLink(lane: PendingLane): void {
    const { preamble, stream, peer, place } = lane;
    if (this.links.has(preamble.nonce)) {
      this.turnAway(lane, new ProtocolError('unexpected', 'preamble', 'link exists already'));
      return;
    }
    lane.settle();
    stream.write([encodeReply(Status.accepted)]);
    const link = new StreamLink({
      transport: this.transport(preamble.nonce),
      peer,
      tuning: this.tuning,
      control: { stream, prefix: null },
      accepted: true,
      ...(this.options.admission ? { onAdmit: () => place.leave() } : {}),
    });
    // The place passes from the connection to the link, so that the bound covers both.
    place.heldBy(() => link.close(ByeCode.lost, BUSY));
    if (!this.options.admission) place.leave();
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
    if (link.peer.fingerprint !== lane.peer.fingerprint) {
      const error = new ProtocolError(
        'unexpected',
        'preamble',
        'another certificate than the link',
      );
      this.turnAway(lane, error);
      return;
    }
    lane.settle();
    lane.place.leave();
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

  private turnAway(lane: Omit<PendingLane, 'preamble'>, error: Error): void {
    lane.settle();
    lane.place.leave();
    this.reject(lane.stream, lane.peer, error);
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
