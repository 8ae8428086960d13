import type { WebStreamPair } from '../../../protocol/link/web-stream.ts';
import type { WebSession } from '../../../protocol/link/webtransport.ts';

/** Two WebTransport sessions joined in memory, as HTTP/3 would give them: every stream is independent. */
export function sessionPair(): [WebSession, WebSession] {
  const closing = Promise.withResolvers<{ closeCode?: number; reason?: string }>();
  const a = new MemorySession(closing);
  const b = new MemorySession(closing);
  a.other = b;
  b.other = a;
  return [a, b];
}

class Incoming<T> {
  private controller: ReadableStreamDefaultController<T> | null = null;
  readonly stream: ReadableStream<T>;

  constructor() {
    this.stream = new ReadableStream({
      start: (controller) => {
        this.controller = controller;
      },
    });
  }

  put(value: T): void {
    this.controller?.enqueue(value);
  }
}

class MemorySession implements WebSession {
  readonly ready = Promise.resolve();
  readonly reliability = 'supports-unreliable';
  readonly closed: Promise<{ closeCode?: number; reason?: string }>;
  other: MemorySession = this;
  private readonly closing: PromiseWithResolvers<{ closeCode?: number; reason?: string }>;
  private readonly bidi = new Incoming<WebStreamPair>();
  private readonly uni = new Incoming<ReadableStream<Uint8Array>>();

  constructor(closing: PromiseWithResolvers<{ closeCode?: number; reason?: string }>) {
    this.closing = closing;
    this.closed = closing.promise;
  }

  get incomingBidirectionalStreams(): ReadableStream<WebStreamPair> {
    return this.bidi.stream;
  }

  get incomingUnidirectionalStreams(): ReadableStream<ReadableStream<Uint8Array>> {
    return this.uni.stream;
  }

  async createBidirectionalStream(): Promise<WebStreamPair> {
    const there = pipe();
    const back = pipe();
    this.other.bidi.put({ readable: there.readable, writable: back.writable });
    return { readable: back.readable, writable: there.writable };
  }

  async createUnidirectionalStream(): Promise<WritableStream<Uint8Array>> {
    const { readable, writable } = pipe();
    this.other.uni.put(readable);
    return writable;
  }

  close(info: { closeCode: number; reason: string }): void {
    this.closing.resolve(info);
  }
}

const pipe = (): TransformStream<Uint8Array, Uint8Array> =>
  new TransformStream({}, { highWaterMark: 16 }, { highWaterMark: 16 });
