import type { FrameAck } from '../../protocol/generated/display.ts';

/** A frame up to this size, after a pause of this length, is somebody typing or a cursor that blinks. */
const SMALL_BYTES = 2048;
const PAUSE_US = 50_000;
/** What waits for company goes alone after this time, which is longer than a cursor blinks. */
const LONGEST_MS = 700;
/** A frame so soon after an acknowledgement that was late comes of an application that waits to hear that it was seen. */
const ANSWER_US = 100_000;
/** Such an application is not kept waiting for so long. */
const PROMPT_US = 10_000_000;

/**
 * Acknowledgements of frames on their way to the session. Each wakes two processes of the server, which costs them as
 * much as the key that the frame shows; so that of a small frame after a pause waits for the next input or frame. The
 * session, which sends a second frame before it waits for the first, loses nothing by it.
 */
export class Acknowledgements implements Disposable {
  readonly #send: (ack: FrameAck) => void;
  readonly #nowUs: () => number;
  #lateUs = Number.NEGATIVE_INFINITY;
  #promptUntilUs = Number.NEGATIVE_INFINITY;
  #arrivedUs = Number.NEGATIVE_INFINITY;
  #lone = false;
  #held: FrameAck | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;

  /** @param nowUs the clock of `receivedUs` */
  constructor(send: (ack: FrameAck) => void, nowUs: () => number) {
    this.#send = send;
    this.#nowUs = nowUs;
  }

  /** A frame came, which is not drawn yet. */
  arrived(bytes: number, receivedUs: number): void {
    if (receivedUs - this.#lateUs < ANSWER_US) this.#promptUntilUs = receivedUs + PROMPT_US;
    const paused = receivedUs - this.#arrivedUs >= PAUSE_US;
    this.#lone = bytes <= SMALL_BYTES && paused && receivedUs >= this.#promptUntilUs;
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
      if (this.#held) this.#lateUs = this.#nowUs();
      this.flush();
    }, LONGEST_MS);
  }

  [Symbol.dispose](): void {
    this.#held = null;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
