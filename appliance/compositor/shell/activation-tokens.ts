const LIFETIME_MS = 60_000;
const MAX_TOKENS = 64;

/** Activation tokens that were handed out and still work: each once, for a minute, the newest few of them. */
export class ActivationTokens {
  readonly #random: () => string;
  readonly #clock: () => number;
  readonly #expiryMs = new Map<string, number>();

  constructor(random: () => string, clock: () => number) {
    this.#random = random;
    this.#clock = clock;
  }

  /** @param works false for a token that only looks like one */
  issue(works: boolean): string {
    const token = this.#random();
    if (!works) return token;
    this.#expiryMs.set(token, this.#clock() + LIFETIME_MS);
    for (const oldest of this.#expiryMs.keys()) {
      if (this.#expiryMs.size <= MAX_TOKENS) break;
      this.#expiryMs.delete(oldest);
    }
    return token;
  }

  redeem(token: string): boolean {
    const expiryMs = this.#expiryMs.get(token);
    this.#expiryMs.delete(token);
    return expiryMs !== undefined && this.#clock() <= expiryMs;
  }
}
