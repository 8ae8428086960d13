import type { ElementId } from '../conversation/state.ts';
import { beginning, textAt } from './text.ts';
import type { Theme } from './theme.ts';

/** In units: logical pixels divided by the zoom. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A part of the picture that is drawn by itself; opaque, later ones lie over earlier ones. */
export interface Piece extends Box {
  readonly key: string;
  /** SVG, from the piece's own upper left corner. */
  readonly svg: string;
  /** What a press on it is for. */
  readonly element: ElementId | null;
}

export const GAP = 3;

/** A frame with room for the ring of the focus around it. */
export function frame(
  { width, height }: Box,
  theme: Theme,
  fill: string,
  focused: boolean,
): string {
  const ring = focused ? theme.focusLine : theme.line;
  const at = GAP + theme.focusLine / 2;
  return (
    `<rect x="${at}" y="${at}" width="${width - 2 * at}" height="${height - 2 * at}" rx="7" fill="${fill}" ` +
    `stroke="${focused ? theme.focus : theme.border}" stroke-width="${ring}"/>`
  );
}

export interface ButtonLook {
  readonly focused: boolean;
  readonly primary?: boolean;
  /** e.g. ▾ */
  readonly mark?: string;
}

export function button(
  element: ElementId,
  box: Box,
  label: string,
  theme: Theme,
  { focused, primary = false, mark = '' }: ButtonLook,
): Piece {
  const size = 15;
  const shown = beginning(label, size, box.width - 28 - (mark ? 14 : 0));
  const text = mark ? `${shown} ${mark}` : shown;
  return {
    key: element,
    element,
    ...box,
    svg:
      frame(box, theme, primary ? theme.primary : theme.button, focused) +
      textAt(text, box.width / 2, box.height / 2 + 5.5, {
        size,
        colour: primary ? theme.onPrimary : theme.text,
        anchor: 'middle',
        bold: primary,
      }),
  };
}
