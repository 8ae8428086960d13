import type { Outcome, Verdict } from './verdicts.ts';

export interface Summary {
  /** Of tests that may pass. */
  readonly passed: number;
  /** What was not expected: failures, passes of tests that are listed as failing, defects beside the tests. */
  readonly failed: number;
  readonly skipped: number;
  readonly expectedFailures: number;
}

/** Collects verdicts and compares them with what is known to fail. */
export class Report {
  readonly #expected: ReadonlyMap<string, string>;
  readonly #verbose: boolean;
  readonly #verdicts = new Map<string, Verdict>();
  readonly #defects: string[] = [];
  readonly #repeated: string[] = [];

  /** @param verbose print what expected failures printed, too */
  constructor(expected: ReadonlyMap<string, string>, verbose: boolean) {
    this.#expected = expected;
    this.#verbose = verbose;
  }

  /** A later verdict on the same test replaces the earlier one. */
  add(verdict: Verdict): void {
    this.#verdicts.set(verdict.test, verdict);
  }

  /** Something wrong with the compositor that no test has asked for. */
  addDefect(text: string): void {
    this.#defects.push(text);
  }

  /** The tests that did not do what was expected; they are to be run again. */
  takeSurprises(): string[] {
    const surprises = [...this.#verdicts.values()].filter((one) => this.#isSurprise(one));
    this.#repeated.push(...surprises.map(({ test }) => test));
    return [...this.#repeated];
  }

  /** One line a test: outcome, milliseconds, name. */
  table(): string {
    const lines = [...this.#verdicts.values()].map(
      ({ test, outcome, durationMs }) => `${outcome}\t${Math.round(durationMs)}\t${test}\n`,
    );
    return lines.join('');
  }

  summary(): Summary {
    const verdicts = [...this.#verdicts.values()];
    const surprises = verdicts.filter((one) => this.#isSurprise(one));
    const count = (wanted: Outcome) => verdicts.filter(({ outcome }) => outcome === wanted).length;
    const unexpectedPasses = surprises.filter(({ outcome }) => outcome === 'passed').length;
    return {
      passed: count('passed') - unexpectedPasses,
      failed: surprises.length + this.#defects.length,
      skipped: count('skipped'),
      expectedFailures: verdicts.filter((one) => isBad(one) && !this.#isSurprise(one)).length,
    };
  }

  /** @returns whether everything is as expected */
  print(): boolean {
    const verdicts = [...this.#verdicts.values()];
    for (const verdict of verdicts)
      if (this.#isSurprise(verdict) || (this.#verbose && isBad(verdict)))
        this.#printFailure(verdict);
    this.#printRepeated();
    for (const text of new Set(this.#defects)) console.log(`compositor: ${text}`);
    const { passed, failed, skipped, expectedFailures } = this.summary();
    const share = (100 * passed) / Math.max(1, verdicts.length - skipped);
    console.log(
      `${verdicts.length} tests, ${share.toFixed(1)} % of those not skipped pass; ${expectedFailures} fail as expected`,
    );
    console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
    return failed === 0 && passed > 0;
  }

  #isSurprise(verdict: Verdict): boolean {
    return isBad(verdict)
      ? !this.#expected.has(verdict.test)
      : verdict.outcome === 'passed' && this.#expected.has(verdict.test);
  }

  #printFailure({ test, outcome, output }: Verdict): void {
    const reason = this.#expected.get(test);
    if (outcome === 'passed')
      console.log(`PASSED, but listed in expected-failures.txt (${reason}): ${test}`);
    else console.log(`${outcome.toUpperCase()} ${test}${reason ? ` (${reason})` : ''}\n${output}`);
  }

  #printRepeated(): void {
    for (const test of this.#repeated) {
      const verdict = this.#verdicts.get(test);
      if (verdict && !this.#isSurprise(verdict))
        console.log(`unsteady: only at the second try ${verdict.outcome}: ${test}`);
    }
  }
}

function isBad({ outcome }: Verdict): boolean {
  return outcome !== 'passed' && outcome !== 'skipped';
}
