import { ownPeers } from '../goals.ts';
import type { Estimate } from '../statistics/bootstrap.ts';
import type { CellSummary, MetricSummary, Verdict } from './summary.ts';

/** One row of the plot over one link: everything as a share of the best peer's figure. */
export interface PlotRow {
  readonly own: readonly { readonly peer: string; readonly ratio: Estimate }[];
  readonly others: readonly { readonly peer: string; readonly ratio: number }[];
  readonly goals: readonly { readonly ratio: number; readonly reached: boolean }[];
}

/** The metrics that the plot shows: those that were measured and of which the best peer has more than nothing. */
export function plottedMetrics(summary: CellSummary): MetricSummary[] {
  return summary.metrics.filter(
    ({ metric, estimates, best }) =>
      metric.plotted && best !== undefined && estimates[best]?.value !== 0,
  );
}

/** Undefined where there is no best peer or its figure is nothing. */
export function rowOf(summary: MetricSummary, cells: readonly CellSummary[]): PlotRow | undefined {
  const { best, estimates, ratios } = summary;
  const unit = best === undefined ? undefined : estimates[best]?.value;
  if (!unit) return undefined;
  const goals = new Map<number, boolean>();
  for (const verdict of summary.verdicts) {
    const ratio = goalRatio(verdict, summary, cells, unit);
    // Reached means: by every WayRay peer that it is for.
    if (ratio !== undefined) goals.set(ratio, (goals.get(ratio) ?? true) && verdict.reached);
  }
  return {
    own: Object.entries(ratios).map(([peer, ratio]) => ({ peer, ratio })),
    others: Object.entries(estimates)
      .filter(([peer]) => !ownPeers.includes(peer) && peer !== best)
      .map(([peer, { value }]) => ({ peer, ratio: value / unit })),
    goals: [...goals].map(([ratio, reached]) => ({ ratio, reached })),
  };
}

/** What the goal allows, as a share of the best peer's figure in this row. */
function goalRatio(
  { goal, against }: Verdict,
  summary: MetricSummary,
  cells: readonly CellSummary[],
  unit: number,
): number | undefined {
  const { bound } = goal;
  if (bound.kind !== 'ratio at most') return bound.value / unit;
  if (against === undefined) return undefined;
  const other = bound.toCell ? metricIn(bound.toCell, summary, cells) : summary;
  const figure = other?.estimates[against]?.value;
  return figure === undefined ? undefined : (bound.value * figure) / unit;
}

function metricIn(cell: string, { metric }: MetricSummary, cells: readonly CellSummary[]) {
  return cells
    .find((one) => one.cell.name === cell)
    ?.metrics.find(
      (one) => one.metric.samples === metric.samples && one.metric.statistic === metric.statistic,
    );
}
