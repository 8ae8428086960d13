/** Nearer than that is now. */
const CLOSE_MS = 0.5;
/** A timer that is later by more was held up by something else. */
const MAX_OFF_MS = 2;

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
    if (waitMs <= CLOSE_MS) this.#fire();
    else this.#timer = setTimeout(() => this.#fire(), waitMs);
  }

  /** Timers know whole milliseconds only: what one was early or late by, the next one makes up for. */
  #fire(): void {
    this.#timer = null;
    const nowMs = this.#nowMs();
    const dueMs = this.#lastMs + this.#periodMs;
    this.#lastMs = Math.abs(nowMs - dueMs) < MAX_OFF_MS ? dueMs : nowMs;
    this.#send();
  }

  [Symbol.dispose](): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
