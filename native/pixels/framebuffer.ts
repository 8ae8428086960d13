import { addon } from './addon.ts';

export const MAX_SIDE_PX = 16384;

/** @throws RangeError unless both are whole numbers in 1..MAX_SIDE_PX */
export function checkSize(width: number, height: number): void {
  for (const side of [width, height]) {
    if (!Number.isInteger(side) || side < 1 || side > MAX_SIDE_PX) {
      throw new RangeError(`picture size ${width}x${height} is not within 1..${MAX_SIDE_PX}`);
    }
  }
}

/** A picture in memory: XRGB8888 little-endian (bytes B, G, R, X), rows without padding. X is ignored. */
export class Framebuffer {
  readonly width: number;
  readonly height: number;
  /** width*height*4 bytes of live memory. */
  readonly bytes: Uint8Array;

  constructor(width: number, height: number) {
    checkSize(width, height);
    this.width = width;
    this.height = height;
    this.bytes = addon.createPixels(width * height * 4);
  }

  /** @param rgb 0xRRGGBB */
  fill(rgb: number): void {
    new Uint32Array(this.bytes.buffer).fill((rgb | 0xff000000) >>> 0);
  }

  /** Checksum of the whole picture as the wire protocol defines it (see checksum.h); about 1 ms at 1080p. */
  checksum(): number {
    return addon.checksum(this.bytes, this.width, this.height);
  }
}
