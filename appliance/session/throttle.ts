/** Lets a call through at once, and then none for a time. */
export class Throttle {
  readonly #periodMs: number;
  readonly #nowMs: () => number;
  readonly #pass: () => void;
  #lastMs = Number.NEGATIVE_INFINITY;

  constructor(periodMs: number, nowMs: () => number, pass: () => void) {
    this.#periodMs = periodMs;
    this.#nowMs = nowMs;
    this.#pass = pass;
  }

  call(): void {
    const nowMs = this.#nowMs();
    if (nowMs - this.#lastMs < this.#periodMs) return;
    this.#lastMs = nowMs;
    this.#pass();
  }
}
