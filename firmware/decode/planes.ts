import { OPAQUE, type Picture } from './picture.ts';
import { type Region, RegionEncoding } from './regions.ts';

const GREY = Uint8Array.from({ length: 256 }, (_, green) => green);

interface Line {
  readonly blue: Uint8Array;
  readonly red: Uint8Array;
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

function lineOf(region: Region): Line {
  if (region.encoding !== RegionEncoding.tinted) return { blue: GREY, red: GREY };
  return { blue: predictions(region.a, region.b, 0), red: predictions(region.a, region.b, 16) };
}

const isGraded = ({ encoding, a, b }: Region): boolean =>
  encoding === RegionEncoding.tinted && a === b;

/** Each value is the difference to the one on its left, the first of a row to the first of the row above. */
function paintGraded(picture: Picture, region: Region, bytes: Uint8Array, offset: number): void {
  const { pixels, width } = picture;
  const { x, y, w, h } = region;
  const n = w * h;
  let [firstG, firstB, firstR] = [0, 0, 0];
  let from = offset;
  for (let row = y * width + x, end = row + h * width; row < end; row += width) {
    let [g, b, r] = [firstG, firstB, firstR];
    for (let i = row; i < row + w; i++, from++) {
      g = (g + (bytes[from] as number)) & 255;
      b = (b + (bytes[from + n] as number)) & 255;
      r = (r + (bytes[from + 2 * n] as number)) & 255;
      if (i === row) [firstG, firstB, firstR] = [g, b, r];
      pixels[i] = OPAQUE | (((b + g) & 255) << 16) | (g << 8) | ((r + g) & 255);
    }
  }
}

/**
 * Paints a region from its planes: n bytes of green, n of blue, n of red (n = w*h), blue and red as differences to
 * what is predicted from green. A delta region is XORed with the picture. A tinted one without a line is graded.
 */
export function paintPlanes(
  picture: Picture,
  region: Region,
  bytes: Uint8Array,
  offset: number,
): void {
  if (isGraded(region)) return paintGraded(picture, region, bytes, offset);
  const { pixels, width } = picture;
  const { x, y, w, h } = region;
  const { blue, red } = lineOf(region);
  const n = w * h;
  const keep = region.encoding === RegionEncoding.delta ? 0xffffff : 0;
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
