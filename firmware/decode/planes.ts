import { OPAQUE, type Picture } from './picture.ts';

const LINE_BLACK = 0x000000;
const LINE_WHITE = 0xffffff;
const GREY = Uint8Array.from({ length: 256 }, (_, green) => green);

interface Line {
  readonly blue: Uint8Array;
  readonly red: Uint8Array;
}

export interface PlanesRegion {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
  /** Colour line, 0xRRGGBB each. */
  readonly a: number;
  readonly b: number;
}

/** The channel that lies with `green` on the line between colours a and b. */
function predictions(a: number, b: number, shift: number): Uint8Array {
  const greenA = (a >>> 8) & 255;
  const d = ((b >>> 8) & 255) - greenA;
  if (d === 0) return GREY;
  const from = (a >>> shift) & 255;
  const rise = ((b >>> shift) & 255) - from;
  return Uint8Array.from({ length: 256 }, (_, green) => {
    const t = (green - greenA) * rise;
    return from + Math.floor((2 * t + d) / (2 * d));
  });
}

function lineOf(a: number, b: number): Line {
  if (a === LINE_BLACK && b === LINE_WHITE) return { blue: GREY, red: GREY };
  return { blue: predictions(a, b, 0), red: predictions(a, b, 16) };
}

/**
 * Paints a region from its planes: n bytes of green, n of blue, n of red (n = w*h), blue and red as differences to
 * what the colour line predicts from green. With `delta` the result is XORed with the picture.
 */
export function paintPlanes(
  picture: Picture,
  region: PlanesRegion,
  bytes: Uint8Array,
  offset: number,
  delta: boolean,
): void {
  const { pixels, width } = picture;
  const { x, y, w, h } = region;
  const { blue, red } = lineOf(region.a, region.b);
  const n = w * h;
  const keep = delta ? 0xffffff : 0;
  let from = offset;
  for (let row = y * width + x, end = row + h * width; row < end; row += width) {
    for (let i = row; i < row + w; i++, from++) {
      const g = bytes[from] as number;
      const b = ((bytes[from + n] as number) + (blue[g] as number)) & 255;
      const r = ((bytes[from + 2 * n] as number) + (red[g] as number)) & 255;
      pixels[i] = OPAQUE | (((pixels[i] as number) & keep) ^ ((b << 16) | (g << 8) | r));
    }
  }
}
