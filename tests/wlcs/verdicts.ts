/** What became of one test. `crashed`: WLCS or the compositor ended in it; `hung`: it said nothing for too long. */
export type Outcome = 'passed' | 'failed' | 'skipped' | 'crashed' | 'hung';

export interface Verdict {
  readonly test: string;
  readonly outcome: Outcome;
  readonly durationMs: number;
  /** What was printed while the test ran. */
  readonly output: string;
}

const OUTCOME_OF: Readonly<Record<string, Outcome>> = {
  OK: 'passed',
  FAILED: 'failed',
  SKIP: 'skipped',
};

/** Follows what WLCS prints, line by line, and tells of each test that has ended. */
export class VerdictReader {
  /** The test that has begun but not ended. */
  running: string | null = null;
  readonly #onVerdict: (verdict: Verdict) => void;
  #startedMs = 0;
  #output: string[] = [];

  constructor(onVerdict: (verdict: Verdict) => void) {
    this.#onVerdict = onVerdict;
  }

  line(text: string): void {
    const started = /^\[ RUN {6}\] (\S+)/.exec(text)?.[1];
    if (started) {
      this.running = started;
      this.#startedMs = performance.now();
      this.#output = [];
      return;
    }
    const [, word = '', test] = /^\[\s+(OK|FAILED|SKIP)\s+\] ([^\s,]+)/.exec(text) ?? [];
    const outcome = OUTCOME_OF[word];
    if (outcome && test === this.running) this.end(outcome);
    else if (this.running) this.#output.push(text);
  }

  /** Ends the running test, if there is one. */
  end(outcome: Outcome): void {
    const test = this.running;
    if (!test) return;
    this.running = null;
    const durationMs = performance.now() - this.#startedMs;
    this.#onVerdict({ test, outcome, durationMs, output: this.#output.join('\n') });
  }
}
