const FIRST_MS = 250;
const LONGEST_MS = 8000;

/** How long to wait before the next try: doubles from a quarter of a second to eight, with a fifth of chance. */
export class Backoff {
  readonly #random: () => number;
  #nextMs = FIRST_MS;

  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  next(): number {
    const waitMs = this.#nextMs;
    this.#nextMs = Math.min(this.#nextMs * 2, LONGEST_MS);
    return waitMs * (0.8 + 0.4 * this.#random());
  }

  reset(): void {
    this.#nextMs = FIRST_MS;
  }
}
