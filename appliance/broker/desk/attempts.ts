/** So many failures cost nothing: people mistype. */
const FREE_FAILURES = 3;
const FIRST_WAIT_MS = 2000;
const LONGEST_WAIT_MS = 5 * 60_000;
/** After so long without a failure all is forgiven. */
const FORGET_MS = 15 * 60_000;
const MAX_KEYS = 10_000;

interface Record {
  failures: number;
  lastMs: number;
}

/**
 * Failed proofs by whom they are to be held against (a terminal, a token): each after the third doubles the time until
 * the next attempt is heard. Bounded; what is oldest is forgotten first.
 */
export class Attempts {
  readonly #nowMs: () => number;
  readonly #records = new Map<string, Record>();

  /** @param nowMs monotonic */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** How long until another attempt is heard, 0 for now; the longest of all keys. */
  waitMs(...keys: readonly string[]): number {
    return Math.max(0, ...keys.map((key) => this.#waitOf(key)));
  }

  failed(...keys: readonly string[]): void {
    for (const key of keys) {
      const { failures } = this.#recent(key) ?? { failures: 0 };
      this.#records.delete(key);
      this.#records.set(key, { failures: failures + 1, lastMs: this.#nowMs() });
    }
    for (const key of this.#records.keys()) {
      if (this.#records.size <= MAX_KEYS) return;
      this.#records.delete(key);
    }
  }

  succeeded(...keys: readonly string[]): void {
    for (const key of keys) this.#records.delete(key);
  }

  #recent(key: string): Record | null {
    const record = this.#records.get(key);
    return record && this.#nowMs() - record.lastMs < FORGET_MS ? record : null;
  }

  #waitOf(key: string): number {
    const record = this.#recent(key);
    if (!record || record.failures < FREE_FAILURES) return 0;
    const doubled = FIRST_WAIT_MS * 2 ** Math.min(20, record.failures - FREE_FAILURES);
    return Math.max(0, record.lastMs + Math.min(LONGEST_WAIT_MS, doubled) - this.#nowMs());
  }
}
