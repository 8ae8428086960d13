import { Pace } from './pace.ts';

/** Cards per terminal that are looked up: 20 at once, and two a second. */
const BURST = 20;
const INTERVAL_MS = 500;
const MAX_TERMINALS = 10_000;

/**
 * How fast terminals may have cards looked up, by fingerprint: who connects anew gets no new allowance, so that the
 * short numbers of badges cannot be tried out one connection after the other. What was used least lately is forgotten.
 */
export class Lookups {
  readonly #nowMs: () => number;
  readonly #paces = new Map<string, Pace>();

  /** @param nowMs monotonic */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  of(terminal: string): Pace {
    const pace = this.#paces.get(terminal) ?? new Pace(BURST, INTERVAL_MS, this.#nowMs);
    this.#paces.delete(terminal);
    this.#paces.set(terminal, pace);
    const [oldest] = this.#paces.keys();
    if (this.#paces.size > MAX_TERMINALS && oldest !== undefined) this.#paces.delete(oldest);
    return pace;
  }
}
