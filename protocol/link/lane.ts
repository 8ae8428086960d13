import { type Channel, channelName } from '../channel.ts';
import { LinkError, ProtocolError } from '../errors.ts';
import type { ByteStream, StreamClosed } from './byte-stream.ts';
import { encodeFrameHeader, FrameKind, type FrameLimits, FrameReader } from './framing.ts';
import { maxMessageBytes, maxQueuedBytes } from './limits.ts';
import type { LaneBorrower, Lend, LentLane, LinkStream } from './link.ts';

/** What a lane tells the link it belongs to. */
export interface LaneOwner {
  heard(bytes: number): void;
  /** Something is sent, messages of the link apart. */
  said(lane: Lane): void;
  /** What is said and heard on it goes unseen from now on. */
  lent(lane: Lane): void;
  unit(lane: Lane, unit: Uint8Array): void;
  linkMessage(message: Uint8Array): void;
  failed(error: Error): void;
  laneClosed(lane: Lane, closed: StreamClosed): void;
}

/** Bytes that must be read, and found good, before the frames begin. */
export interface LanePrefix {
  readonly bytes: number;
  readonly check: (bytes: Uint8Array) => void;
}

const UNREAD_MAX_BYTES = 1_048_576;
const UNREAD_MAX_MESSAGES = 256;

/** One channel of a link over one byte stream. */
export class Lane implements LinkStream {
  readonly channel: Channel;
  readonly stream: ByteStream;
  private readonly owner: LaneOwner;
  private readonly reader: FrameReader;
  private prefix: LanePrefix | null;
  private prefixBytes = new Uint8Array(0);
  private messageCallback: ((message: Uint8Array) => void) | null = null;
  private closeCallback: (() => void) | null = null;
  private readonly unread: Uint8Array[] = [];
  private unreadBytes = 0;
  private isClosed = false;
  private readonly frameLimits: FrameLimits;
  private lendCallback: ((lend: Lend) => void) | null = null;
  private borrower: LaneBorrower | null = null;

  constructor(
    channel: Channel,
    stream: ByteStream,
    owner: LaneOwner,
    limits: { readonly unitBytes: number; readonly linkBytes: number },
    prefix: LanePrefix | null,
  ) {
    this.channel = channel;
    this.stream = stream;
    this.owner = owner;
    this.prefix = prefix;
    this.frameLimits = [maxMessageBytes(channel), limits.unitBytes, limits.linkBytes];
    this.reader = new FrameReader(
      `channel ${channelName(channel)}`,
      this.frameLimits,
      (kind, bytes) => this.deliver(kind, bytes),
    );
  }

  /** Begins to read. */
  start(): void {
    this.stream.onData((chunk) => this.receive(chunk));
    this.stream.onClose((closed) => this.close(closed));
    this.stream.resume();
  }

  send(...parts: Uint8Array[]): boolean {
    return this.sendFrame(FrameKind.message, parts);
  }

  sendFrame(kind: FrameKind, parts: readonly Uint8Array[]): boolean {
    if (this.isClosed) return false;
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    if (kind === FrameKind.message && length > maxMessageBytes(this.channel)) {
      throw new LinkError('usage', `message of ${length} bytes on ${channelName(this.channel)}`);
    }
    if (kind !== FrameKind.link) this.owner.said(this);
    const more = this.stream.write([encodeFrameHeader(kind, length), ...parts]);
    if (!more && this.stream.unsentBytes > maxQueuedBytes(this.channel)) {
      const what = `${this.stream.unsentBytes} bytes wait on ${channelName(this.channel)}`;
      this.owner.failed(new LinkError('overflow', `the peer does not read: ${what}`));
    }
    return more;
  }

  onMessage(callback: (message: Uint8Array) => void): void {
    this.messageCallback = callback;
    this.guard(() => {
      while (this.unread.length > 0 && this.messageCallback !== null) {
        const message = this.unread.shift() as Uint8Array;
        this.unreadBytes -= message.length;
        this.messageCallback(message);
      }
    });
    if (!this.isClosed) this.stream.resume();
  }

  onDrain(callback: () => void): void {
    this.stream.onDrain(callback);
  }

  pause(): void {
    if (!this.isClosed && this.borrower === null) this.stream.pause();
  }

  resume(): void {
    if (this.borrower === null) this.stream.resume();
  }

  onClose(callback: () => void): void {
    this.closeCallback = callback;
    if (this.isClosed) callback();
  }

  end(): void {
    this.borrower?.giveBack();
    this.stream.end();
  }

  onLendable(callback: (lend: Lend) => void): void {
    this.lendCallback = callback;
    this.offer();
  }

  /** How long ago something came that this lane did not see. */
  get heardAgoMs(): number {
    return this.borrower?.heardAgoMs() ?? Number.POSITIVE_INFINITY;
  }

  get saidAgoMs(): number {
    return this.borrower?.saidAgoMs() ?? Number.POSITIVE_INFINITY;
  }

  /** Calls back once when next something is sent that this lane does not see; a later call replaces this one. */
  tellNext(callback: () => void): void {
    this.borrower?.tellNext(callback);
  }

  /** Stops delivering, lets the stream send what it has and end; what still comes is read and dropped. */
  finish(): void {
    this.borrower?.giveBack();
    this.reader.stop();
    this.stream.resume();
    this.stream.end();
    this.close({ clean: true });
  }

  private receive(chunk: Uint8Array): void {
    if (this.isClosed) return;
    this.guard(() => {
      this.owner.heard(chunk.length);
      const rest = this.prefix === null ? chunk : this.readPrefix(this.prefix, chunk);
      this.reader.push(rest);
    });
    this.offer();
  }

  private offer(): void {
    const callback = this.lendCallback;
    if (callback === null || this.prefix !== null || this.isClosed) return;
    this.lendCallback = null;
    callback((borrower) => this.lend(borrower));
  }

  private lend(borrower: LaneBorrower): LentLane | null {
    const { connection } = this.stream;
    const rest = connection && !this.isClosed && !this.borrower ? this.reader.release() : null;
    if (!connection || rest === null) return null;
    this.borrower = borrower;
    this.owner.lent(this);
    return {
      connection,
      rest,
      limits: this.frameLimits,
      mostUnsentBytes: maxQueuedBytes(this.channel),
      failed: (error) => {
        this.reader.stop();
        this.owner.failed(error);
      },
      takeBack: (bytes) => {
        this.borrower = null;
        this.reader.push(bytes);
      },
    };
  }

  /** A rule that the peer broke ends the link, whether it was found here or by a callback; a defect of ours must not be mistaken for that. */
  private guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof ProtocolError || error instanceof LinkError)) throw error;
      this.reader.stop();
      this.owner.failed(error);
    }
  }

  private readPrefix(prefix: LanePrefix, chunk: Uint8Array): Uint8Array {
    const whole = new Uint8Array(this.prefixBytes.length + chunk.length);
    whole.set(this.prefixBytes);
    whole.set(chunk, this.prefixBytes.length);
    if (whole.length < prefix.bytes) {
      this.prefixBytes = whole;
      return whole.subarray(0, 0);
    }
    this.prefix = null;
    prefix.check(whole.subarray(0, prefix.bytes));
    return whole.subarray(prefix.bytes);
  }

  private deliver(kind: FrameKind, bytes: Uint8Array): void {
    if (kind === FrameKind.unit) this.owner.unit(this, bytes);
    else if (kind === FrameKind.link) this.owner.linkMessage(bytes);
    else if (this.messageCallback !== null) this.messageCallback(bytes);
    else this.keepUnread(bytes);
  }

  private keepUnread(message: Uint8Array): void {
    this.unread.push(message);
    this.unreadBytes += message.length;
    const full = this.unread.length >= UNREAD_MAX_MESSAGES || this.unreadBytes >= UNREAD_MAX_BYTES;
    if (full) this.stream.pause();
  }

  private close(closed: StreamClosed): void {
    if (this.isClosed) return;
    this.borrower?.giveBack();
    this.isClosed = true;
    this.owner.laneClosed(this, closed);
    this.closeCallback?.();
  }
}
