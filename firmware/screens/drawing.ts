import { Framebuffer } from '../../native/pixels/index.ts';
import { ICONS } from './icons.ts';
import { wrapLines } from './lines.ts';
import type { Page } from './page.ts';
import { WORDS } from './words.ts';

/** XRGB8888 little-endian, rows top down. */
export interface Picture32 {
  readonly width: number;
  readonly height: number;
  readonly bytes: Uint8Array;
}

export const COLOURS = {
  background: 0x20242c,
  banner: '#2f5d8c',
  headline: '#f2f4f8',
  detail: '#c3cad6',
  icon: '#6cb2ff',
  code: '#98a2b3',
};
export const GROUND = `#${COLOURS.background.toString(16)}`;
/** Width of a digit; no letter of a fingerprint is wider. */
const DIGIT_EM = 0.64;
export const FONT = 'font-family="DejaVu Sans, sans-serif"';
/** The block of a page in ems: what is around it is plain, and is not drawn but filled. */
const BLOCK = { width: 27, height: 16 } as const;
const MAX_DOTS = 16;

/** Size of a headline in pixels: readable from a chair at 800x600 and at 4K. */
export const emOf = (width: number, height: number): number =>
  Math.max(12, Math.min(72, width / 30, height / 18));

/** What stands in the middle of a page. */
export async function drawBlock(page: Page, width: number, height: number): Promise<Picture32> {
  const em = emOf(width, height);
  const wide = Math.min(width, Math.round(em * BLOCK.width));
  const most = Math.min(height, Math.round(em * BLOCK.height));
  const { source, high } = blockSvg(page, em, wide, most);
  return trimmed({ width: wide, height: high, bytes: await drawSvg(source) });
}

/** Without the plain ground around it, as much on either side: several are kept, and at 1080p each would be 6 MB. */
function trimmed({ width, height, bytes }: Picture32): Picture32 {
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, width * height);
  const ground = words[0];
  let [sides, ends] = [width >> 1, height >> 1];
  for (let y = 0; y < height; y++) {
    const row = words.subarray(y * width, (y + 1) * width);
    const first = row.findIndex((word) => word !== ground);
    if (first < 0) continue;
    const last = row.findLastIndex((word) => word !== ground);
    ends = Math.min(ends, y, height - 1 - y);
    sides = Math.min(sides, first, width - 1 - last);
  }
  const kept = { width: width - 2 * sides, height: height - 2 * ends };
  const cut = new Uint8Array(kept.width * kept.height * 4);
  for (let y = 0; y < kept.height; y++) {
    const from = ((y + ends) * width + sides) * 4;
    cut.set(bytes.subarray(from, from + kept.width * 4), y * kept.width * 4);
  }
  return { ...kept, bytes: cut };
}

/** @returns no higher than its content needs: what it is drawn into stays in memory for a while */
function blockSvg(
  page: Page,
  em: number,
  width: number,
  height: number,
): { source: string; high: number } {
  const pieces: string[] = [];
  let y = em * 3.9;
  const lines = (words: string, size: number, colour: string, most: number, weight = 400) => {
    for (const line of wrapLines(words, (width * 0.96) / size, most)) {
      y += size * 1.25;
      pieces.push(text(line, width / 2, y, size, colour, weight));
    }
  };
  lines(page.headline, em, COLOURS.headline, 2, 700);
  if (page.dots !== undefined) {
    y += em * 1.6;
    pieces.push(dotRow(page.dots, width / 2, y, em));
    y += em * 0.8;
  }
  y += em * 0.4;
  lines(page.detail, em * 0.64, COLOURS.detail, 5);
  if (page.note) {
    y += em * 1.3;
    pieces.push(noteLine(page.note, width, y, em));
  }
  y += em * 1.6;
  pieces.push(text(page.code, width / 2, y, em * 0.52, COLOURS.code, 400));
  const all = icon(page, em, width / 2) + pieces.join('');
  const middle = Math.max(0, (height - y) / 2);
  const cut = Math.max(0, Math.floor(middle - em));
  const high = height - 2 * cut;
  const moved = `<g transform="translate(0 ${middle - cut})">${all}</g>`;
  return { source: svg(width, high, GROUND, moved), high };
}

/** As large as fits in one line: of a fingerprint in two lines nobody knows where the second begins. */
function noteLine(note: string, width: number, y: number, em: number): string {
  const px = Math.min(em * 0.6, (width * 0.96) / (note.length * DIGIT_EM));
  return text(note, width / 2, y, px, COLOURS.headline, 400);
}

function icon(page: Page, em: number, x: number): string {
  const scale = (em * 3.6) / 48;
  return (
    `<g transform="translate(${x - 24 * scale} 0) scale(${scale})" fill="none" ` +
    `stroke="${COLOURS.icon}" stroke-width="2.6" stroke-linecap="round" stroke-linejoin="round">` +
    `${ICONS[WORDS[page.name].icon]}</g>`
  );
}

/** One for each digit, in a field that is there before the first. */
function dotRow(dots: number, x: number, y: number, em: number): string {
  const shown = Math.min(dots, MAX_DOTS);
  const step = em * 0.75;
  const field =
    `<rect x="${x - em * 4.5}" y="${y - em * 0.8}" width="${em * 9}" height="${em * 1.6}" rx="${em * 0.25}" ` +
    `fill="none" stroke="${COLOURS.code}" stroke-width="${em * 0.06}"/>`;
  const circles = Array.from(
    { length: shown },
    (_, i) =>
      `<circle cx="${x + (i - (shown - 1) / 2) * step}" cy="${y}" r="${em * 0.2}" fill="${COLOURS.headline}"/>`,
  );
  return field + circles.join('');
}

/** The whole screen: a block in the middle of plain ground. @param used one that may be drawn over */
export function fillScreen(
  block: Picture32,
  width: number,
  height: number,
  used: Framebuffer | null = null,
): Framebuffer {
  const fits = used?.width === width && used.height === height;
  const screen = fits ? used : new Framebuffer(width, height);
  screen.fill(COLOURS.background);
  const [columns, rows] = [Math.min(block.width, width), Math.min(block.height, height)];
  const left = Math.floor((width - columns) / 2);
  const top = Math.floor((height - rows) / 2);
  for (let y = 0; y < rows; y++) {
    const from = y * block.width * 4;
    const row = block.bytes.subarray(from, from + columns * 4);
    screen.bytes.set(row, ((top + y) * width + left) * 4);
  }
  return screen;
}

/** A line of text across the top of the screen. @param px size of its letters */
export async function drawBanner(words: string, width: number, px = 15): Promise<Picture32> {
  const height = Math.round(px * 2.4);
  const line = text(words, width / 2, Math.round(px * 1.55), px, COLOURS.headline, 400);
  const bytes = await drawSvg(svg(width, height, COLOURS.banner, line));
  return { width, height, bytes };
}

export const svg = (width: number, height: number, ground: string, content: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">` +
  `<rect width="100%" height="100%" fill="${ground}"/>${content}</svg>`;

const text = (words: string, x: number, y: number, px: number, colour: string, weight: number) =>
  `<text x="${x}" y="${y}" font-size="${px}" font-weight="${weight}" fill="${colour}" ` +
  `text-anchor="middle" ${FONT}>${escapeXml(words)}</text>`;

/** Has what draws in memory before it is needed: loading it takes longer than drawing. */
export async function loadDrawing(): Promise<typeof import('sharp')['default']> {
  const { default: sharp } = await import('sharp');
  // It would keep up to 50 MB of what it made, and memory for each core: this is drawn once in a while.
  sharp.cache(false);
  sharp.concurrency(1);
  return sharp;
}

/** Loaded when there is something to draw: a terminal that shows its session at once never needs it. */
export async function drawSvg(source: string): Promise<Buffer> {
  const sharp = await loadDrawing();
  return sharp(Buffer.from(forWire(source)))
    .ensureAlpha()
    .raw()
    .toBuffer();
}

/**
 * sharp gives R, G, B, A, the picture is B, G, R, X: drawn with red and blue changed over, the pixels come right without
 * anybody touching millions of them.
 */
const forWire = (source: string): string =>
  source.replace(/"#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})"/g, '"#$3$2$1"');

export function escapeXml(words: string): string {
  return words.replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
