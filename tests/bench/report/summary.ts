import type { Cell } from '../cells/cell.ts';
import type { Metric } from '../cells/metric.ts';
import type { Plan, Slice } from '../run.ts';
import { type Estimate, estimate, estimateRatio, type Rounds } from '../statistics/bootstrap.ts';

export interface MetricSummary {
  readonly metric: Metric;
  readonly estimates: Readonly<Record<string, Estimate>>;
  /** The first peer's figure divided by each other's. */
  readonly ratios: Readonly<Record<string, Estimate>>;
  /** Of the first peer; undefined without a goal or a figure. */
  readonly reached: boolean | undefined;
}

export interface CellSummary {
  readonly cell: Cell;
  readonly metrics: readonly MetricSummary[];
  /** "peer: why" for slices that failed. */
  readonly errors: readonly string[];
}

export function summarize(plan: Plan, slices: readonly Slice[]): CellSummary[] {
  return plan.cells.map((cell) => {
    const own = slices.filter((slice) => slice.cell === cell.name);
    return {
      cell,
      metrics: cell.metrics.map((metric) => summarizeMetric(plan, own, metric)),
      errors: own.flatMap(({ peer, error }) => (error ? [`${peer}: ${error}`] : [])),
    };
  });
}

function summarizeMetric(plan: Plan, slices: readonly Slice[], metric: Metric): MetricSummary {
  const roundsOf = (peer: string): Rounds =>
    Array.from({ length: plan.rounds }, (_, round) => {
      const slice = slices.find((one) => one.peer === peer && one.round === round);
      return slice?.samples[metric.samples] ?? [];
    });
  const estimates: Record<string, Estimate> = {};
  const ratios: Record<string, Estimate> = {};
  const names = plan.peers.map((peer) => peer.name);
  const [base] = names;
  for (const name of names) {
    const rounds = roundsOf(name).filter((samples) => samples.length > 0);
    if (rounds.length > 0) estimates[name] = estimate(rounds, metric.statistic);
    if (base === undefined || name === base || !metric.compared) continue;
    const [top, bottom] = pair(roundsOf(base), roundsOf(name));
    if (top.length > 0) ratios[name] = estimateRatio(top, bottom, metric.statistic);
  }
  return { metric, estimates, ratios, reached: isReached(metric, estimates[base ?? ''], ratios) };
}

/** Only rounds in which both have figures. */
function pair(top: Rounds, bottom: Rounds): [Rounds, Rounds] {
  const both = top.flatMap((samples, i) => {
    const other = bottom[i];
    return samples.length > 0 && other && other.length > 0 ? [{ samples, other }] : [];
  });
  return [both.map(({ samples }) => samples), both.map(({ other }) => other)];
}

function isReached(
  { goal }: Metric,
  own: Estimate | undefined,
  ratios: Readonly<Record<string, Estimate>>,
): boolean | undefined {
  if (!goal || !own) return undefined;
  switch (goal.kind) {
    case 'at most':
      return own.value <= goal.value;
    case 'at least':
      return own.value >= goal.value;
    case 'ratio at most': {
      const ratio = ratios[goal.peer];
      return ratio && ratio.value <= goal.value;
    }
  }
}
