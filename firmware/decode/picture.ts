/**
 * A picture as a canvas holds it: bytes R, G, B, A, rows without padding, e.g. from ImageData.
 *
 * The decoder works on whole pixels through a Uint32Array view. Browsers run on little-endian machines only, so such a
 * number reads 0xAABBGGRR while the wire says 0x00RRGGBB: `fromWire` and `toWire` swap red and blue.
 */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint32Array;
}

export const OPAQUE = 0xff000000;

/** @throws RangeError when the bytes do not match the size or do not start at a multiple of 4 */
export function pictureOver(
  data: Uint8ClampedArray | Uint8Array,
  width: number,
  height: number,
): Picture {
  const fits = Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0;
  if (!fits || data.length !== width * height * 4) {
    throw new RangeError(`picture of ${width}x${height} does not fit ${data.length} bytes`);
  }
  const pixels = new Uint32Array(data.buffer, data.byteOffset, width * height);
  return { width, height, pixels };
}

/** 0xRRGGBB to an opaque canvas pixel. */
export function fromWire(rgb: number): number {
  return (OPAQUE | ((rgb & 0xff) << 16) | (rgb & 0xff00) | ((rgb >>> 16) & 0xff)) >>> 0;
}

/** A canvas pixel to 0xRRGGBB. */
export function toWire(pixel: number): number {
  return ((pixel & 0xff) << 16) | (pixel & 0xff00) | ((pixel >>> 16) & 0xff);
}
