import { composite, DRAW_STRIDE, DrawKind, Framebuffer } from '../../../native/pixels/index.ts';
import type { Surface } from '../surface/surface.ts';
import { sourceRect } from '../surface/surface-geometry.ts';
import { CURSOR_SIDE_MAX } from './xcursor.ts';

export interface SurfacePicture {
  width: number;
  height: number;
  /** Pixels per logical pixel. */
  scale: number;
  /** Premultiplied, bytes B,G,R,A. */
  argb: Uint8Array;
}

const OPAQUE_BLACK = 0xff000000;
const OPAQUE_WHITE = 0xffffffff;

/**
 * The surface's own pixels with their alpha, at the buffer's resolution but no less than one to one, at most CURSOR_SIDE_MAX a side.
 * null without a buffer.
 */
export function pictureOf(surface: Surface): SurfacePicture | null {
  const { buffer } = surface.current;
  if (!buffer || surface.width < 1 || surface.height < 1) return null;
  const source = sourceRect(surface.current);
  const fit = CURSOR_SIDE_MAX / Math.max(surface.width, surface.height);
  const scale = Math.min(Math.max(1, source.width / surface.width), fit);
  const width = Math.max(1, Math.round(surface.width * scale));
  const height = Math.max(1, Math.round(surface.height * scale));
  // compositing is the one thing that knows all formats, and it has no alpha to give back: what a picture leaves of
  // black and of white tells it
  const onBlack = paint(surface, width, height, OPAQUE_BLACK);
  const onWhite = paint(surface, width, height, OPAQUE_WHITE);
  return { width, height, scale, argb: withAlpha(onBlack, onWhite) };
}

function paint(surface: Surface, width: number, height: number, background: number): Uint8Array {
  const target = new Framebuffer(width, height);
  target.fill(background & 0xffffff);
  const { buffer, transform } = surface.current;
  const content = buffer?.content;
  const list = new Float64Array(DRAW_STRIDE);
  const { x, y, width: w, height: h } = sourceRect(surface.current);
  const opaque = buffer?.opaque ? 1 : 0;
  const bilinear = w === width && h === height ? 0 : 1;
  if (content?.kind === 'colour') {
    list.set([DrawKind.solid, 0, 0, 0, width, height, 0, 0, 0, 0, 0, 1, content.colour, 0, 0]);
  } else {
    list.set([DrawKind.image, 0, 0, 0, width, height, x, y, w, h, transform, 1, 0, opaque]);
    list[14] = bilinear;
  }
  const sources = content?.kind === 'pixels' ? [content.source] : [];
  composite(target, list, sources, Int32Array.of(0, 0, width, height));
  return target.bytes;
}

/** c over black is c; c over white is c + (255 - alpha). */
function withAlpha(onBlack: Uint8Array, onWhite: Uint8Array): Uint8Array {
  const argb = new Uint8Array(onBlack.length);
  for (let i = 0; i < argb.length; i += 4) {
    argb.set(onBlack.subarray(i, i + 3), i);
    argb[i + 3] = 255 - ((onWhite[i + 1] as number) - (onBlack[i + 1] as number));
  }
  return argb;
}
