import { ownPeers } from '../goals.ts';
import { describeLink, type NamedLink } from '../links.ts';
import { formatRatio } from './format.ts';
import { type PlotRow, plottedMetrics, rowOf } from './plot-rows.ts';
import type { CellSummary } from './summary.ts';

export interface PlottedLink {
  readonly link: NamedLink;
  readonly summaries: readonly CellSummary[];
}

/** Of ratios to the best peer; what lies outside is drawn at the border as an arrow. */
const lowest = 0.003;
const highest = 12;
const gridRatios = [0.01, 0.03, 0.1, 0.3, 1, 3, 10];

const labelWidth = 330;
const panelWidth = 400;
const figuresWidth = 88;
const panelGap = 16;
const rowHeight = 19;
const headingHeight = 25;
const top = 142;
const lineLength = 100;
const bottomMargin = 40;

const own: readonly { readonly name: string; readonly colour: string }[] = [
  { name: 'wayray', colour: '#1667b0' },
  { name: 'wayray-lossless', colour: '#c85a00' },
];
const colours = { reached: '#18883a', missed: '#c21f2f', other: '#9aa1a9', grid: '#e3e6ea' };

const TITLE = 'WayRay beside the best peer of each row';

/**
 * An SVG: one row per metric, one column per link; how WayRay's figures relate to the best peer's,
 * with 95 % intervals and the goals.
 * @param how under the title: when and of what
 */
export function formatPlot(columns: readonly PlottedLink[], how: string): string {
  const rows = layOut(columns);
  const last = rows.at(-1);
  const height = (last ? last.y + rowHeight : top) + bottomMargin;
  const width = labelWidth + columns.length * (panelWidth + panelGap);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="DejaVu Sans, Helvetica, Arial, sans-serif" font-size="12" fill="#20262d">`,
    `<title>${TITLE}</title>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    text(16, 26, TITLE, 'font-size="18" font-weight="bold"'),
    ...wrap(how).map((line, i) => text(16, 46 + i * 15, line, 'font-size="11" fill="#59626c"')),
    legend(16, 86),
    ...rows.flatMap((row) => formatLabel(row, width)),
    ...columns.flatMap((column, i) => formatPanel(column, panelLeft(i), rows, height)),
    '</svg>\n',
  ].join('\n');
}

interface LaidOutRow {
  readonly cell: string;
  /** Undefined in the heading of a cell. */
  readonly metric?: number;
  readonly label: string;
  readonly y: number;
}

/** Rows that any of the links has. */
function layOut(columns: readonly PlottedLink[]): LaidOutRow[] {
  const rows: LaidOutRow[] = [];
  let y = top;
  for (const { cell } of columns[0]?.summaries ?? []) {
    const same = columns.flatMap(
      ({ summaries }) => summaries.find((one) => one.cell === cell) ?? [],
    );
    const shown = new Set(same.flatMap(plottedMetrics).map(({ metric }) => metric));
    if (shown.size === 0) continue;
    rows.push({ cell: cell.name, label: cell.title, y });
    y += headingHeight;
    for (const [i, metric] of cell.metrics.entries()) {
      if (!shown.has(metric)) continue;
      const more = metric.better === 'more' ? ' (more is better)' : '';
      rows.push({ cell: cell.name, metric: i, label: `${metric.label}${more}`, y });
      y += rowHeight;
    }
  }
  return rows;
}

function formatLabel({ metric, label, y }: LaidOutRow, width: number): string[] {
  if (metric !== undefined) return [text(28, y + 13, label)];
  const rule = `<line x1="16" x2="${width - panelGap}" y1="${y + 4}" y2="${y + 4}" stroke="#c9ced4"/>`;
  return [rule, text(16, y + 19, label, 'font-weight="bold"')];
}

function panelLeft(index: number): number {
  return labelWidth + index * (panelWidth + panelGap);
}

function xOf(left: number, ratio: number): number {
  const share = Math.log(ratio / lowest) / Math.log(highest / lowest);
  return left + Math.min(1, Math.max(0, share)) * (panelWidth - figuresWidth);
}

function formatPanel(
  { link, summaries }: PlottedLink,
  left: number,
  rows: readonly LaidOutRow[],
  height: number,
): string[] {
  const bottom = height - bottomMargin + 4;
  const grid = gridRatios.flatMap((ratio) => {
    const x = xOf(left, ratio);
    const stroke = ratio === 1 ? '#59626c' : colours.grid;
    return [
      `<line x1="${x}" x2="${x}" y1="${top}" y2="${bottom}" stroke="${stroke}"/>`,
      text(x, bottom + 14, String(ratio), 'text-anchor="middle" font-size="10" fill="#59626c"'),
    ];
  });
  const marks = rows.flatMap(({ cell, metric, y }) => {
    const summary = summaries.find((one) => one.cell.name === cell);
    const figures = metric === undefined ? undefined : summary?.metrics[metric];
    const row = figures && rowOf(figures, summaries);
    return row ? formatRow(row, left, y + rowHeight / 2) : [];
  });
  const middle = xOf(left, 1);
  return [
    text(left, top - 6, describeLink(link), 'font-weight="bold"'),
    ...grid,
    text(
      middle,
      bottom + 28,
      'best peer = 1',
      'text-anchor="middle" font-size="10" fill="#59626c"',
    ),
    ...marks,
  ];
}

function formatRow(row: PlotRow, left: number, y: number): string[] {
  const others = row.others.map(({ peer, ratio }) => otherMark(xOf(left, ratio), y, peer));
  const goals = row.goals.map(({ ratio, reached }) => goalMark(xOf(left, ratio), y, reached));
  const figures = row.own.flatMap(({ peer, ratio }) => {
    const index = ownPeers.indexOf(peer);
    const { colour } = own[index] as (typeof own)[number];
    const at = y + (index === 0 ? -2.5 : 2.5);
    const right = left + panelWidth - figuresWidth;
    const range = `<line x1="${xOf(left, ratio.low)}" x2="${xOf(left, ratio.high)}" y1="${at}" y2="${at}" stroke="${colour}" stroke-width="1.5"/>`;
    const x = right + 12 + index * 38;
    return [
      range,
      ownMark(xOf(left, ratio.value), at, index, outside(ratio.value)),
      text(x, y + 4, formatRatio(ratio.value), `font-size="11" fill="${colour}"`),
    ];
  });
  return [...others, ...goals, ...figures];
}

function outside(ratio: number): -1 | 0 | 1 {
  return ratio < lowest ? -1 : ratio > highest ? 1 : 0;
}

/** A disc, or an arrow at the border. */
function ownMark(x: number, y: number, index: number, direction: -1 | 0 | 1): string {
  const { colour } = own[index] as (typeof own)[number];
  if (direction !== 0)
    return `<path d="M${x + direction * 5} ${y} l${-direction * 8} -4 v8 z" fill="${colour}"/>`;
  const fill = index === 0 ? colour : '#ffffff';
  return `<circle cx="${x}" cy="${y}" r="3.6" fill="${fill}" stroke="${colour}" stroke-width="1.6"/>`;
}

function otherMark(x: number, y: number, peer: string): string {
  const title = peer === '' ? '' : `<title>${escapeXml(peer)}</title>`;
  return `<path d="M${x - 3} ${y - 3} l6 6 m0 -6 l-6 6" stroke="${colours.other}" stroke-width="1.3">${title}</path>`;
}

function goalMark(x: number, y: number, reached: boolean): string {
  const colour = reached ? colours.reached : colours.missed;
  return `<rect x="${x - 1.5}" y="${y - 8}" width="3" height="16" fill="${colour}"/>`;
}

function legend(x: number, y: number): string {
  const below = y + 20;
  return [
    ownMark(x + 6, y, 0, 0) + text(x + 18, y + 4, 'wayray: films as video'),
    ownMark(x + 186, y, 1, 0) + text(x + 198, y + 4, 'wayray-lossless: every picture exact'),
    otherMark(x + 446, y, '') + text(x + 458, y + 4, 'other peers'),
    goalMark(x + 6, below, true) + text(x + 18, below + 4, 'goal, reached'),
    goalMark(x + 186, below, false) + text(x + 198, below + 4, 'goal, missed'),
    text(x + 330, below + 4, 'lines: 95 % intervals; left is less'),
  ].join('\n');
}

/** Cuts words into lines at spaces. */
function wrap(words: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of words.split(' ')) {
    if (line !== '' && line.length + word.length >= lineLength) {
      lines.push(line);
      line = '';
    }
    line += line === '' ? word : ` ${word}`;
  }
  return [...lines, line];
}

function text(x: number, y: number, words: string, attributes = ''): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${attributes}>${escapeXml(words)}</text>`;
}

function escapeXml(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
