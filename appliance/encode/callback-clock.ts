/**
 * Tells applications when to draw: at most once per refresh period, and at once after a quiet time.
 * Frames themselves are not held back by it, so that a lone commit is on the wire without any timer.
 */
export class CallbackClock {
  readonly #send: () => void;
  readonly #nowMs: () => number;
  #periodMs: number;
  #lastMs = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | null = null;

  constructor(periodMs: number, send: () => void, nowMs: () => number = () => performance.now()) {
    this.#periodMs = periodMs;
    this.#send = send;
    this.#nowMs = nowMs;
  }

  set periodMs(value: number) {
    this.#periodMs = value;
  }

  /** A frame was taken: its applications may draw the next one as soon as the period allows. */
  request(): void {
    if (this.#timer) return;
    const waitMs = this.#lastMs + this.#periodMs - this.#nowMs();
    if (waitMs <= 0.5) this.#fire();
    else this.#timer = setTimeout(() => this.#fire(), waitMs);
  }

  #fire(): void {
    this.#timer = null;
    this.#lastMs = this.#nowMs();
    this.#send();
  }

  [Symbol.dispose](): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
