import type { FrameAck } from '../../protocol/generated/display.ts';

/** A frame up to this size, after a pause of this length, is somebody typing or a cursor that blinks. */
const SMALL_BYTES = 2048;
const PAUSE_US = 50_000;
/** What waits for company goes alone after this time: applications that ask when they were seen hear it that late. */
const LONGEST_MS = 250;

/**
 * Acknowledgements of frames on their way to the session. Each wakes two processes of the server, which costs them as
 * much as the key that the frame shows; so that of a small frame after a pause waits for the next input or frame. The
 * session, which sends a second frame before it waits for the first, loses nothing by it.
 */
export class Acknowledgements implements Disposable {
  readonly #send: (ack: FrameAck) => void;
  #arrivedUs = Number.NEGATIVE_INFINITY;
  #lone = false;
  #held: FrameAck | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(send: (ack: FrameAck) => void) {
    this.#send = send;
  }

  /** A frame came, which is not drawn yet. */
  arrived(bytes: number, receivedUs: number): void {
    this.#lone = bytes <= SMALL_BYTES && receivedUs - this.#arrivedUs >= PAUSE_US;
    this.#arrivedUs = receivedUs;
  }

  /** An acknowledgement covers those before it of the same output and view. */
  acknowledge(ack: FrameAck): void {
    const held = this.#held;
    this.#held = null;
    if (held && (held.output !== ack.output || held.view !== ack.view)) this.#send(held);
    if (this.#lone && ack.receivedUs === this.#arrivedUs && !held) this.#hold(ack);
    else this.#send(ack);
  }

  /** Something else goes to the server now, and what waits goes with it. */
  flush(): void {
    const held = this.#held;
    this.#held = null;
    if (held) this.#send(held);
  }

  /** The timer runs on when the held one has gone: to stop it costs a wake like letting it run out. */
  #hold(ack: FrameAck): void {
    this.#held = ack;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.flush();
    }, LONGEST_MS);
  }

  [Symbol.dispose](): void {
    this.#held = null;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
