import { escapeXml } from '../../escape-xml.ts';

export const FONT = 'DejaVu Sans, Noto Sans, sans-serif';

/** About how wide a character of DejaVu Sans is, in parts of the font's size; rather too much than too little. */
function widthOf(character: string): number {
  if (/[ijl'|.,:;! ]/.test(character)) return 0.36;
  if (/[frtI()[\]-]/.test(character)) return 0.46;
  if (/[mwMW@%]/.test(character)) return 1;
  if (/[A-Z]/.test(character)) return 0.74;
  return (character.codePointAt(0) ?? 0) < 0x1100 ? 0.64 : 1.05;
}

export function textWidth(text: string, size: number): number {
  return [...text].reduce((sum, character) => sum + widthOf(character), 0) * size;
}

/** What came from elsewhere, on one line and without what would turn it around. */
export const plain = (text: string): string =>
  text
    .replace(/\p{Bidi_Control}/gu, '')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();

/** As much of the beginning as fits. */
export function beginning(text: string, size: number, width: number): string {
  if (textWidth(text, size) <= width) return text;
  const kept = [...text];
  while (kept.length > 0 && textWidth(`${kept.join('')}…`, size) > width) kept.pop();
  return `${kept.join('')}…`;
}

/** As much of the end as fits: what is being typed. */
export function ending(text: string, size: number, width: number): string {
  const kept = [...text];
  while (kept.length > 0 && textWidth(kept.join(''), size) > width) kept.shift();
  return kept.join('');
}

/** Broken between words; at most `most` lines, the last one cut where it must be. */
export function wrapped(text: string, size: number, width: number, most: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of plain(text).split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && textWidth(longer, size) > width) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  if (line !== '') lines.push(line);
  const kept = lines.slice(0, most);
  if (lines.length > most) kept.push(`${kept.pop() ?? ''} …`);
  return kept.map((item) => beginning(item, size, width));
}

export interface TextStyle {
  readonly size: number;
  readonly colour: string;
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly bold?: boolean;
}

/** @param y of the baseline */
export const textAt = (
  text: string,
  x: number,
  y: number,
  { size, colour, anchor = 'start', bold = false }: TextStyle,
): string =>
  `<text x="${x}" y="${y}" font-size="${size}" fill="${colour}" text-anchor="${anchor}" ` +
  `font-family="${FONT}"${bold ? ' font-weight="bold"' : ''} xml:space="preserve">${escapeXml(text)}</text>`;
