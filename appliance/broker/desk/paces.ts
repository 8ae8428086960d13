import { Pace } from './pace.ts';

const MAX_TERMINALS = 10_000;

/**
 * What each terminal may cause, by fingerprint: who connects anew gets no new allowance. What was used least lately is
 * forgotten.
 */
export class Paces {
  readonly #burst: number;
  readonly #intervalMs: number;
  readonly #nowMs: () => number;
  readonly #paces = new Map<string, Pace>();

  /** @param nowMs monotonic */
  constructor(burst: number, intervalMs: number, nowMs: () => number) {
    this.#burst = burst;
    this.#intervalMs = intervalMs;
    this.#nowMs = nowMs;
  }

  of(terminal: string): Pace {
    const pace = this.#paces.get(terminal) ?? new Pace(this.#burst, this.#intervalMs, this.#nowMs);
    this.#paces.delete(terminal);
    this.#paces.set(terminal, pace);
    const [oldest] = this.#paces.keys();
    if (this.#paces.size > MAX_TERMINALS && oldest !== undefined) this.#paces.delete(oldest);
    return pace;
  }
}
