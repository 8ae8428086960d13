export interface Column {
  readonly title: string;
  /** May be cut where there is too little room. */
  readonly flexible?: true;
}

export const SCREEN_WIDTH = 80;
const LEAST = 8;
const GAP = '  ';

/** Rows in columns, at most `width` characters wide as long as the flexible columns leave room; without an end. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width = SCREEN_WIDTH,
): string {
  const cells = [columns.map(({ title }) => title), ...rows.map((row) => row.map(plain))];
  const widths = fit(columns, cells, width);
  return cells
    .map((row) =>
      row
        .map((cell, i) => pad(cell, widths[i] ?? 0))
        .join(GAP)
        .trimEnd(),
    )
    .join('\n');
}

/** The widest flexible column gives way first. */
function fit(columns: readonly Column[], cells: readonly string[][], width: number): number[] {
  const widths = columns.map((_, i) => Math.max(...cells.map((row) => [...(row[i] ?? '')].length)));
  const room = width - GAP.length * (columns.length - 1);
  const total = () => widths.reduce((sum, one) => sum + one, 0);
  for (let over = total() - room; over > 0; over--) {
    const widest = columns
      .map((column, i) => (column.flexible ? (widths[i] ?? 0) : 0))
      .reduce((best, one, i, all) => (one > (all[best] ?? 0) ? i : best), 0);
    if (!columns[widest]?.flexible || (widths[widest] ?? 0) <= LEAST) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

function pad(cell: string, width: number): string {
  const characters = [...cell];
  if (characters.length > width) return `${characters.slice(0, width - 1).join('')}…`;
  return cell + ' '.repeat(width - characters.length);
}

/** Words of strangers may be in it: nothing that a terminal emulator would obey. */
export const plain = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '?');

/** `name  value` lines, for one record. */
export function block(fields: readonly (readonly [string, string])[]): string {
  const width = Math.max(...fields.map(([name]) => name.length));
  return fields
    .map(([name, value]) => `${name.padEnd(width)}  ${plain(value)}`.trimEnd())
    .join('\n');
}

/** Words in lines of at most `width`, those after the first indented. */
export function wrap(words: readonly string[], width = SCREEN_WIDTH): string {
  const lines: string[] = [];
  let line = '';
  for (const word of words.map(plain)) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = `    ${word}`;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join('\n');
}

/** The shortest beginnings, of at least `least` characters, that tell ids from each other. */
export function abbreviated(ids: readonly string[], least = 8): (id: string) => string {
  const sorted = [...new Set(ids)].sort();
  const short = new Map<string, string>();
  sorted.forEach((id, i) => {
    const shared = Math.max(common(id, sorted[i - 1]), common(id, sorted[i + 1]));
    short.set(id, id.slice(0, Math.max(least, shared + 1)));
  });
  return (id) => short.get(id) ?? id;
}

function common(id: string, other: string | undefined): number {
  let i = 0;
  while (other !== undefined && i < id.length && id[i] === other[i]) i++;
  return i;
}

const UNITS = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
] as const;

/** How long ago, e.g. `5 min`. */
export function age(atMs: number | null, nowMs: number): string {
  if (atMs === null) return '-';
  const ms = Math.max(0, nowMs - atMs);
  const [size, unit] = UNITS.find(([size]) => ms >= size) ?? [0, ''];
  return size === 0 ? 'now' : `${Math.floor(ms / size)} ${unit}`;
}

/** Local time, e.g. `2026-11-22 12:03:01`. */
export function localTime(atMs: number): string {
  const date = new Date(atMs);
  const local = new Date(atMs - date.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19).replace('T', ' ');
}
