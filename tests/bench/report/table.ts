import { ownPeers } from '../goals.ts';
import { formatEstimate, formatRatioEstimate, formatVerdict } from './format.ts';
import type { CellSummary, MetricSummary } from './summary.ts';

/** The report on a terminal: per cell one row per metric, with 95 % intervals, then ratios to the best peer. */
export function formatTable(summaries: readonly CellSummary[], peers: readonly string[]): string {
  return summaries.map((summary) => formatCell(summary, peers)).join('\n\n');
}

function formatCell(summary: CellSummary, peers: readonly string[]): string {
  const own = peers.filter((peer) => ownPeers.includes(peer));
  const heading = ['', ...peers, ...own.map((peer) => `${peer} / best`), 'best peer'];
  const shown = summary.metrics.filter(({ estimates }) => Object.keys(estimates).length > 0);
  const rows = shown.map((metric) => formatMetric(metric, peers, own));
  const verdicts = shown.flatMap(({ metric, verdicts }) =>
    verdicts.map((verdict) => `  goal: ${metric.label}: ${formatVerdict(verdict)}`),
  );
  return [
    `${summary.cell.name}: ${summary.cell.title}`,
    ...alignColumns([heading, ...rows]),
    ...verdicts,
    ...summary.failures.map((failure) => `  failed: ${failure}`),
  ].join('\n');
}

function formatMetric(
  { metric, estimates, ratios, best }: MetricSummary,
  peers: readonly string[],
  own: readonly string[],
): string[] {
  const figures = peers.map((peer) => formatEstimate(estimates[peer], metric.digits, metric.unit));
  const compared = own.map((peer) => formatRatioEstimate(ratios[peer]));
  return [`${metric.label} ${metric.unit}`, ...figures, ...compared, best ?? ''];
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
