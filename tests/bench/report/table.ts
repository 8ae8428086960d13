import type { Goal } from '../cells/metric.ts';
import type { Estimate } from '../statistics/bootstrap.ts';
import { exactDb } from '../statistics/picture-quality.ts';
import type { CellSummary, MetricSummary } from './summary.ts';

const ratioDigits = 2;

/** The report for people: per cell one row per metric, medians with 95 % intervals, then ratios. */
export function formatTable(summaries: readonly CellSummary[], peers: readonly string[]): string {
  return summaries.map((summary) => formatCell(summary, peers)).join('\n\n');
}

function formatCell(summary: CellSummary, peers: readonly string[]): string {
  const [base, ...others] = peers as [string, ...string[]];
  const heading = ['', ...peers, ...others.map((other) => `${base} / ${other}`), 'goal'];
  const rows = summary.metrics
    .filter((metric) => Object.keys(metric.estimates).length > 0)
    .map((metric) => formatMetric(metric, base, peers, others));
  return [
    `${summary.cell.name}: ${summary.cell.title}`,
    ...alignColumns([heading, ...rows]),
    ...[...new Set(summary.errors.map(firstLine))].map((error) => `  failed: ${error}`),
  ].join('\n');
}

function formatMetric(
  { metric, estimates, ratios, reached }: MetricSummary,
  base: string,
  peers: readonly string[],
  others: readonly string[],
): string[] {
  const figures = peers.map((peer) => formatEstimate(estimates[peer], metric.digits, metric.unit));
  const compared = others.map((other) => formatEstimate(ratios[other], ratioDigits, ''));
  const verdict = reached === undefined ? '' : reached ? 'reached' : 'missed';
  const goal = metric.goal && base === 'wayray' ? `${formatGoal(metric.goal)} ${verdict}` : '';
  return [`${metric.label} ${metric.unit}`, ...figures, ...compared, goal];
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

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}

function formatGoal(goal: Goal): string {
  switch (goal.kind) {
    case 'at most':
      return `<= ${goal.value}`;
    case 'at least':
      return `>= ${goal.value}`;
    case 'ratio at most':
      return `<= ${goal.value} x ${goal.peer}`;
  }
}

function alignColumns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((text, i) =>
        i === 0 ? `  ${text.padEnd(widths[i] ?? 0)}` : text.padStart(widths[i] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
}
