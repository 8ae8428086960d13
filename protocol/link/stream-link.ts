import { Channel, channelName } from '../channel.ts';
import { LinkError, ProtocolError } from '../errors.ts';
import {
  ByeCode,
  controlMaxMessageBytes,
  decodeControl,
  encodeControl,
} from '../generated/control.ts';
import type { ByteStream, StreamClosed } from './byte-stream.ts';
import { FrameKind } from './framing.ts';
import { Heartbeat } from './heartbeat.ts';
import { Lane, type LaneOwner, type LanePrefix } from './lane.ts';
import { type LinkTuning, STRANGER_MAX_BYTES } from './limits.ts';
import type {
  LinkCaps,
  LinkClosed,
  LinkPeer,
  LinkStats,
  LinkStream,
  LinkUniStream,
  ServerLink,
} from './link.ts';
import { LaneUnit, UnitInbox } from './units.ts';

/** Who opened a lane: the side that connects, or that side on request of the other. */
export const Origin = { connecting: 0, requested: 1 } as const;
export type Origin = (typeof Origin)[keyof typeof Origin];

export interface OpenedLane {
  readonly stream: ByteStream;
  readonly prefix: LanePrefix | null;
}

/** What differs between the providers that are made of byte streams. */
export interface LaneTransport {
  readonly caps: LinkCaps;
  /** Makes a connection for a channel; null on the side that cannot and has to ask with OpenChannel. */
  readonly openLane: ((channel: Channel, origin: Origin) => Promise<OpenedLane>) | null;
  /** Units on streams of their own; null: on the channel's lane. */
  readonly openUnit: ((channel: Channel) => LinkUniStream) | null;
  readonly sendDatagram: ((bytes: Uint8Array) => boolean) | null;
  /** Of units on streams of their own. */
  readonly unsentUnitBytes: () => number;
  /** After the lanes have ended, or to make them. */
  readonly dispose: () => void;
}

export interface StreamLinkOptions {
  readonly transport: LaneTransport;
  readonly peer: LinkPeer;
  readonly tuning: LinkTuning;
  readonly control: OpenedLane;
  /** The control lane was opened by the peer: a listener's link. */
  readonly accepted: boolean;
  /** Not admitted yet; `onAdmit` is called by `admit`. */
  readonly onAdmit?: () => void;
}

type Waiting = { readonly resolve: (lane: Lane) => void; readonly reject: (error: Error) => void };

/** A Link over one byte stream per channel. */
export class StreamLink implements ServerLink, LaneOwner {
  readonly peer: LinkPeer;
  readonly caps: LinkCaps;
  private readonly options: StreamLinkOptions;
  private readonly control: Lane;
  private readonly lanes = new Map<Channel, Lane>();
  private readonly opening = new Map<Channel, Waiting>();
  private readonly heartbeat: Heartbeat;
  /** On whose connection the kernel watches the peer. */
  private watching: Lane | null = null;
  private readonly units = new UnitInbox();
  private readonly arrived: LinkStream[] = [];
  private readonly held: { channel: Channel; origin: Origin; opened: OpenedLane }[] = [];
  private bidiCallback: ((stream: LinkStream) => void) | null = null;
  private closeCallback: ((info: LinkClosed) => void) | null = null;
  private datagramCallback: ((bytes: Uint8Array) => void) | null = null;
  private admissionTimer: ReturnType<typeof setTimeout> | null = null;
  private admitted: boolean;
  private strangerBytes = 0;
  private info: LinkClosed | null = null;
  private forceTimer: ReturnType<typeof setTimeout> | null = null;

  constructor(options: StreamLinkOptions) {
    this.options = options;
    this.peer = options.peer;
    this.caps = options.transport.caps;
    this.admitted = options.onAdmit === undefined;
    const { heartbeatMs, silenceMs, restMs, admissionTimeoutMs } = options.tuning;
    const counts = (lane: Lane): boolean => this.isAnswered(lane);
    this.heartbeat = new Heartbeat({
      heartbeatMs,
      silenceMs,
      restMs,
      isAnswered: !options.accepted,
      ping: (sequence, timeUs) => this.tell(encodeControl({ type: 'Ping', sequence, timeUs })),
      dead: (silentMs) => this.peerIsSilent(silentMs),
      heardAgoMs: () => Math.min(...[...this.lanes.values()].map((lane) => lane.heardAgoMs)),
      saidAgoMs: () =>
        Math.min(...[...this.lanes.values()].filter(counts).map((lane) => lane.saidAgoMs)),
      tellNext: (callback) => {
        for (const lane of this.lanes.values()) if (counts(lane)) lane.tellNext(callback);
      },
    });
    if (!this.admitted) {
      const tooLate = new LinkError('timeout', 'the peer was not admitted in time');
      this.admissionTimer = setTimeout(() => this.failed(tooLate), admissionTimeoutMs);
    }
    this.control = this.addLane(Channel.control, options.control);
    if (options.accepted) this.announce(this.control);
    this.control.start();
  }

  get closed(): LinkClosed | null {
    return this.info;
  }

  /** The connecting side's control stream, open from the start. */
  get controlStream(): LinkStream {
    return this.control;
  }

  async openBidi(channel: Channel): Promise<LinkStream> {
    if (this.info !== null)
      throw new LinkError('closed', `the link is closed: ${this.info.reason}`);
    if (channel === Channel.control && !this.options.accepted) return this.control;
    if (this.lanes.has(channel) || this.opening.has(channel)) {
      throw new LinkError('usage', `channel ${channelName(channel)} is open already`);
    }
    const { openLane } = this.options.transport;
    return openLane === null ? this.askForLane(channel) : this.makeLane(channel, openLane);
  }

  onBidi(callback: (stream: LinkStream) => void): void {
    this.bidiCallback = callback;
    for (const stream of this.arrived.splice(0)) callback(stream);
  }

  openUni(channel: Channel): LinkUniStream {
    const lane = this.lanes.get(channel);
    if (lane === undefined) {
      throw new LinkError('usage', `channel ${channelName(channel)} is not open`);
    }
    const { openUnit } = this.options.transport;
    return openUnit === null ? new LaneUnit(lane) : openUnit(channel);
  }

  onUni(callback: (channel: Channel, unit: Uint8Array) => void): void {
    this.units.open(callback);
  }

  sendDatagram(bytes: Uint8Array): boolean {
    return this.info === null && (this.options.transport.sendDatagram?.(bytes) ?? false);
  }

  onDatagram(callback: (bytes: Uint8Array) => void): void {
    this.datagramCallback = callback;
  }

  stats(): LinkStats {
    let unackedBytes = this.options.transport.unsentUnitBytes();
    for (const lane of this.lanes.values()) unackedBytes += lane.stream.unsentBytes;
    return { rttMs: this.heartbeat.rttMs, unackedBytes };
  }

  admit(): void {
    if (this.admitted) return;
    this.admitted = true;
    if (this.admissionTimer !== null) clearTimeout(this.admissionTimer);
    this.options.onAdmit?.();
    for (const { channel, origin, opened } of this.held.splice(0)) {
      this.adopt(channel, origin, opened);
    }
  }

  close(code: ByeCode, reason: string): void {
    this.closeWith({ code, reason }, true);
  }

  onClose(callback: (info: LinkClosed) => void): void {
    this.closeCallback = callback;
    if (this.info !== null) callback(this.info);
  }

  /** For transports: a stream the peer made for a channel. Until the peer is admitted it waits, unread. */
  adopt(channel: Channel, origin: Origin, opened: OpenedLane): void {
    const taken = this.lanes.has(channel) || this.held.some((other) => other.channel === channel);
    if (this.info !== null || taken) {
      opened.stream.destroy();
    } else if (!this.admitted) {
      opened.stream.pause();
      this.held.push({ channel, origin, opened });
    } else {
      this.takeLane(channel, origin, opened);
    }
  }

  /** For transports: whole units that came on streams of their own. */
  deliverUnit(channel: Channel, unit: Uint8Array): void {
    if (this.info === null) this.units.put(channel, unit, null);
  }

  deliverDatagram(bytes: Uint8Array): void {
    this.heartbeat.heard();
    this.datagramCallback?.(bytes);
  }

  heard(bytes: number): void {
    this.heartbeat.heard();
    if (this.admitted) return;
    this.strangerBytes += bytes;
    if (this.strangerBytes > STRANGER_MAX_BYTES) {
      throw new ProtocolError('too-long', 'link', 'too many bytes before the peer was admitted');
    }
  }

  ask(): void {
    this.heartbeat.said();
  }

  said(lane: Lane): void {
    if (this.isAnswered(lane)) this.heartbeat.said();
  }

  lent(): void {
    this.heartbeat.look();
  }

  unit(lane: Lane, unit: Uint8Array): void {
    this.units.put(lane.channel, unit, lane.stream);
  }

  linkMessage(bytes: Uint8Array): void {
    const message = decodeControl(bytes);
    switch (message.type) {
      case 'Ping':
        this.heartbeat.pinged();
        this.tell(encodeControl({ ...message, type: 'Pong' }));
        return;
      case 'Pong':
        this.heartbeat.pong(message.timeUs);
        return;
      case 'Bye':
        this.closeWith({ code: message.code as ByeCode, reason: message.reason }, false);
        return;
      case 'OpenChannel':
        this.answerOpenChannel(message.channel);
        return;
      default:
        if (message.type !== 'unknown') {
          throw new ProtocolError(
            'unexpected',
            'link',
            `${message.type} is no message of the link`,
          );
        }
    }
  }

  failed(error: Error): void {
    const code = CODE_OF_ERROR[(error as { code?: string }).code ?? ''] ?? ByeCode.protocol;
    this.closeWith({ code, reason: error.message, error }, true);
  }

  laneClosed(lane: Lane, closed: StreamClosed): void {
    if (this.lanes.get(lane.channel) === lane) this.lanes.delete(lane.channel);
    if (this.watching === lane && this.info === null) {
      this.watching = null;
      this.heartbeat.watch(false);
    }
    if (this.info !== null || (closed.clean && lane !== this.control)) return;
    const error = closed.error ?? new LinkError('lost', 'the connection was lost');
    const reason = closed.error === undefined ? error.message : `connection lost: ${error.message}`;
    this.closeWith({ code: ByeCode.lost, reason, error }, false);
  }

  /** A listener's pictures are acknowledged when there is reason to, and acknowledgements never. */
  private isAnswered({ channel }: Lane): boolean {
    return this.options.accepted || channel !== Channel.display;
  }

  private addLane(channel: Channel, opened: OpenedLane): Lane {
    const unitBytes = this.options.tuning.maxUnitBytes(channel);
    const linkBytes = channel === Channel.control ? controlMaxMessageBytes : 0;
    const lane = new Lane(channel, opened.stream, this, { unitBytes, linkBytes }, opened.prefix);
    this.lanes.set(channel, lane);
    // On the input channel there is always something while somebody works: nothing need be sent to find out.
    if (this.watching === null && opened.stream.watch?.(channel === Channel.input)) {
      this.watching = lane;
      this.heartbeat.watch();
    }
    return lane;
  }

  private takeLane(channel: Channel, origin: Origin, opened: OpenedLane): void {
    const waiting = this.opening.get(channel);
    this.opening.delete(channel);
    const lane = this.addLane(channel, opened);
    if (origin === Origin.requested && waiting !== undefined) waiting.resolve(lane);
    else this.announce(lane);
    lane.start();
  }

  private announce(stream: LinkStream): void {
    if (this.bidiCallback === null) this.arrived.push(stream);
    else this.bidiCallback(stream);
  }

  private async makeLane(
    channel: Channel,
    openLane: NonNullable<LaneTransport['openLane']>,
  ): Promise<Lane> {
    // Holds the channel while the connection is being made; nobody waits for this entry.
    this.opening.set(channel, { resolve: () => {}, reject: () => {} });
    try {
      const opened = await openLane(channel, Origin.connecting);
      this.mustBeOpen(opened);
      const lane = this.addLane(channel, opened);
      lane.start();
      return lane;
    } finally {
      this.opening.delete(channel);
    }
  }

  private askForLane(channel: Channel): Promise<Lane> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.opening.delete(channel);
        reject(new LinkError('timeout', `the peer did not open ${channelName(channel)}`));
      }, this.options.tuning.handshakeTimeoutMs);
      const settle = <T>(then: (value: T) => void) => {
        return (value: T): void => {
          clearTimeout(timer);
          then(value);
        };
      };
      this.opening.set(channel, { resolve: settle(resolve), reject: settle(reject) });
      this.tell(encodeControl({ type: 'OpenChannel', channel }));
    });
  }

  private answerOpenChannel(channel: number): void {
    const { openLane } = this.options.transport;
    const name = channelName(channel);
    if (openLane === null || channel === Channel.control || maxChannel(channel)) {
      throw new ProtocolError('unexpected', 'OpenChannel', `cannot open ${name}`);
    }
    if (this.lanes.has(channel as Channel) || this.opening.has(channel as Channel)) return;
    this.opening.set(channel as Channel, { resolve: () => {}, reject: () => {} });
    openLane(channel as Channel, Origin.requested).then(
      (opened) => {
        this.opening.delete(channel as Channel);
        if (this.info !== null) opened.stream.destroy();
        else this.takeLane(channel as Channel, Origin.connecting, opened);
      },
      (error: Error) => this.failed(error),
    );
  }

  private mustBeOpen(opened: OpenedLane): void {
    if (this.info === null) return;
    opened.stream.destroy();
    throw new LinkError('closed', `the link is closed: ${this.info.reason}`);
  }

  private tell(message: Uint8Array): void {
    this.control.sendFrame(FrameKind.link, [message]);
  }

  private peerIsSilent(silentMs: number): void {
    const what = `the peer has been silent for ${(silentMs / 1000).toFixed(1)} s`;
    this.failed(new LinkError('timeout', what));
  }

  private closeWith(info: LinkClosed, tellPeer: boolean): void {
    if (this.info !== null) return;
    this.info = info;
    if (tellPeer) {
      const reason = info.reason.slice(0, REASON_MAX_UNITS);
      this.tell(encodeControl({ type: 'Bye', code: info.code, reason }));
    }
    this.stopTimers();
    const lost = new LinkError('closed', `the link is closed: ${info.reason}`);
    for (const waiting of this.opening.values()) waiting.reject(lost);
    for (const { opened } of this.held.splice(0)) opened.stream.destroy();
    const streams = [...this.lanes.values()].map((lane) => lane.stream);
    for (const lane of [...this.lanes.values()]) lane.finish();
    this.destroyLater(streams);
    this.closeCallback?.(info);
  }

  private stopTimers(): void {
    this.heartbeat.stop();
    if (this.admissionTimer !== null) clearTimeout(this.admissionTimer);
    if (!this.admitted) this.options.onAdmit?.();
    this.admitted = true;
  }

  private destroyLater(streams: readonly ByteStream[]): void {
    let left = streams.length;
    const dispose = (): void => {
      if (this.forceTimer !== null) clearTimeout(this.forceTimer);
      for (const stream of streams) stream.destroy();
      this.options.transport.dispose();
    };
    if (left === 0) {
      dispose();
      return;
    }
    this.forceTimer = setTimeout(dispose, this.options.tuning.closeTimeoutMs);
    for (const stream of streams) {
      stream.onClose(() => {
        left--;
        if (left === 0) dispose();
      });
    }
  }
}

/** Keeps a Bye below its maximum even if every unit takes three bytes. */
const REASON_MAX_UNITS = 340;

const maxChannel = (channel: number): boolean => channel > Channel.usb;

const CODE_OF_ERROR: Readonly<Record<string, ByeCode>> = {
  timeout: ByeCode.timeout,
  overflow: ByeCode.overflow,
  refused: ByeCode.refused,
  lost: ByeCode.lost,
  unreachable: ByeCode.lost,
};
