/** How tries are slowed down. */
export interface AttemptPolicy {
  /** Failures before anybody has to wait. */
  readonly free: number;
  /** Wait after the first failure beyond `free`; doubles with each further one. */
  readonly firstWaitMs: number;
  /** Bounded, so that nobody can lock somebody else out for long by typing their name. */
  readonly maxWaitMs: number;
  readonly forgetAfterMs: number;
  readonly maxKeys: number;
}

export const DEFAULT_ATTEMPTS: AttemptPolicy = {
  free: 3,
  firstWaitMs: 2000,
  maxWaitMs: 60_000,
  forgetAfterMs: 15 * 60_000,
  maxKeys: 10_000,
};

interface Tally {
  failures: number;
  blockedUntilMs: number;
  touchedMs: number;
}

/**
 * Counts tries per key (a terminal, a user, existing or not). A try counts as failed from its beginning: tries side by
 * side gain nothing. Times come from the caller and must not run backwards.
 */
export class Attempts {
  readonly #policy: AttemptPolicy;
  /** The one not touched for longest comes first. */
  readonly #tallies = new Map<string, Tally>();

  constructor(policy: AttemptPolicy) {
    this.#policy = policy;
  }

  get size(): number {
    return this.#tallies.size;
  }

  /** Begins a try. @returns 0, or how long to wait when it is not allowed; then nothing is counted. */
  begin(keys: readonly string[], nowMs: number): number {
    const waitMs = Math.max(0, ...keys.map((key) => this.#waitMs(key, nowMs)));
    if (waitMs > 0) return waitMs;
    for (const key of new Set(keys)) this.#count(key, nowMs);
    return 0;
  }

  /** Somebody has shown who they are: what was counted before is forgotten. */
  succeeded(keys: readonly string[]): void {
    for (const key of keys) this.#tallies.delete(key);
  }

  /** The try ended before anything was tried. */
  withdrawn(keys: readonly string[], nowMs: number): void {
    for (const key of new Set(keys)) {
      const tally = this.#tallies.get(key);
      if (!tally) continue;
      tally.failures--;
      tally.blockedUntilMs = Math.min(tally.blockedUntilMs, nowMs);
      if (tally.failures <= 0) this.#tallies.delete(key);
    }
  }

  #waitMs(key: string, nowMs: number): number {
    const tally = this.#tallies.get(key);
    if (tally && nowMs - tally.touchedMs >= this.#policy.forgetAfterMs) this.#tallies.delete(key);
    return tally ? Math.max(0, tally.blockedUntilMs - nowMs) : 0;
  }

  #count(key: string, nowMs: number): void {
    const { free, firstWaitMs, maxWaitMs } = this.#policy;
    const failures = (this.#tallies.get(key)?.failures ?? 0) + 1;
    const beyond = failures - free;
    const waitMs = beyond > 0 ? Math.min(maxWaitMs, firstWaitMs * 2 ** (beyond - 1)) : 0;
    this.#tallies.delete(key);
    this.#makeRoom();
    this.#tallies.set(key, { failures, blockedUntilMs: nowMs + waitMs, touchedMs: nowMs });
  }

  #makeRoom(): void {
    for (const key of this.#tallies.keys()) {
      if (this.#tallies.size < this.#policy.maxKeys) return;
      this.#tallies.delete(key);
    }
  }
}
