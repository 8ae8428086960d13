import { Channel, isChannel } from '../channel.ts';
import { LinkError, ProtocolError } from '../errors.ts';
import type { ClientLink } from './connector.ts';
import { DEFAULT_TUNING, type LinkTuning, maxQueuedBytes } from './limits.ts';
import type { LinkPeer, LinkUniStream, ServerLink } from './link.ts';
import { PrefixedStream } from './prefixed-stream.ts';
import { type LaneTransport, type OpenedLane, Origin, StreamLink } from './stream-link.ts';
import { join, WebStream, type WebStreamPair, WebWriter } from './web-stream.ts';

/** What is used of a W3C WebTransport session; browsers and the npm package both fit. */
export interface WebSession {
  readonly ready: Promise<unknown>;
  readonly closed: Promise<{ closeCode?: number; reason?: string }>;
  readonly reliability?: string;
  readonly incomingBidirectionalStreams: ReadableStream<WebStreamPair>;
  readonly incomingUnidirectionalStreams: ReadableStream<ReadableStream<Uint8Array>>;
  createBidirectionalStream(options?: object): Promise<WebStreamPair>;
  createUnidirectionalStream(options?: object): Promise<WritableStream<Uint8Array>>;
  close(info?: { closeCode: number; reason: string }): void;
}

export const WEBTRANSPORT_PATH = '/wayray';

/**
 * Options for either side's constructor: enough room that a frame need not wait for the receiver's permission to go
 * on, which would cost a round trip for every 16 KB.
 */
export const WEBTRANSPORT_WINDOWS = {
  initialStreamFlowControlWindow: 4_194_304,
  initialSessionFlowControlWindow: 8_388_608,
};

const LANE_HEAD_BYTES = 2;
/** Streams are made as soon as the peer grants another one, instead of failing. */
const WAIT = { waitUntilAvailable: true };

/** The connecting side. Rejects with LinkError when the session does not come about. */
export async function connectWebTransport(
  session: WebSession,
  peer: LinkPeer,
  tuning: Partial<LinkTuning> = {},
): Promise<ClientLink> {
  const all = { ...DEFAULT_TUNING, ...tuning };
  const transport = new WebTransportLanes(session, all);
  await transport.ready(peer.address);
  transport.useUnitStreams(session.reliability !== 'reliable-only');
  const control = await transport.openLane(Channel.control, Origin.connecting);
  const link = new StreamLink({
    transport,
    peer,
    tuning: all,
    control,
    accepted: false,
  });
  transport.serve(link);
  return link;
}

export interface AcceptOptions {
  readonly peer: LinkPeer;
  readonly tuning?: Partial<LinkTuning>;
  /** The session runs over HTTP/3; the npm package's sessions do not tell on this side. */
  readonly unitStreams: boolean;
  /** See StreamLinkOptions. */
  readonly onAdmit?: () => void;
  /** The session was closed from this side; a peer that ignores that is the caller's to get rid of. */
  readonly onDispose?: () => void;
}

/** The listening side: resolves when the peer has opened its control channel. Rejects with LinkError or ProtocolError. */
export async function acceptWebTransport(
  session: WebSession,
  options: AcceptOptions,
): Promise<ServerLink> {
  const tuning = { ...DEFAULT_TUNING, ...options.tuning };
  const transport = new WebTransportLanes(session, tuning);
  await transport.ready(options.peer.address);
  transport.useUnitStreams(options.unitStreams);
  return transport.accept(options);
}

interface IncomingLane {
  readonly channel: Channel;
  readonly origin: Origin;
  readonly opened: OpenedLane;
}

class WebTransportLanes implements LaneTransport {
  caps = { datagrams: false, streamReset: false, priorities: false };
  openUnit: LaneTransport['openUnit'] = null;
  readonly sendDatagram = null;
  private readonly session: WebSession;
  private readonly tuning: LinkTuning;
  private readonly lanes: ReadableStreamDefaultReader<WebStreamPair>;
  private link: StreamLink | null = null;
  private readonly early: IncomingLane[] = [];
  private readonly units = new Set<WebUnit>();
  private onDispose: () => void = () => {};
  private onControl: ((lane: IncomingLane) => void) | null = null;

  constructor(session: WebSession, tuning: LinkTuning) {
    this.session = session;
    this.tuning = tuning;
    this.lanes = session.incomingBidirectionalStreams.getReader();
    // Looked at where it matters; here only kept from being an unhandled rejection.
    session.closed.catch(() => {});
  }

  async ready(address: string): Promise<void> {
    const what = `no session with ${address}`;
    try {
      await within(this.session.ready, this.tuning.handshakeTimeoutMs, what);
    } catch (cause) {
      this.dispose();
      if (cause instanceof LinkError) throw cause;
      const why = (cause as Error | undefined)?.message ?? 'refused';
      throw new LinkError('unreachable', `${what}: ${why}`, { cause });
    }
  }

  readonly openLane = async (channel: Channel, origin: Origin): Promise<OpenedLane> => {
    const { handshakeTimeoutMs } = this.tuning;
    const making = this.session.createBidirectionalStream(WAIT);
    const stream = new WebStream(await within(making, handshakeTimeoutMs, 'no stream'));
    stream.write([Uint8Array.of(channel, origin)]);
    return { stream, prefix: null };
  };

  /**
   * Over a single TCP connection a stream per unit gains nothing, and the npm package never forgets a stream: it
   * would grow, and slow down, with every frame. There, units go over the channel's stream.
   */
  useUnitStreams(use: boolean): void {
    this.caps = { ...this.caps, streamReset: use };
    this.openUnit = use ? this.newUnit : null;
  }

  private readonly newUnit = (channel: Channel): LinkUniStream => {
    if (this.unsentUnitBytes() > maxQueuedBytes(channel)) {
      this.link?.failed(new LinkError('overflow', 'the peer does not read its units'));
    }
    const unit = new WebUnit(channel, this.session.createUnidirectionalStream(WAIT), () =>
      this.units.delete(unit),
    );
    this.units.add(unit);
    return unit;
  };

  readonly unsentUnitBytes = (): number => {
    let bytes = 0;
    for (const unit of this.units) bytes += unit.unsentBytes;
    return bytes;
  };

  readonly dispose = (): void => {
    this.onDispose();
    // The readers are left alone: the npm package closes its streams itself and throws when they are closed already.
    try {
      this.session.close({ closeCode: 0, reason: '' });
    } catch {
      // A session that never came about cannot be closed, which is as good.
    }
  };

  /** From now on what the peer opens belongs to the link. */
  serve(link: StreamLink): void {
    this.link = link;
    if (this.onControl === null) void this.readLanes();
    for (const lane of this.early.splice(0)) link.adopt(lane.channel, lane.origin, lane.opened);
    void this.readUnits(link);
    const lost = (cause?: unknown): void => {
      const why = cause instanceof Error ? `: ${cause.message}` : '';
      link.failed(new LinkError('lost', `the session was closed${why}`));
    };
    this.session.closed.then(() => lost(), lost);
  }

  async accept(options: AcceptOptions): Promise<ServerLink> {
    this.onDispose = options.onDispose ?? this.onDispose;
    const first = new Promise<IncomingLane>((resolve) => {
      this.onControl = resolve;
    });
    void this.readLanes();
    try {
      const gone = this.session.closed.then(() => {
        throw new LinkError('lost', 'the session was closed before it had a control channel');
      });
      const { handshakeTimeoutMs } = this.tuning;
      const control = await within(
        Promise.race([first, gone]),
        handshakeTimeoutMs,
        'no control channel',
      );
      const link = new StreamLink({
        transport: this,
        peer: options.peer,
        tuning: this.tuning,
        control: control.opened,
        accepted: true,
        ...(options.onAdmit === undefined ? {} : { onAdmit: options.onAdmit }),
      });
      this.serve(link);
      return link;
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  private async readLanes(): Promise<void> {
    for (;;) {
      const next = await this.lanes.read().catch(() => ({ done: true, value: undefined }));
      if (next.done || next.value === undefined) return;
      const stream = new PrefixedStream(new WebStream(next.value));
      stream.take(LANE_HEAD_BYTES, (head) => this.laneArrived(head, stream));
    }
  }

  private laneArrived(head: Uint8Array, stream: PrefixedStream): void {
    const [channel, origin] = head as unknown as [number, number];
    stream.pause();
    if (!isChannel(channel) || origin > Origin.requested) {
      stream.destroy();
      this.link?.failed(new ProtocolError('out-of-range', 'stream', `no channel ${channel}`));
      return;
    }
    const lane = { channel, origin: origin as Origin, opened: { stream, prefix: null } };
    if (this.link !== null) this.link.adopt(channel, lane.origin, lane.opened);
    else if (channel === Channel.control) this.onControl?.(lane);
    else if (this.early.some((other) => other.channel === channel)) stream.destroy();
    else this.early.push(lane);
  }

  private async readUnits(link: StreamLink): Promise<void> {
    const units = this.session.incomingUnidirectionalStreams.getReader();
    for (;;) {
      const next = await units.read().catch(() => ({ done: true, value: undefined }));
      if (next.done || next.value === undefined) return;
      void readUnit(next.value, link, this.tuning);
    }
  }
}

/** A unit that was reset on the way does not exist; one that breaks the rules ends the link. */
async function readUnit(
  stream: ReadableStream<Uint8Array>,
  link: StreamLink,
  tuning: LinkTuning,
): Promise<void> {
  const reader = stream.getReader();
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  let limit = 1;
  for (;;) {
    const next = await reader.read().catch(() => null);
    if (next === null) return;
    if (next.done) break;
    if (bytes === 0) limit += unitLimit(next.value[0], tuning);
    chunks.push(next.value);
    bytes += next.value.length;
    if (bytes > limit) {
      reader.cancel().catch(() => {});
      link.failed(new ProtocolError('too-long', 'unit', `more than ${limit - 1} bytes`));
      return;
    }
  }
  const whole = join(chunks);
  if (whole.length > 0) link.deliverUnit(whole[0] as Channel, whole.subarray(1));
}

const unitLimit = (channel: number | undefined, tuning: LinkTuning): number =>
  channel !== undefined && isChannel(channel) ? tuning.maxUnitBytes(channel) : -1;

/** A unit on a stream of its own, which comes about a little later. */
class WebUnit implements LinkUniStream {
  private readonly done: () => void;
  private queued: Uint8Array[];
  private queuedBytes = 0;
  private writer: WebWriter | null = null;
  private state: 'open' | 'ended' | 'reset' = 'open';

  /** @param done called when nothing of the unit waits any more. */
  constructor(channel: Channel, making: Promise<WritableStream<Uint8Array>>, done: () => void) {
    this.done = done;
    this.queued = [Uint8Array.of(channel)];
    // When the session is gone the link closes by itself; the unit is simply lost with it.
    making.then(
      (stream) => this.opened(stream),
      () => this.reset(),
    );
  }

  get unsentBytes(): number {
    return this.queuedBytes + (this.writer?.pendingBytes ?? 0);
  }

  write(...parts: Uint8Array[]): void {
    if (this.state !== 'open') return;
    for (const part of parts) {
      this.queued.push(part);
      this.queuedBytes += part.length;
    }
  }

  end(): boolean {
    if (this.state !== 'open') return false;
    this.state = 'ended';
    return this.flush();
  }

  reset(): void {
    this.state = 'reset';
    this.queued = [];
    this.queuedBytes = 0;
    this.writer?.reset();
    this.done();
  }

  private opened(stream: WritableStream<Uint8Array>): void {
    this.writer = new WebWriter(stream, () => this.done());
    if (this.state === 'reset') this.writer.reset();
    else this.flush();
  }

  /** Only whole units are started: a reset that comes before costs nothing then. */
  private flush(): boolean {
    if (this.writer === null || this.state !== 'ended') return true;
    const below = this.writer.write(this.queued);
    this.queued = [];
    this.queuedBytes = 0;
    this.writer.end(this.done);
    return below;
  }
}

function within<T>(promise: Promise<T>, timeoutMs: number, what: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new LinkError('timeout', `${what} in time`)), timeoutMs);
    promise.then(
      (value) => {
        clearTimeout(timer);
        resolve(value);
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}
