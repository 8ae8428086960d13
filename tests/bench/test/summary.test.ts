import test from 'ava';
import type { Cell } from '../cells/cell.ts';
import { cells } from '../cells/index.ts';
import { metric } from '../cells/metric.ts';
import { goals, ownPeers } from '../goals.ts';
import { peers } from '../peers/index.ts';
import { formatEstimate } from '../report/format.ts';
import { formatMarkdown } from '../report/markdown.ts';
import { summarize } from '../report/summary.ts';
import { formatTable } from '../report/table.ts';
import type { Slice } from '../run.ts';

const never = () => Promise.reject(new Error('not called'));
// Its name and samples are those of real goals.
const cell: Cell = {
  name: 'scroll',
  title: 'a cell',
  needsReconnect: false,
  metrics: [
    metric('shown', 'fps', 'shownFps', { better: 'more' }),
    metric('sent', 'kB', 'downKb'),
    metric('quality', 'dB', 'qualityDb', { compared: false }),
  ],
  measure: never,
};
const run = { peers: ['wayray', 'slow', 'lean', 'direct'], cells: [cell], rounds: 2 };
const slice = (
  round: number,
  peer: string,
  samples: Slice['samples'],
  rest: Partial<Slice> = {},
): Slice => ({ link: 'lan', round, cell: 'scroll', peer, samples, wallSeconds: 1, ...rest });

const measured = [0, 1].flatMap((round) => [
  slice(round, 'wayray', { shownFps: [30], downKb: [18, 20, 22], qualityDb: [100] }),
  slice(round, 'slow', { shownFps: [10], downKb: [400] }),
  slice(round, 'lean', { shownFps: [20], downKb: [200] }),
  slice(round, 'direct', { shownFps: [99], downKb: [1] }),
]);

test('figures are compared with the best peer, which is neither WayRay nor the floor', (t) => {
  const [summary] = summarize(run, 'lan', measured);
  const [shown, sent, quality] = summary?.metrics ?? [];
  t.is(shown?.best, 'lean');
  t.is(shown?.ratios['wayray']?.value, 1.5);
  t.is(sent?.best, 'lean');
  t.is(sent?.ratios['wayray']?.value, 0.1);
  t.deepEqual(quality?.ratios, {});
});

test('goals are told as reached or missed, those of another link left out', (t) => {
  const [summary] = summarize(run, 'lan', measured);
  const verdicts = summary?.metrics.flatMap((one) => one.verdicts) ?? [];
  t.deepEqual(
    verdicts.map(({ goal, against, reached }) => [goal.bound.kind, against, reached]),
    [
      ['at least', undefined, true],
      ['ratio at most', 'lean', true],
      ['at most', undefined, false],
    ],
  );
  const wan = measured.map((one) => ({ ...one, link: 'wan' }));
  t.true(summarize(run, 'wan', wan)[0]?.metrics.every((one) => one.verdicts.length === 0));
});

test('a goal for a peer that was not in the run is not judged', (t) => {
  const type = { ...cell, name: 'type', metrics: [metric('time', 'ms', 'latencyMs')] };
  const slices = measured.map((one) => ({ ...one, cell: 'type', samples: { latencyMs: [1] } }));
  const [summary] = summarize({ ...run, cells: [type] }, 'lan', slices);
  t.deepEqual(summary?.metrics[0]?.verdicts, []);
});

test('a failed slice is named, its round left out of the ratio, a second try told', (t) => {
  const slices = [
    slice(0, 'wayray', {}, { error: 'it broke\nwith a log', retried: 'before' }),
    slice(0, 'lean', { downKb: [100] }),
    slice(1, 'wayray', { downKb: [2] }, { retried: 'a hiccup' }),
    slice(1, 'lean', { downKb: [4] }),
  ];
  const [summary] = summarize(run, 'lan', slices);
  t.deepEqual(summary?.failures, [
    'wayray: 1 of 2 slices failed twice: it broke',
    'wayray: 1 of 2 slices measured at the second try: a hiccup',
  ]);
  t.is(summary?.metrics[1]?.ratios['wayray']?.value, 0.5);
  const tables = summary ? [summary] : [];
  t.regex(formatTable(tables, run.peers), /failed: wayray: 1 of 2 slices failed twice: it broke/);
  t.regex(formatMarkdown(tables, run.peers), /^- scroll: wayray: 1 of 2 slices failed twice/m);
});

test('the Markdown table has as many columns in every row, and the verdicts', (t) => {
  const text = formatMarkdown(summarize(run, 'lan', measured), run.peers);
  const rows = text.split('\n').filter((line) => line.startsWith('|'));
  t.deepEqual(
    rows.map((row) => row.split('|').length),
    rows.map(() => run.peers.length + 5),
  );
  t.regex(text, /<= 0.15 x lean reached<br><= 16 \*\*missed\*\*/);
  t.regex(text, /^2 of 3 goals reached\.$/m);
});

test('every goal is about a figure that a cell has, of a peer and against one that there are', (t) => {
  const names = peers.map(({ name }) => name);
  for (const goal of goals) {
    const of = cells.find(({ name }) => name === goal.cell);
    const found = of?.metrics.some(
      (one) => one.samples === goal.samples && one.statistic === goal.statistic,
    );
    t.true(found, `${goal.cell} ${goal.samples} ${goal.statistic}`);
    for (const peer of [...goal.peers, ...ownPeers]) t.true(names.includes(peer), peer);
    if (goal.bound.kind === 'ratio at most')
      t.true(['best', ...names].includes(goal.bound.to), goal.bound.to);
  }
});

test('estimates are written with their interval', (t) => {
  t.is(formatEstimate({ value: 2, low: 1.96, high: 2.5 }, 1, 'ms'), '2.0 [2.0-2.5]');
  t.is(formatEstimate({ value: 2, low: 2, high: 2 }, 1, 'ms'), '2.0');
  t.is(formatEstimate({ value: 100, low: 100, high: 100 }, 1, 'dB'), 'exact');
  t.is(formatEstimate(undefined, 1, 'ms'), '-');
});
