import type { Picture } from './picture.ts';

const TILE = 64;
const LANES = 8;
const SEED = 0x9e3779b1;
const PRIME = 0x01000193;
const FOLD = 0x85ebca6b;

/** One lane at a time: the tile stays in the first-level cache, and the lane in a register. */
function laneOf(picture: Picture, start: number, width: number, height: number, k: number): number {
  const { pixels, width: stride } = picture;
  let lane = Math.imul(k + 1, SEED);
  for (let y = 0; y < height; y++) {
    const row = start + y * stride;
    for (let i = row + k; i < row + width; i += LANES) {
      const pixel = pixels[i] as number;
      const wire = ((pixel & 0xff) << 16) | (pixel & 0xff00) | ((pixel >>> 16) & 0xff);
      lane = Math.imul(lane ^ wire, PRIME);
      lane ^= lane >>> 15;
    }
  }
  return lane;
}

function tileHash(picture: Picture, start: number, width: number, height: number): number {
  let hash = 0;
  for (let k = 0; k < LANES; k++) {
    hash = Math.imul(hash ^ laneOf(picture, start, width, height, k), FOLD);
    hash ^= hash >>> 13;
  }
  return hash;
}

function mix(tileIndex: number, hash: number): number {
  let m = (hash + Math.imul(tileIndex + 1, SEED)) | 0;
  m = Math.imul(m ^ (m >>> 16), FOLD);
  m = Math.imul(m ^ (m >>> 13), 0xc2b2ae35);
  return m ^ (m >>> 16);
}

/**
 * The checksum of a picture as the wire protocol defines it, an unsigned 32 bit number: tiles of 64x64 in rows from
 * the top left, eight lanes per tile over pixels 0x00RRGGBB, and the wrapping sum of mix(tile index, tile hash).
 */
export function checksum(picture: Picture): number {
  const { width, height } = picture;
  let sum = 0;
  let index = 0;
  for (let y = 0; y < height; y += TILE) {
    for (let x = 0; x < width; x += TILE) {
      const hash = tileHash(
        picture,
        y * width + x,
        Math.min(TILE, width - x),
        Math.min(TILE, height - y),
      );
      sum = (sum + mix(index++, hash)) | 0;
    }
  }
  return sum >>> 0;
}
