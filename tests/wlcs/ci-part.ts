/** Of the suites that repeat one test over a table of values, every n-th entry stands for the rest. */
const STEP = 4;

/**
 * The part of all tests that continuous integration runs: every test that stands alone, and of the tests with
 * parameters (a slash in their name) some of each suite.
 */
export function ciPart(tests: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return tests.filter((test) => {
    if (!test.includes('/')) return true;
    const suite = test.slice(0, test.indexOf('.'));
    const index = seen.get(suite) ?? 0;
    seen.set(suite, index + 1);
    return index % STEP === 0;
  });
}
