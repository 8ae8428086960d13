interface Least {
  readonly value: number;
  readonly of: number;
}

const NONE: Least = { value: Number.POSITIVE_INFINITY, of: 0 };

/** The least value of the last while: between one and two halves of it, for which two of them are enough. */
export class LeastOf {
  readonly #halfMs: number;
  #older = NONE;
  #newer = NONE;
  #sinceMs = Number.NEGATIVE_INFINITY;
  #leastAtMs = Number.NEGATIVE_INFINITY;

  constructor(windowMs: number) {
    this.#halfMs = windowMs / 2;
  }

  /** Infinity before the first. */
  get value(): number {
    return this.#least.value;
  }

  /** What was told with it. */
  get of(): number {
    return this.#least.of;
  }

  /** Whether nothing as small came for the whole of the while. */
  isStale(nowMs: number): boolean {
    return nowMs - this.#leastAtMs > 2 * this.#halfMs;
  }

  add(value: number, nowMs: number, of = 0): void {
    const ageMs = nowMs - this.#sinceMs;
    if (ageMs > this.#halfMs) {
      this.#older = ageMs > 2 * this.#halfMs ? NONE : this.#newer;
      this.#newer = NONE;
      this.#sinceMs = nowMs;
    }
    if (value <= this.value) this.#leastAtMs = nowMs;
    if (value <= this.#newer.value) this.#newer = { value, of };
  }

  /** The next value is the least. */
  forget(): void {
    this.#older = NONE;
    this.#newer = NONE;
  }

  get #least(): Least {
    return this.#older.value < this.#newer.value ? this.#older : this.#newer;
  }
}
