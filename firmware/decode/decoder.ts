import { decompress } from 'fzstd';
import { FinePainter } from './fine.ts';
import { fromWire, type Picture } from './picture.ts';
import { paintPlanes } from './planes.ts';
import {
  checkRegions,
  type DecodedVideo,
  hasPayload,
  type Region,
  RegionEncoding,
  videoOf,
} from './regions.ts';
import { TilePlan, TileStore } from './tile-store.ts';
import { readZstdFrame } from './zstd-frame.ts';

function paintSolid(picture: Picture, region: Region): void {
  const pixel = fromWire(region.a);
  for (let y = region.y; y < region.y + region.h; y++) {
    const start = y * picture.width + region.x;
    picture.pixels.fill(pixel, start, start + region.w);
  }
}

/** As if the source were read completely before the first pixel is written. */
function paintCopy(picture: Picture, region: Region): void {
  const { x, y, w, h, a: sx, b: sy } = region;
  const upwards = y > sy;
  for (let i = 0; i < h; i++) {
    const row = upwards ? h - 1 - i : i;
    const from = (sy + row) * picture.width + sx;
    picture.pixels.copyWithin((y + row) * picture.width + x, from, from + w);
  }
}

function paintVideo(picture: Picture, region: Region, video: DecodedVideo): void {
  const { x, y, w, h } = region;
  for (let row = y; row < y + h; row++) {
    const from = (row - video.y) * video.width + x - video.x;
    picture.pixels.set(video.pixels.subarray(from, from + w), row * picture.width + x);
  }
}

function decompressExactly(payload: Uint8Array, length: number): Uint8Array {
  const frame = readZstdFrame(payload);
  if (frame === undefined || frame.length !== payload.length) {
    throw new RangeError('update refused: payload is not exactly one zstd frame');
  }
  if (frame.contentSize !== length) {
    throw new RangeError("update refused: payload's content size does not match the regions");
  }
  let bytes: Uint8Array;
  try {
    // Without a buffer of ours: fzstd turns a given one into a string first, which costs 75 ms at 1080p. It
    // allocates what the frame states, just checked; a frame that holds less leaves zeros.
    bytes = decompress(payload);
  } catch (cause) {
    throw new RangeError('update refused: payload is not valid zstd', { cause });
  }
  if (bytes.length === length) return bytes;
  throw new RangeError('update refused: payload is not valid zstd');
}

/**
 * Applies display updates to a canvas picture: the counterpart of the native Decoder in plain TypeScript. An update
 * is hostile until checked, and is applied completely or not at all.
 */
export class Decoder {
  readonly #picture: Picture;
  readonly #tiles: TileStore;
  readonly #fine = new FinePainter();

  /** @param tiles that it keeps at most, 16 KiB each */
  constructor(picture: Picture, tiles = 0) {
    this.#picture = picture;
    this.#tiles = new TileStore(tiles);
  }

  /**
   * @param regions REGION_STRIDE numbers each
   * @param payload bytes of all pixels, delta and tinted regions in order, raw or one zstd frame; or fine
   * @param videos what regions of encoding video are parts of
   * @param fine the payload is coded as native/pixels/fine.h says
   * @returns the damaged rectangles, x, y, w, h each
   * @throws RangeError naming the region and what is wrong with it; the picture is unchanged then
   */
  apply(
    regions: Int32Array,
    payload: Uint8Array,
    compressed: boolean,
    videos: readonly DecodedVideo[] = [],
    fine = false,
  ): Int32Array {
    const plan = new TilePlan(this.#tiles);
    const checked = checkRegions(regions, this.#picture, videos, plan, fine);
    const bytes = this.#open(payload, compressed, 3 * checked.payloadPixels, fine);
    const rects = new Int32Array(checked.regions.length * 4);
    let offset = 0;
    checked.regions.forEach((region, i) => {
      if (fine && hasPayload(region)) this.#fine.paint(this.#picture, region);
      else this.#paint(region, bytes, offset, videos);
      if (hasPayload(region)) offset += 3 * region.w * region.h;
      rects.set([region.x, region.y, region.w, region.h], i * 4);
    });
    return rects;
  }

  /** Overwrites the tiles that it keeps. */
  forget(): void {
    this.#tiles.forget();
    this.#fine.forget();
  }

  #paint(region: Region, bytes: Uint8Array, offset: number, videos: readonly DecodedVideo[]): void {
    const video = region.encoding === RegionEncoding.video ? videoOf(region, videos) : undefined;
    if (video) return paintVideo(this.#picture, region, video);
    if (region.encoding === RegionEncoding.keep) return this.#tiles.keep(this.#picture, region);
    if (region.encoding === RegionEncoding.kept) return this.#tiles.paint(this.#picture, region);
    if (region.encoding === RegionEncoding.solid) paintSolid(this.#picture, region);
    else if (region.encoding === RegionEncoding.copy) paintCopy(this.#picture, region);
    else paintPlanes(this.#picture, region, bytes, offset);
  }

  #open(payload: Uint8Array, compressed: boolean, length: number, fine: boolean): Uint8Array {
    if (fine && compressed)
      throw new RangeError('update refused: a fine payload is not compressed again');
    if (length === 0) {
      if (payload.length === 0) return payload;
      throw new RangeError('update refused: payload without a region that uses it');
    }
    if (fine) {
      this.#fine.open(payload);
      return payload;
    }
    if (compressed) return decompressExactly(payload, length);
    if (payload.length === length) return payload;
    throw new RangeError("update refused: payload's length does not match the regions");
  }
}
