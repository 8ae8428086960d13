/** The passing of time; tests have their own. */
export interface Clock {
  /** Monotonic. */
  readonly nowMs: () => number;
  /** @returns what stops it */
  readonly after: (delayMs: number, callback: () => void) => () => void;
}

export const SYSTEM_CLOCK: Clock = {
  nowMs: () => performance.now(),
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};
