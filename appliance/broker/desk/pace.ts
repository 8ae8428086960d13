/** So many at once, and one more with each interval: what a terminal may cause without being slowed down. */
export class Pace {
  readonly #nowMs: () => number;
  readonly #burst: number;
  readonly #intervalMs: number;
  #left: number;
  #countedMs: number;

  /** @param nowMs monotonic */
  constructor(burst: number, intervalMs: number, nowMs: () => number) {
    this.#nowMs = nowMs;
    this.#burst = burst;
    this.#intervalMs = intervalMs;
    this.#left = burst;
    this.#countedMs = nowMs();
  }

  /** @returns false when there were too many */
  take(): boolean {
    const more = Math.floor((this.#nowMs() - this.#countedMs) / this.#intervalMs);
    this.#countedMs += more * this.#intervalMs;
    this.#left = Math.min(this.#burst, this.#left + more);
    if (this.#left === 0) return false;
    this.#left -= 1;
    return true;
  }
}
