import type { Cell } from '../cells/cell.ts';
import type { Metric } from '../cells/metric.ts';
import { best as bestPeer, type Goal, goals, ownPeers } from '../goals.ts';
import type { Slice } from '../run.ts';
import { type Estimate, estimate, estimateRatio, type Rounds } from '../statistics/bootstrap.ts';

/** The bench's own floor: no remote desktop, so nobody is measured against it. */
const floor = 'direct';

/** How a WayRay peer stands to one goal. */
export interface Verdict {
  readonly goal: Goal;
  readonly peer: string;
  /** What the goal is about: a figure or a ratio. */
  readonly figure: Estimate;
  /** The other peer of a ratio. */
  readonly against?: string;
  readonly reached: boolean;
}

export interface MetricSummary {
  readonly metric: Metric;
  /** By peer. */
  readonly estimates: Readonly<Record<string, Estimate>>;
  /** Of the peers that are not WayRay the one with the best figure. */
  readonly best: string | undefined;
  /** WayRay's figures divided by the best peer's, by WayRay peer. */
  readonly ratios: Readonly<Record<string, Estimate>>;
  readonly verdicts: readonly Verdict[];
}

export interface CellSummary {
  readonly cell: Cell;
  readonly metrics: readonly MetricSummary[];
  /** "peer: n of m slices failed: why", each reason once. */
  readonly failures: readonly string[];
}

/** Names, which a run's folder has as well. */
export interface Measured {
  readonly peers: readonly string[];
  readonly cells: readonly Cell[];
  readonly rounds: number;
}

/** Summarizes what was measured over one link. */
export function summarize(run: Measured, link: string, all: readonly Slice[]): CellSummary[] {
  const slices = all.filter((slice) => slice.link === link);
  const figures = new Figures(run, slices);
  return run.cells.map((cell) => ({
    cell,
    metrics: cell.metrics.map((metric) => summarizeMetric(run, link, cell, metric, figures)),
    failures: describeFailures(
      run,
      slices.filter((slice) => slice.cell === cell.name),
    ),
  }));
}

/** The samples of a link, by cell and peer. */
class Figures {
  readonly #run: Measured;
  readonly #slices: readonly Slice[];

  constructor(run: Measured, slices: readonly Slice[]) {
    this.#run = run;
    this.#slices = slices;
  }

  rounds(cell: string, peer: string, metric: Pick<Metric, 'samples'>): Rounds {
    const own = this.#slices.filter((slice) => slice.cell === cell && slice.peer === peer);
    return Array.from({ length: this.#run.rounds }, (_, round) => {
      const slice = own.find((one) => one.round === round);
      return slice?.samples[metric.samples] ?? [];
    });
  }

  estimate(cell: string, peer: string, metric: Metric): Estimate | undefined {
    const rounds = this.rounds(cell, peer, metric).filter((samples) => samples.length > 0);
    return rounds.length > 0 ? estimate(rounds, metric.statistic) : undefined;
  }

  /** From the rounds in which both have figures. */
  ratio(
    metric: Metric,
    top: { cell: string; peer: string },
    bottom: { cell: string; peer: string },
  ): Estimate | undefined {
    const others = this.rounds(bottom.cell, bottom.peer, metric);
    const both = this.rounds(top.cell, top.peer, metric).flatMap((samples, i) => {
      const other = others[i] ?? [];
      return samples.length > 0 && other.length > 0 ? [{ samples, other }] : [];
    });
    if (both.length === 0) return undefined;
    const ratio = estimateRatio(
      both.map(({ samples }) => samples),
      both.map(({ other }) => other),
      metric.statistic,
    );
    return Number.isFinite(ratio.value) ? ratio : undefined;
  }

  best(cell: string, metric: Metric): string | undefined {
    const sign = metric.better === 'less' ? 1 : -1;
    const ranked = this.#run.peers
      .filter((peer) => !ownPeers.includes(peer) && peer !== floor)
      .flatMap((peer) => {
        const figure = this.estimate(cell, peer, metric);
        return figure ? [{ peer, rank: sign * figure.value }] : [];
      });
    return ranked.sort((a, b) => a.rank - b.rank)[0]?.peer;
  }
}

function summarizeMetric(
  run: Measured,
  link: string,
  cell: Cell,
  metric: Metric,
  figures: Figures,
): MetricSummary {
  const estimates: Record<string, Estimate> = {};
  const ratios: Record<string, Estimate> = {};
  const best = metric.compared ? figures.best(cell.name, metric) : undefined;
  for (const peer of run.peers) {
    const own = figures.estimate(cell.name, peer, metric);
    if (own) estimates[peer] = own;
    if (!own || best === undefined || !ownPeers.includes(peer)) continue;
    const at = { cell: cell.name, peer };
    const ratio = figures.ratio(metric, at, { cell: cell.name, peer: best });
    if (ratio) ratios[peer] = ratio;
  }
  const verdicts = goals
    .filter((goal) => goal.cell === cell.name && goal.links.some((name) => name === link))
    .filter((goal) => goal.samples === metric.samples && goal.statistic === metric.statistic)
    .flatMap((goal) =>
      goal.peers.flatMap((peer) => judge(goal, peer, metric, figures, estimates[peer]) ?? []),
    );
  return { metric, estimates, best, ratios, verdicts };
}

/** Undefined where there is nothing to judge by. */
function judge(
  goal: Goal,
  peer: string,
  metric: Metric,
  figures: Figures,
  own: Estimate | undefined,
): Verdict | undefined {
  const { bound } = goal;
  if (!own) return undefined;
  if (bound.kind !== 'ratio at most') {
    const sign = bound.kind === 'at most' ? 1 : -1;
    return { goal, peer, figure: own, reached: sign * own.value <= sign * bound.value };
  }
  const cell = bound.toCell ?? goal.cell;
  const against = bound.to === bestPeer ? figures.best(cell, metric) : bound.to;
  const figure =
    against && figures.ratio(metric, { cell: goal.cell, peer }, { cell, peer: against });
  return figure ? { goal, peer, figure, against, reached: figure.value <= bound.value } : undefined;
}

function describeFailures(run: Measured, slices: readonly Slice[]): string[] {
  return run.peers.flatMap((peer) => {
    const own = slices.filter((slice) => slice.peer === peer);
    const failed = own.filter(({ error }) => error);
    const again = own.filter(({ error, retried }) => retried && !error);
    return [
      ...describe(peer, 'failed twice', own, failed, ({ error }) => error),
      ...describe(peer, 'measured at the second try', own, again, ({ retried }) => retried),
    ];
  });
}

function describe(
  peer: string,
  what: string,
  all: readonly Slice[],
  some: readonly Slice[],
  why: (slice: Slice) => string | undefined,
): string[] {
  if (some.length === 0) return [];
  const reasons = [...new Set(some.map((slice) => (why(slice) ?? '').split('\n', 1)[0]))];
  return [`${peer}: ${some.length} of ${all.length} slices ${what}: ${reasons.join('; ')}`];
}
