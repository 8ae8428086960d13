import type { ByteStream, StreamClosed } from './byte-stream.ts';

/** A byte stream whose first bytes can be taken off before the rest is handed to its user. */
export class PrefixedStream implements ByteStream {
  private readonly inner: ByteStream;
  private head: Uint8Array = new Uint8Array(0);
  private closed: StreamClosed | null = null;
  private closeCallback: ((closed: StreamClosed) => void) | null = null;

  constructor(inner: ByteStream) {
    this.inner = inner;
    inner.onClose((closed) => {
      this.closed = closed;
      this.closeCallback?.(closed);
    });
  }

  /** Calls back once with the first `bytes` bytes. */
  take(bytes: number, callback: (head: Uint8Array) => void): void {
    this.inner.onData((chunk) => {
      const whole = new Uint8Array(this.head.length + chunk.length);
      whole.set(this.head);
      whole.set(chunk, this.head.length);
      this.head = whole;
      if (whole.length < bytes) return;
      this.head = whole.subarray(bytes);
      this.inner.onData((rest) => this.keep(rest));
      callback(whole.subarray(0, bytes));
    });
  }

  onData(callback: (chunk: Uint8Array) => void): void {
    this.inner.onData(callback);
    const head = this.head;
    this.head = head.subarray(0, 0);
    if (head.length > 0) callback(head);
  }

  write(parts: readonly Uint8Array[]): boolean {
    return this.inner.write(parts);
  }

  get unsentBytes(): number {
    return this.inner.unsentBytes;
  }

  get connection(): object | null {
    return this.head.length === 0 ? (this.inner.connection ?? null) : null;
  }

  watch(probe: boolean): boolean {
    return this.inner.watch?.(probe) ?? false;
  }

  onDrain(callback: () => void): void {
    this.inner.onDrain(callback);
  }

  onClose(callback: (closed: StreamClosed) => void): void {
    this.closeCallback = callback;
    if (this.closed !== null) callback(this.closed);
  }

  pause(): void {
    this.inner.pause();
  }

  resume(): void {
    this.inner.resume();
  }

  end(): void {
    this.inner.end();
  }

  destroy(): void {
    this.inner.destroy();
  }

  /** The stream is paused between the prefix and its user; a chunk may be under way all the same. */
  private keep(chunk: Uint8Array): void {
    const whole = new Uint8Array(this.head.length + chunk.length);
    whole.set(this.head);
    whole.set(chunk, this.head.length);
    this.head = whole;
  }
}
