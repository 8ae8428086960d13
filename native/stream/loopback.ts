import type { RawStream } from './binding.d.ts';
import { type Opener, putRead } from './index.ts';

/** A connection without a kernel: its other end is a function. All of NativeStream but the addon is in use. */
export class Loopback {
  readonly open: Opener;
  #arrived: ((bytes: number) => void) | null = null;

  /** @param sent what is written, within the call that writes it */
  constructor(sent: (parts: readonly Uint8Array[]) => void) {
    this.open = (arrived) => {
      this.#arrived = arrived;
      return this.#raw(sent);
    };
  }

  /** Has bytes arrive, at once. @throws RangeError for more than a read takes */
  push(bytes: Uint8Array): void {
    if (!this.#arrived) return;
    putRead(bytes);
    this.#arrived(bytes.length);
  }

  #raw(sent: (parts: readonly Uint8Array[]) => void): RawStream {
    return {
      read: () => {},
      write: (parts) => {
        sent(parts);
        return 0;
      },
      unsent: () => 0,
      end: () => {
        // Whoever ends is not called back from within.
        setImmediate(() => this.#arrived?.(0));
        return 0;
      },
      close: () => {
        this.#arrived = null;
      },
    };
  }
}
