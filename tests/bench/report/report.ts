import type { Cell } from '../cells/cell.ts';
import { describeLink, isSlow } from '../links.ts';
import { secondsOf } from '../run.ts';
import type { Begun, Journal } from './journal.ts';
import { formatMarkdown } from './markdown.ts';
import { formatPlot } from './plot.ts';
import { formatProvenance } from './provenance.ts';
import { type Measured, summarize } from './summary.ts';
import { formatTable } from './table.ts';

const intervals = 'Medians or percentiles [95 % interval, bootstrapped over rounds].';

/** How long slices were measured, shorter ones apart. */
function describeSeconds(begun: Begun, measured: readonly Cell[]): string {
  const { secondsPerSlice, links } = begun;
  const shorter = links
    .flatMap((link) =>
      measured.map((cell) => ({ link, cell, seconds: secondsOf(begun, { link, cell }) })),
    )
    .filter(({ seconds }) => seconds < secondsPerSlice);
  const [first] = shorter;
  if (!first) return `${secondsPerSlice} s`;
  const slow = links.filter(isSlow).map(({ name }) => name);
  const brief = measured.filter((cell) => cell.brief).map(({ name }) => name);
  return `${secondsPerSlice} s, of ${[...slow, ...brief].join(', ')} ${first.seconds} s`;
}

export function report(journal: Journal, all: readonly Cell[]): string {
  const { begun, directory } = journal;
  const slices = journal.slices();
  const run: Measured = {
    peers: begun.peers,
    cells: begun.cells.flatMap((name) => all.find((cell) => cell.name === name) ?? []),
    rounds: begun.rounds,
  };
  const links = begun.links.map((link) => ({
    link,
    summaries: summarize(run, link.name, slices),
  }));
  const products = begun.peers.map((peer) => {
    const product = begun.products[peer];
    return `${peer}: ${product?.version}, encryption: ${product?.encryption}`;
  });
  const how = `${formatProvenance(begun.provenance)}; ${begun.rounds} rounds of ${describeSeconds(begun, run.cells)}`;
  const tables = links.map(
    ({ link, summaries }) =>
      `### ${describeLink(link)}\n\n${formatMarkdown(summaries, run.peers)}\n`,
  );
  journal.write(
    'table.md',
    [how, ...products.map((line) => `- ${line}`), '', intervals, '', ...tables].join('\n'),
  );
  journal.write('plot.svg', formatPlot(links, how));
  return [
    ...links.map(
      ({ link, summaries }) => `${describeLink(link)}\n\n${formatTable(summaries, run.peers)}\n`,
    ),
    intervals,
    ...products.map((line) => `  ${line}`),
    how,
    `All samples, table and plot: ${directory}`,
  ].join('\n');
}
