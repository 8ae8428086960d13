import type { Estimate } from '../statistics/bootstrap.ts';
import { exactDb } from '../statistics/picture-quality.ts';
import type { MetricSummary, Verdict } from './summary.ts';

export const ratioDigits = 2;

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

/** "wayray <= 0.7 x tigervnc-240: 0.61 reached" */
export function formatVerdict({ goal, peer, figure, against, reached }: Verdict): string {
  const { bound } = goal;
  const word = reached ? 'reached' : 'missed';
  if (bound.kind !== 'ratio at most')
    return `${peer} ${bound.kind === 'at most' ? '<=' : '>='} ${bound.value} ${word}`;
  const cell = bound.toCell ? ` in ${bound.toCell}` : '';
  const digits = bound.value < 0.1 ? 3 : ratioDigits;
  return `${peer} <= ${bound.value} x ${against}${cell}: ${figure.value.toFixed(digits)} ${word}`;
}

/** One goal with what several WayRay peers made of it. */
export function verdictsOf(summary: MetricSummary): string {
  return summary.verdicts.map(formatVerdict).join('; ');
}

export function countVerdicts(
  summaries: readonly { readonly metrics: readonly MetricSummary[] }[],
) {
  const all = summaries.flatMap(({ metrics }) => metrics.flatMap(({ verdicts }) => verdicts));
  return { all: all.length, reached: all.filter(({ reached }) => reached).length };
}
