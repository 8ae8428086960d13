import { ownPeers } from '../goals.ts';
import { countVerdicts, formatBound, formatEstimate, formatRatioEstimate } from './format.ts';
import type { CellSummary, MetricSummary, Verdict } from './summary.ts';

/** A table for a document: one row per metric of every cell. */
export function formatMarkdown(
  summaries: readonly CellSummary[],
  peers: readonly string[],
): string {
  const own = peers.filter((peer) => ownPeers.includes(peer));
  const heading = ['', ...peers, ...own.map((peer) => `${peer} / best peer`), 'goals'];
  const rows = summaries.flatMap(({ cell, metrics }) =>
    metrics
      .filter(({ estimates }) => Object.keys(estimates).length > 0)
      .map((metric) => formatMetric(cell.name, metric, peers, own)),
  );
  const failures = summaries.flatMap(({ cell, failures }) =>
    failures.map((failure) => `- ${cell.name}: ${failure}`),
  );
  const { all, reached } = countVerdicts(summaries);
  return [
    line(heading),
    line(heading.map((_, i) => (i === 0 || i === heading.length - 1 ? '---' : '---:'))),
    ...rows.map(line),
    '',
    `${reached} of ${all} goals reached.`,
    ...(failures.length > 0 ? ['', ...failures] : []),
  ].join('\n');
}

function formatMetric(
  cell: string,
  { metric, estimates, ratios, best, verdicts }: MetricSummary,
  peers: readonly string[],
  own: readonly string[],
): string[] {
  return [
    `${cell}: ${metric.label}, ${metric.unit}`,
    ...peers.map((peer) => mark(peer === best, estimates[peer], metric.digits, metric.unit)),
    ...own.map((peer) => formatRatioEstimate(ratios[peer])),
    formatGoals(verdicts),
  ];
}

/** One line per goal, with what each WayRay peer that it is for made of it. */
function formatGoals(verdicts: readonly Verdict[]): string {
  const goals = new Set(verdicts.map(({ goal }) => goal));
  return [...goals]
    .map((goal) => {
      const own = verdicts.filter((verdict) => verdict.goal === goal);
      const words = own.map(({ reached }) => (reached ? 'reached' : '**missed**'));
      return `${formatBound(own[0] as Verdict)} ${[...new Set(words)].join(' / ')}`;
    })
    .join('<br>');
}

/** The best peer's figure is bold. */
function mark(
  isBest: boolean,
  estimate: MetricSummary['estimates'][string] | undefined,
  digits: number,
  unit: string,
): string {
  const text = formatEstimate(estimate, digits, unit);
  return isBest ? `**${text}**` : text;
}

function line(columns: readonly string[]): string {
  return `| ${columns.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`;
}
