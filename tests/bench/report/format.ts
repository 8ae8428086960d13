import type { Estimate } from '../statistics/bootstrap.ts';
import { exactDb } from '../statistics/picture-quality.ts';
import type { MetricSummary, Verdict } from './summary.ts';

/** Three digits of small ratios, two of others. */
export function formatRatio(ratio: number): string {
  return ratio.toFixed(ratioDigits(ratio));
}

function ratioDigits(ratio: number): number {
  return Math.abs(ratio) < 0.1 ? 3 : 2;
}

/** With its interval; "-" without. */
export function formatRatioEstimate(estimate: Estimate | undefined): string {
  return estimate ? formatEstimate(estimate, ratioDigits(estimate.value), '') : '-';
}

export function formatEstimate(
  estimate: Estimate | undefined,
  digits: number,
  unit: string,
): string {
  if (!estimate) return '-';
  if (unit === 'dB' && estimate.value === exactDb && estimate.low === exactDb) return 'exact';
  const [value, low, high] = [estimate.value, estimate.low, estimate.high].map((number) =>
    number.toFixed(digits),
  ) as [string, string, string];
  return low === high ? value : `${value} [${low}-${high}]`;
}

/** "<= 0.7 x tigervnc-240" */
export function formatBound({ goal: { bound }, against }: Verdict): string {
  if (bound.kind !== 'ratio at most')
    return `${bound.kind === 'at most' ? '<=' : '>='} ${bound.value}`;
  return `<= ${bound.value} x ${against}${bound.toCell ? ` in ${bound.toCell}` : ''}`;
}

/** "wayray <= 0.7 x tigervnc-240: 0.612 reached" */
export function formatVerdict(verdict: Verdict): string {
  const { goal, peer, figure, reached } = verdict;
  const ratio = goal.bound.kind === 'ratio at most' ? `: ${figure.value.toFixed(3)}` : '';
  return `${peer} ${formatBound(verdict)}${ratio} ${reached ? 'reached' : 'missed'}`;
}

export function countVerdicts(
  summaries: readonly { readonly metrics: readonly MetricSummary[] }[],
) {
  const all = summaries.flatMap(({ metrics }) => metrics.flatMap(({ verdicts }) => verdicts));
  return { all: all.length, reached: all.filter(({ reached }) => reached).length };
}
