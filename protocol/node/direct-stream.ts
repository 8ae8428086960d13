import { NativeStream, type Opener } from '../../native/stream/index.ts';
import type { ByteStream, StreamClosed } from '../link/byte-stream.ts';

/** A ByteStream past Node's streams, whose work is more than that of a small message when messages are few. */
export class DirectStream implements ByteStream {
  readonly #native: NativeStream;
  readonly #watch: (native: NativeStream, probe: boolean) => boolean;
  #dataCallback: ((chunk: Uint8Array) => void) | null = null;
  #drainCallback: (() => void) | null = null;
  #closeCallback: ((closed: StreamClosed) => void) | null = null;
  #closed: StreamClosed | null = null;
  #peerEnded = false;
  #mayWrite = true;
  #needsDrain = false;

  /**
   * @param explain names the error that ended the connection
   * @param watch as ByteStream has it
   * @throws the system's error
   */
  constructor(
    open: Opener,
    explain: (error: NodeJS.ErrnoException) => Error = (error) => error,
    watch: (native: NativeStream, probe: boolean) => boolean = () => false,
  ) {
    this.#watch = watch;
    this.#native = new NativeStream(open, {
      data: (chunk) => this.#dataCallback?.(chunk),
      drained: () => this.#drained(),
      peerEnded: () => this.#ended(),
      // Who has ended and goes without reading what still waits for it ended all the same.
      failed: (error) =>
        this.#finish(this.#peerEnded ? { clean: true } : { clean: false, error: explain(error) }),
    });
  }

  write(parts: readonly Uint8Array[]): boolean {
    if (!this.#mayWrite) return false;
    const room = this.#native.write(parts);
    if (!room) this.#needsDrain = true;
    return room;
  }

  get unsentBytes(): number {
    return this.#native.unsentBytes;
  }

  get connection(): NativeStream {
    return this.#native;
  }

  watch(probe: boolean): boolean {
    return this.#closed === null && this.#watch(this.#native, probe);
  }

  onData(callback: (chunk: Uint8Array) => void): void {
    const first = this.#dataCallback === null;
    this.#dataCallback = callback;
    if (first) this.resume();
  }

  onDrain(callback: () => void): void {
    this.#drainCallback = callback;
  }

  onClose(callback: (closed: StreamClosed) => void): void {
    this.#closeCallback = callback;
    if (this.#closed !== null) callback(this.#closed);
  }

  pause(): void {
    this.#native.read(false);
  }

  resume(): void {
    if (this.#dataCallback !== null && !this.#peerEnded) this.#native.read(true);
  }

  end(): void {
    if (!this.#mayWrite) return;
    this.#mayWrite = false;
    this.#native.end();
  }

  destroy(): void {
    if (this.#closed !== null) return;
    this.#mayWrite = false;
    this.#native[Symbol.dispose]();
    // Whoever destroys is not called back from within.
    process.nextTick(() => this.#finish({ clean: this.#peerEnded }));
  }

  #drained(): void {
    if (this.#peerEnded) return this.#finish({ clean: true });
    if (!this.#needsDrain) return;
    this.#needsDrain = false;
    this.#drainCallback?.();
  }

  /** The peer's end is ours, after what still waits to be sent. */
  #ended(): void {
    this.#peerEnded = true;
    this.end();
    if (this.#native.unsentBytes === 0) this.#finish({ clean: true });
  }

  #finish(closed: StreamClosed): void {
    if (this.#closed !== null) return;
    this.#mayWrite = false;
    this.#native[Symbol.dispose]();
    this.#closed = closed;
    this.#closeCallback?.(closed);
  }
}
