import test from 'ava';
import { metric } from '../cells/metric.ts';
import { links, type NamedLink } from '../links.ts';
import { formatPlot } from '../report/plot.ts';
import { plottedMetrics, rowOf } from '../report/plot-rows.ts';
import { summarize } from '../report/summary.ts';
import type { Slice } from '../run.ts';

const measure = () => Promise.reject(new Error('not called'));
const downKb = metric('sent <per> place', 'kB', 'downKb');
const cells = [
  { name: 'drag', title: 'drag', needsReconnect: false, metrics: [downKb], measure },
  {
    name: 'move',
    title: 'move & more',
    needsReconnect: false,
    metrics: [
      downKb,
      metric('nothing', 'B', 'zero'),
      metric('aside', 'B', 'up', { plotted: false }),
    ],
    measure,
  },
];
const run = { peers: ['wayray', 'lean', 'fat'], cells, rounds: 1 };
const slice = (cell: string, peer: string, kb: number): Slice => ({
  ...{ link: 'lan', round: 0, cell, peer, wallSeconds: 1 },
  samples: { downKb: [kb], zero: [0], up: [kb] },
});
const slices = [
  ...[slice('drag', 'wayray', 20), slice('drag', 'lean', 200), slice('drag', 'fat', 300)],
  ...[slice('move', 'wayray', 2), slice('move', 'lean', 40), slice('move', 'fat', 80)],
];
const summaries = summarize(run, 'lan', slices);
const columns = [{ link: links[0] as NamedLink, summaries }];

test('a row tells WayRay, the others and the goals as shares of the best peer', (t) => {
  const move = summaries[1]?.metrics[0];
  const row = move && rowOf(move, summaries);
  t.deepEqual(
    row?.own.map(({ peer, ratio }) => [peer, ratio.value]),
    [['wayray', 0.05]],
  );
  t.deepEqual(row?.others, [{ peer: 'fat', ratio: 2 }]);
  // 0.02 of the 200 kB of the other cell, and 1 kB, of 40 kB.
  t.deepEqual(row?.goals, [
    { ratio: 0.1, reached: true },
    { ratio: 0.025, reached: false },
  ]);
});

test('what cannot be divided by or is not to be shown has no row', (t) => {
  const shown = summaries.map((summary) => plottedMetrics(summary).length);
  t.deepEqual(shown, [1, 1]);
});

test('the plot is well-formed and inside its borders', (t) => {
  const svg = formatPlot(columns, 'today & <here>');
  const open = svg.match(/<(?!\/)(\w+)(?![^>]*\/>)[^>]*>/g)?.length;
  t.is(open, svg.match(/<\/\w+>/g)?.length);
  t.regex(svg, /sent &lt;per&gt; place/);
  t.regex(svg, /move &amp; more/);
  const width = Number(/ width="(\d+)"/.exec(svg)?.[1]);
  for (const [, x] of svg.matchAll(/ c?x[12]?="([\d.]+)"/g)) t.true(Number(x) <= width);
});

test('a run of which nothing was measured has an empty plot', (t) => {
  const none = [{ link: links[0] as NamedLink, summaries: summarize(run, 'lan', []) }];
  t.regex(formatPlot(none, ''), /<\/svg>/);
});
