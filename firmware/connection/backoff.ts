export interface Pace {
  readonly firstMs: number;
  readonly longestMs: number;
}

/** People stand there while a server starts: a server of a thousand terminals bears their tries at this pace. */
const SOON: Pace = { firstMs: 250, longestMs: 2000 };
/** Somebody has to do something first. */
export const SLOWLY: Pace = { firstMs: 5000, longestMs: 30_000 };

/** How long to wait before the next try: doubles from the first time to the longest, with a fifth of chance. */
export class Backoff {
  readonly #random: () => number;
  readonly #pace: Pace;
  #nextMs: number;

  constructor(random: () => number = Math.random, pace = SOON) {
    this.#random = random;
    this.#pace = pace;
    this.#nextMs = pace.firstMs;
  }

  next(): number {
    const waitMs = this.#nextMs;
    this.#nextMs = Math.min(this.#nextMs * 2, this.#pace.longestMs);
    return waitMs * (0.8 + 0.4 * this.#random());
  }

  reset(): void {
    this.#nextMs = this.#pace.firstMs;
  }
}
