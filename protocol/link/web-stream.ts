import type { ByteStream, StreamClosed } from './byte-stream.ts';

/** The two directions of a WebTransport stream. */
export interface WebStreamPair {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
}

const HIGH_WATER_BYTES = 65_536;

/** A ByteStream over a two-way WebTransport stream. */
export class WebStream implements ByteStream {
  private readonly reader: ReadableStreamDefaultReader<Uint8Array>;
  private readonly out: WebWriter;
  private dataCallback: ((chunk: Uint8Array) => void) | null = null;
  private closeCallback: ((closed: StreamClosed) => void) | null = null;
  private closed: StreamClosed | null = null;
  private paused = false;
  private reading = false;

  constructor(pair: WebStreamPair) {
    this.reader = pair.readable.getReader();
    this.out = new WebWriter(pair.writable, (error) => this.finish({ clean: false, error }));
  }

  write(parts: readonly Uint8Array[]): boolean {
    if (this.closed !== null) return false;
    return this.out.write(parts);
  }

  get unsentBytes(): number {
    return this.out.pendingBytes;
  }

  onData(callback: (chunk: Uint8Array) => void): void {
    this.dataCallback = callback;
    void this.read();
  }

  onDrain(callback: () => void): void {
    this.out.drained = callback;
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
    void this.read();
  }

  end(): void {
    this.out.end();
  }

  destroy(): void {
    this.reader.cancel().catch(() => {});
    this.out.reset();
    this.finish({ clean: false });
  }

  private async read(): Promise<void> {
    if (this.reading || this.dataCallback === null) return;
    this.reading = true;
    const ended = await this.readUntilPaused();
    this.reading = false;
    if (ended === null) return;
    this.out.end();
    this.finish(ended);
  }

  private async readUntilPaused(): Promise<StreamClosed | null> {
    while (!this.paused && this.closed === null) {
      let next: ReadableStreamReadResult<Uint8Array>;
      try {
        next = await this.reader.read();
      } catch (error) {
        return { clean: false, error: error as Error };
      }
      if (next.done) return { clean: true };
      // A callback that throws is a defect of ours: it must surface as one and not as a broken stream.
      this.dataCallback?.(next.value);
    }
    return null;
  }

  private finish(closed: StreamClosed): void {
    if (this.closed !== null) return;
    this.closed = closed;
    this.closeCallback?.(closed);
  }
}

/** Counts what is under way to a WritableStream, which itself only tells about its own queue. */
export class WebWriter {
  pendingBytes = 0;
  drained: (() => void) | null = null;
  private readonly writer: WritableStreamDefaultWriter<Uint8Array>;
  private readonly failed: (error: Error) => void;
  private ended = false;

  constructor(writable: WritableStream<Uint8Array>, failed: (error: Error) => void) {
    this.writer = writable.getWriter();
    this.failed = failed;
    this.writer.closed.catch((error: Error) => this.fail(error));
  }

  /** False: above the high-water mark. */
  write(parts: readonly Uint8Array[]): boolean {
    if (this.ended) return false;
    for (const chunk of gather(parts)) this.writeChunk(chunk);
    return this.pendingBytes < HIGH_WATER_BYTES;
  }

  /** @param sent called when everything has been passed on. */
  end(sent?: () => void): void {
    if (this.ended) return;
    this.ended = true;
    this.writer.close().then(
      () => sent?.(),
      (error: Error) => this.fail(error),
    );
  }

  reset(): void {
    this.ended = true;
    this.writer.abort().catch(() => {});
  }

  private writeChunk(chunk: Uint8Array): void {
    this.pendingBytes += chunk.length;
    const settled = (): void => {
      const wasHigh = this.pendingBytes >= HIGH_WATER_BYTES;
      this.pendingBytes -= chunk.length;
      if (wasHigh && this.pendingBytes < HIGH_WATER_BYTES) this.drained?.();
    };
    this.writer.write(chunk).then(settled, (error: Error) => {
      settled();
      this.fail(error);
    });
  }

  private fail(error: Error): void {
    this.ended = true;
    this.failed(error);
  }
}

const GATHER_BYTES = 16_384;

/** Each write becomes a message of its own on some transports: small parts go together, large ones as they are. */
function gather(parts: readonly Uint8Array[]): Uint8Array[] {
  const out: Uint8Array[] = [];
  let small: Uint8Array[] = [];
  const flush = (): void => {
    if (small.length > 0) out.push(join(small));
    small = [];
  };
  for (const part of parts) {
    if (part.length === 0) continue;
    if (part.length < GATHER_BYTES) small.push(part);
    else {
      flush();
      out.push(part);
    }
  }
  flush();
  return out;
}

export function join(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0] as Uint8Array;
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
