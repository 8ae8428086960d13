import { loadAddon } from '../load.ts';
import type { SvgAddon, SvgPicture } from './binding.d.ts';

export type { SvgPicture } from './binding.d.ts';

let addon: SvgAddon | null = null;

/**
 * Draws an SVG document of ours, at its own size; fonts and what draws are loaded with the first one.
 * @throws Error saying why it cannot be drawn
 */
export function drawSvg(document: string): SvgPicture {
  if (typeof document !== 'string') throw new TypeError('an SVG document is a string');
  addon ??= loadAddon<SvgAddon>('svg');
  const picture = addon.draw(document);
  if (typeof picture === 'string') throw new Error(`SVG document: ${picture}`);
  return picture;
}
