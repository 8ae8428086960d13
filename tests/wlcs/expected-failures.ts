/**
 * Reads the list of tests that are known to fail: one name a line, in groups that a `#` line with the reason begins.
 * @returns the reason by test
 * @throws Error naming a line that stands without a reason or twice
 */
export function readExpectedFailures(text: string): Map<string, string> {
  const reasons = new Map<string, string>();
  let reason = '';
  let inComment = false;
  for (const line of text.split('\n').map((line) => line.trim())) {
    const comment = /^#\s*(.*)$/.exec(line)?.[1];
    if (comment !== undefined) reason = inComment ? `${reason} ${comment}` : comment;
    inComment = comment !== undefined;
    if (inComment || line === '') continue;
    if (reason === '') throw new Error(`expected failure without a reason: ${line}`);
    if (reasons.has(line)) throw new Error(`expected failure listed twice: ${line}`);
    reasons.set(line, reason);
  }
  return reasons;
}
