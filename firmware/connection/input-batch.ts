import { encodeInput } from '../../protocol/generated/input.ts';

/** As many as Together holds, and as long as it takes them. */
const MAX_MESSAGES = 12;
const MAX_MESSAGE_BYTES = 64;
/** Its reactions are microtasks; those of queueMicrotask have an AsyncResource each in Node, 20 µs of the way of a key. */
const SETTLED = Promise.resolve();

/**
 * Input that happens at once leaves at once: a wake of each process on its way, and a packet, for a key and its release or
 * for a motion and its frame. What a device or the desktop has told by the end of this turn is at once.
 */
export class InputBatch {
  /** Whether the session takes batches. Without, everything goes at once and alone. */
  together = false;
  readonly #send: (bytes: Uint8Array) => void;
  readonly #flush = () => this.flush();
  #messages: Uint8Array[] = [];

  constructor(send: (bytes: Uint8Array) => void) {
    this.#send = send;
  }

  /** @param bytes of a message of the input channel, kept */
  add(bytes: Uint8Array): void {
    if (!this.together || bytes.length > MAX_MESSAGE_BYTES) {
      this.flush();
      this.#send(bytes);
      return;
    }
    if (this.#messages.push(bytes) === 1) void SETTLED.then(this.#flush);
    if (this.#messages.length === MAX_MESSAGES) this.flush();
  }

  /** Sends what waits for the end of this turn. */
  flush(): void {
    const messages = this.#messages;
    if (messages.length === 0) return;
    this.#messages = [];
    const [only] = messages;
    if (messages.length === 1 && only) this.#send(only);
    else this.#send(encodeInput({ type: 'Together', messages }));
  }
}
