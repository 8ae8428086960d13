const FIRST_MS = 250;
/** People stand there while a server starts: a server of a thousand terminals bears their tries at this pace. */
const LONGEST_MS = 2000;

/** How long to wait before the next try: doubles from a quarter of a second to two, with a fifth of chance. */
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
