import type { Picture } from './picture.ts';
import type { TilePlan } from './tile-store.ts';

/** Numbers per region: encoding, x, y, w, h, a, b. */
export const REGION_STRIDE = 7;
export const RegionEncoding = {
  solid: 0,
  copy: 1,
  pixels: 2,
  delta: 3,
  tinted: 4,
  video: 5,
  keep: 6,
  kept: 7,
} as const;

/** A decoded picture of a video stream that came with an update, and where it lies. */
export interface DecodedVideo {
  readonly stream: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** As in Picture: width*height canvas pixels. */
  readonly pixels: Uint32Array;
}

export interface Region {
  readonly encoding: number;
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
  readonly a: number;
  readonly b: number;
}

/* Bounds that keep one update's work proportional to the picture; encoders stay below them. */
const REGIONS_EXTRA = 256;
const PAINT_FACTOR = 4;
export const TILE = 64;

function inside(picture: Picture, x: number, y: number, w: number, h: number): boolean {
  return x >= 0 && y >= 0 && w > 0 && h > 0 && x + w <= picture.width && y + h <= picture.height;
}

function isRgb(value: number): boolean {
  return value >= 0 && value <= 0xffffff;
}

export function videoOf({ a }: Region, videos: readonly DecodedVideo[]): DecodedVideo | undefined {
  return videos.find(({ stream }) => stream === a);
}

function videoFault(region: Region, videos: readonly DecodedVideo[]): string | undefined {
  const video = videoOf(region, videos);
  if (!video) return 'no picture of this video stream';
  const { x, y, w, h } = region;
  const { width, height } = video;
  const within = x >= video.x && y >= video.y && x + w <= video.x + width;
  return within && y + h <= video.y + height ? undefined : 'rectangle outside the video';
}

function faultOf(
  region: Region,
  picture: Picture,
  videos: readonly DecodedVideo[],
  tiles: TilePlan,
  fine: boolean,
): string | undefined {
  const { encoding, x, y, w, h, a, b } = region;
  if (!inside(picture, x, y, w, h)) return 'rectangle outside the picture';
  switch (encoding) {
    case RegionEncoding.solid:
      return isRgb(a) ? undefined : 'colour out of range';
    case RegionEncoding.copy:
      return inside(picture, a, b, w, h) ? undefined : 'copy source outside the picture';
    case RegionEncoding.pixels:
      return undefined;
    case RegionEncoding.delta:
      return fine ? 'not of a fine payload' : undefined;
    case RegionEncoding.tinted:
      if (fine) return 'not of a fine payload';
      return isRgb(a) && isRgb(b) ? undefined : 'colour line out of range';
    case RegionEncoding.video:
      return videoFault(region, videos);
    case RegionEncoding.keep:
    case RegionEncoding.kept:
      return tiles.plan(region);
    default:
      return 'unknown encoding';
  }
}

export function hasPayload(region: Region): boolean {
  return region.encoding >= RegionEncoding.pixels && region.encoding <= RegionEncoding.tinted;
}

function regionAt(numbers: Int32Array, index: number): Region {
  const at = index * REGION_STRIDE;
  const n = (i: number): number => numbers[at + i] as number;
  return { encoding: n(0), x: n(1), y: n(2), w: n(3), h: n(4), a: n(5), b: n(6) };
}

/**
 * Checks every region of an update against the picture before anything is painted.
 * @param fine the payload is
 * @returns the regions and the pixels among them that are in the payload
 * @throws RangeError naming the region and what is wrong with it
 */
export function checkRegions(
  numbers: Int32Array,
  picture: Picture,
  videos: readonly DecodedVideo[],
  plan: TilePlan,
  fine: boolean,
): { regions: Region[]; payloadPixels: number } {
  const area = picture.width * picture.height;
  const tiles = Math.ceil(picture.width / TILE) * Math.ceil(picture.height / TILE);
  const count = numbers.length / REGION_STRIDE;
  if (!Number.isInteger(count)) throw new RangeError('update refused: a region is incomplete');
  if (count > 2 * tiles + REGIONS_EXTRA) throw new RangeError('update refused: too many regions');
  const regions: Region[] = [];
  let painted = 0;
  let payloadPixels = 0;
  for (let i = 0; i < count; i++) {
    const region = regionAt(numbers, i);
    const fault = faultOf(region, picture, videos, plan, fine);
    if (fault !== undefined) throw new RangeError(`region ${i} refused: ${fault}`);
    if (region.encoding !== RegionEncoding.keep) painted += region.w * region.h;
    if (hasPayload(region)) payloadPixels += region.w * region.h;
    if (payloadPixels > area || painted > PAINT_FACTOR * area) {
      throw new RangeError(
        `region ${i} refused: more pixels than the picture can take in one update`,
      );
    }
    regions.push(region);
  }
  return { regions, payloadPixels };
}
