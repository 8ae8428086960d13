import { escapeXml } from '../escape-xml.ts';
import { BUTTON_WIDTH, BUTTONS_WIDTH, buttons, TITLE_BAR_HEIGHT } from './title-bar-layout.ts';

export const CAP_WIDTH = 10;
const RADIUS = 9;
const FONT_SIZE = 14;
const FADE_WIDTH = 28;
const MAX_TITLE_LENGTH = 200;

export interface Palette {
  readonly bar: string;
  readonly text: string;
}

export function paletteOf(active: boolean): Palette {
  return active ? { bar: '#2f3b4c', text: '#f4f6f8' } : { bar: '#59626e', text: '#cdd3da' };
}

export type HoveredButton = (typeof buttons)[number] | null;

function document(width: number, scale: number, body: string): string {
  const [w, h] = [Math.round(width * scale), Math.round(TITLE_BAR_HEIGHT * scale)];
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" ` +
    `viewBox="0 0 ${width} ${TITLE_BAR_HEIGHT}" preserveAspectRatio="none">${body}</svg>`
  );
}

/** The bar's left end with its round corner. */
export function capSvg(active: boolean, scale: number): string {
  const { bar } = paletteOf(active);
  const path = `M0 ${TITLE_BAR_HEIGHT}V${RADIUS}A${RADIUS} ${RADIUS} 0 0 1 ${RADIUS} 0H${CAP_WIDTH}V${TITLE_BAR_HEIGHT}Z`;
  return document(CAP_WIDTH, scale, `<path d="${path}" fill="${bar}"/>`);
}

/** The three buttons at the bar's right end. */
export function buttonsSvg(
  active: boolean,
  maximized: boolean,
  hovered: HoveredButton,
  scale: number,
): string {
  const { bar, text } = paletteOf(active);
  const w = BUTTONS_WIDTH;
  const h = TITLE_BAR_HEIGHT;
  const r = maximized ? 0 : RADIUS;
  const shape = `<path d="M0 0H${w - r}A${r} ${r} 0 0 1 ${w} ${r}V${h}H0Z" fill="${bar}"/>`;
  const index = hovered === null ? -1 : buttons.indexOf(hovered);
  const glow =
    index < 0
      ? ''
      : `<circle cx="${(index + 0.5) * BUTTON_WIDTH}" cy="${h / 2}" r="12" ` +
        `fill="${hovered === 'close' ? '#d0454c' : '#ffffff'}" fill-opacity="${hovered === 'close' ? 1 : 0.18}"/>`;
  const signs = buttons.map((name, at) => {
    const x = (at + 0.5) * BUTTON_WIDTH;
    return `<path transform="translate(${x} ${h / 2})" d="${sign(name, maximized)}"/>`;
  });
  const strokes = `<g fill="none" stroke="${text}" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round">${signs.join('')}</g>`;
  return document(w, scale, shape + glow + strokes);
}

function sign(name: (typeof buttons)[number], maximized: boolean): string {
  switch (name) {
    case 'minimize':
      return 'M-5 4H5';
    case 'maximize':
      return maximized ? 'M-5 -2H2V5H-5ZM-2 -2V-5H5V2H2' : 'M-5 -5H5V5H-5Z';
    case 'close':
      return 'M-4.5 -4.5L4.5 4.5M4.5 -4.5L-4.5 4.5';
  }
}

/** The title on the bar's colour; what is too wide fades out at the right end. */
export function labelSvg(title: string, width: number, active: boolean, scale: number): string {
  const { bar, text } = paletteOf(active);
  const weight = active ? 600 : 500;
  const fade =
    `<linearGradient id="f"><stop offset="0" stop-color="${bar}" stop-opacity="0"/>` +
    `<stop offset="1" stop-color="${bar}"/></linearGradient>`;
  const ground = `<rect width="${width}" height="${TITLE_BAR_HEIGHT}" fill="${bar}"/>`;
  const line =
    `<text x="4" y="21" font-family="Cantarell, Noto Sans, DejaVu Sans, sans-serif" font-size="${FONT_SIZE}" ` +
    `font-weight="${weight}" fill="${text}">${escapeXml(shownTitle(title))}</text>`;
  const cover = `<rect x="${width - FADE_WIDTH}" width="${FADE_WIDTH}" height="${TITLE_BAR_HEIGHT}" fill="url(#f)"/>`;
  return document(width, scale, `<defs>${fade}</defs>${ground}${line}${cover}`);
}

/** At least what the title needs at this font size: no glyph of the fonts in question is wider than this. */
export function roomForTitle(title: string): number {
  return Math.ceil([...shownTitle(title)].length * FONT_SIZE * 0.8) + FADE_WIDTH + 8;
}

/** A client's title as one line of bounded length. */
export function shownTitle(title: string): string {
  const line = title.toWellFormed().replace(/[\p{Cc}\p{Zl}\p{Zp}\uFFFE\uFFFF]/gu, ' ');
  return [...line.slice(0, 2 * MAX_TITLE_LENGTH)]
    .slice(0, MAX_TITLE_LENGTH)
    .join('')
    .toWellFormed();
}
