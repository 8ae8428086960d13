import { COLOURS, drawSvg, escapeXml, FONT, GROUND, type Picture32, svg } from './drawing.ts';
import { breakLines } from './lines.ts';
import type { Page, PageSection } from './page.ts';

const LINE = 1.4;
/** Of one value; a fingerprint or an address is never cut in two by this. */
const MOST_LINES = 3;
/** In ems: around everything, between two columns, for the labels of rows, above a section, of the headline and foot. */
const SPACE = { margin: 1.5, gap: 2, label: 7.5, section: 0.9, head: 3.4, foot: 2.2 } as const;
const SMALLEST_PX = 9;
const LARGEST_PX = 40;

interface Line {
  readonly kind: 'title' | 'row' | 'words' | 'gap';
  readonly label: string;
  readonly value: string;
}

interface Layout {
  readonly px: number;
  readonly columns: readonly (readonly Line[])[];
  readonly columnPx: number;
}

/** A page of many rows over the whole screen, in letters as large as fit. */
export async function drawList(
  page: Page,
  sections: readonly PageSection[],
  width: number,
  height: number,
): Promise<Picture32> {
  const layout = fit(sections, width, height);
  const bytes = await drawSvg(svg(width, height, GROUND, content(page, layout, width, height)));
  return { width, height, bytes };
}

/** The largest size at which everything fits; at the smallest one, what does not fit is left out. */
export function fit(sections: readonly PageSection[], width: number, height: number): Layout {
  for (let px = Math.min(LARGEST_PX, height / 22); px > SMALLEST_PX; px *= 0.94) {
    const layout = arrange(sections, px, width);
    if (layout.columns.every((column) => tall(column) <= room(px, height))) return layout;
  }
  const layout = arrange(sections, SMALLEST_PX, width);
  const most = room(SMALLEST_PX, height);
  return { ...layout, columns: layout.columns.map((column) => cut(column, most)) };
}

const room = (px: number, height: number): number =>
  height / px - SPACE.head - SPACE.foot - SPACE.margin;

const tallness = (line: Line): number => (line.kind === 'gap' ? SPACE.section : LINE);
const tall = (lines: readonly Line[]): number =>
  lines.reduce((sum, line) => sum + tallness(line), 0);

function arrange(sections: readonly PageSection[], px: number, width: number): Layout {
  const wide = width / px - 2 * SPACE.margin;
  const count = wide >= 60 ? 2 : 1;
  const columnEm = (wide - (count - 1) * SPACE.gap) / count;
  const blocks = sections.map((section) => linesOf(section, columnEm - SPACE.label));
  return { px, columnPx: columnEm * px, columns: inColumns(blocks, count) };
}

function linesOf({ title, rows }: PageSection, valueEm: number): Line[] {
  const lines = rows.flatMap(([label, value]) =>
    label === '' ? wideLines(value, valueEm) : rowLines(label, value, valueEm),
  );
  return [{ kind: 'title', label: title, value: '' }, ...lines];
}

function rowLines(label: string, value: string, valueEm: number): Line[] {
  const [shortLabel = ''] = breakLines(label, SPACE.label - 0.5, 1);
  return breakLines(value, valueEm, MOST_LINES).map((part, at) => ({
    kind: 'row',
    label: at === 0 ? shortLabel : '',
    value: part,
  }));
}

/** Words without a label have its place as well. */
const wideLines = (words: string, valueEm: number): Line[] =>
  breakLines(words, valueEm + SPACE.label, MOST_LINES).map((label) => ({
    kind: 'words',
    label,
    value: '',
  }));

/** In their order, the first column as high as it has to be so that the second is no higher. */
function inColumns(blocks: readonly Line[][], count: number): Line[][] {
  if (count === 1) return [joined(blocks)];
  const splits = blocks.map((_, at) => [joined(blocks.slice(0, at)), joined(blocks.slice(at))]);
  const height = (columns: readonly Line[][]): number => Math.max(...columns.map(tall));
  return splits.reduce((best, split) => (height(split) < height(best) ? split : best));
}

const joined = (blocks: readonly Line[][]): Line[] =>
  blocks.flatMap((block, at) =>
    at === 0 ? block : [{ kind: 'gap', label: '', value: '' } as const, ...block],
  );

function cut(column: readonly Line[], most: number): Line[] {
  const kept = [...column];
  while (tall(kept) > most && kept.length > 0) kept.pop();
  const last = kept.at(-1);
  if (last && kept.length < column.length) kept[kept.length - 1] = { ...last, value: '…' };
  return kept;
}

function content(page: Page, layout: Layout, width: number, height: number): string {
  const { px, columns, columnPx } = layout;
  const left = SPACE.margin * px;
  const head = words(page.headline, left, px * 2.3, px * 1.5, COLOURS.headline, 700);
  const foot = words(`${page.detail}  ${page.code}`, left, height - px, px, COLOURS.code, 400);
  const drawn = columns.map((column, at) =>
    columnOf(column, left + at * (columnPx + SPACE.gap * px), px),
  );
  const rule = `<rect x="${left}" y="${px * 2.8}" width="${width - 2 * left}" height="${Math.max(1, px / 12)}" fill="${COLOURS.banner}"/>`;
  return head + rule + drawn.join('') + foot;
}

function columnOf(lines: readonly Line[], x: number, px: number): string {
  let y = SPACE.head * px;
  return lines
    .map((line) => {
      const { kind, label, value } = line;
      y += tallness(line) * px;
      if (kind === 'gap') return '';
      if (kind === 'title') return words(label, x, y, px, COLOURS.icon, 700);
      if (kind === 'words') return words(label, x, y, px, COLOURS.headline, 400);
      const valueX = x + SPACE.label * px;
      return (
        words(label, x, y, px, COLOURS.code, 400) +
        words(value, valueX, y, px, COLOURS.headline, 400)
      );
    })
    .join('');
}

const words = (text: string, x: number, y: number, px: number, colour: string, weight: number) =>
  text === ''
    ? ''
    : `<text x="${x}" y="${y}" font-size="${px}" font-weight="${weight}" fill="${colour}" ${FONT}>${escapeXml(text)}</text>`;
