import { LinkError } from '../errors.ts';
import { type AcceptorOptions, LinkAcceptor } from './acceptor.ts';
import type { ByteStream, StreamClosed } from './byte-stream.ts';
import { type ClientLink, connectStreams } from './connector.ts';
import type { LinkTuning } from './limits.ts';
import type { LinkPeer } from './link.ts';

const HIGH_WATER_BYTES = 65_536;

/** One end of a connection within the process. Bytes are copied and arrive in a later microtask, like a socket's. */
export class MemoryStream implements ByteStream {
  private other: MemoryStream | null = null;
  private inbox: Uint8Array[] = [];
  private inboxBytes = 0;
  private paused = false;
  private scheduled = false;
  private wroteTooMuch = false;
  private ended = false;
  private peerEnded = false;
  private closed: StreamClosed | null = null;
  private dataCallback: ((chunk: Uint8Array) => void) | null = null;
  private drainCallback: (() => void) | null = null;
  private closeCallback: ((closed: StreamClosed) => void) | null = null;

  static pair(): [MemoryStream, MemoryStream] {
    const a = new MemoryStream();
    const b = new MemoryStream();
    a.other = b;
    b.other = a;
    return [a, b];
  }

  write(parts: readonly Uint8Array[]): boolean {
    const other = this.other;
    if (this.closed !== null || this.ended || other === null) return false;
    for (const part of parts) {
      if (part.length > 0) other.inbox.push(new Uint8Array(part));
      other.inboxBytes += part.length;
    }
    other.schedule();
    this.wroteTooMuch = other.inboxBytes >= HIGH_WATER_BYTES;
    return !this.wroteTooMuch;
  }

  get unsentBytes(): number {
    return this.other?.inboxBytes ?? 0;
  }

  onData(callback: (chunk: Uint8Array) => void): void {
    this.dataCallback = callback;
    this.schedule();
  }

  onDrain(callback: () => void): void {
    this.drainCallback = callback;
  }

  onClose(callback: (closed: StreamClosed) => void): void {
    this.closeCallback = callback;
    if (this.closed !== null) callback(this.closed);
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    this.schedule();
  }

  end(): void {
    if (this.ended || this.closed !== null) return;
    this.ended = true;
    if (this.other !== null) this.other.peerEnded = true;
    this.other?.schedule();
    this.closeWhenDone();
  }

  destroy(): void {
    this.finish({ clean: false });
    this.other?.finish({ clean: false });
  }

  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    queueMicrotask(() => {
      this.scheduled = false;
      this.deliver();
    });
  }

  private deliver(): void {
    while (!this.paused && this.dataCallback !== null && this.inbox.length > 0) {
      const chunk = this.inbox.shift() as Uint8Array;
      this.inboxBytes -= chunk.length;
      this.dataCallback(chunk);
    }
    if (this.inbox.length > 0) return;
    this.other?.drained();
    if (this.peerEnded) {
      // Like a socket without half-open: the answer to the peer's end is our own.
      this.end();
      this.closeWhenDone();
    }
  }

  private drained(): void {
    if (!this.wroteTooMuch) return;
    this.wroteTooMuch = false;
    this.drainCallback?.();
  }

  private closeWhenDone(): void {
    if (this.ended && this.peerEnded && this.inbox.length === 0) this.finish({ clean: true });
  }

  private finish(closed: StreamClosed): void {
    if (this.closed !== null) return;
    this.closed = closed;
    this.inbox = [];
    this.inboxBytes = 0;
    queueMicrotask(() => this.closeCallback?.(closed));
  }
}

/** A listener within the process, for tests. */
export class MemoryListener {
  private readonly acceptor: LinkAcceptor;

  constructor(options: AcceptorOptions) {
    this.acceptor = new LinkAcceptor(options);
  }

  get strangers(): number {
    return this.acceptor.strangers;
  }

  /** A raw connection, for tests that misbehave. */
  dial(): MemoryStream {
    if (!this.acceptor.hasRoom) throw new LinkError('busy', 'too many connections');
    const [near, far] = MemoryStream.pair();
    this.acceptor.accept(far, PEER, this.acceptor.reserve());
    return near;
  }

  connect(tuning?: Partial<LinkTuning>): Promise<ClientLink> {
    return connectStreams(async () => ({ stream: this.dial(), peer: PEER }), tuning);
  }

  close(): void {
    this.acceptor.close();
  }
}

const PEER: LinkPeer = { fingerprint: null, address: 'memory' };
