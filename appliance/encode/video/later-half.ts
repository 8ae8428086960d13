import { type EncodedFrame, REGION_STRIDE, RegionEncoding } from '../../../native/pixels/index.ts';
import type { Place } from '../adaptation/waiting-tiles.ts';
import type { FrameWithVideos } from './video-streams.ts';

/** Of what is small and goes before it, at most. */
const OVERTAKING_BYTES = 10_000;
const NO_PAYLOAD = new Uint8Array(0);

/**
 * The second of the two pictures that a frame has, as a frame of its own: it goes when something was heard of the first.
 * Its pixels are lossy in any case, so what goes meanwhile may be shown before it.
 */
export class LaterHalf {
  readonly #whole: FrameWithVideos;
  #last: EncodedFrame;
  #pieces: Int32Array;
  #overtakenBytes = 0;

  /** @returns what goes at once, and what later; null where there are not two pictures with places of their own */
  static of(
    whole: FrameWithVideos,
  ): { readonly first: FrameWithVideos; readonly later: LaterHalf } | null {
    const { encoded, videos } = whole;
    const [picture, second] = videos.pictures;
    const [payload] = videos.payloads;
    if (!picture || !payload || !second || videos.pictures.length > 2) return null;
    const later = regionsWhere(encoded.regions, (region) => isOf(region, second.stream));
    // It paints nothing of its own: what 4:2:0 loses of the first.
    if (later.length === 0) return null;
    const regions = regionsWhere(encoded.regions, (region) => !isOf(region, second.stream));
    return {
      first: {
        encoded: { ...encoded, regions },
        videos: { pictures: [picture], payloads: [payload] },
      },
      later: new LaterHalf(whole, later),
    };
  }

  private constructor(whole: FrameWithVideos, pieces: Int32Array) {
    this.#whole = whole;
    this.#last = whole.encoded;
    this.#pieces = pieces;
  }

  /** Of its picture. */
  get bytes(): number {
    return this.#whole.videos.payloads[1]?.length ?? 0;
  }

  get mayBeOvertaken(): boolean {
    return this.#overtakenBytes < OVERTAKING_BYTES;
  }

  /** A frame without pictures goes before. What it shows is newer, and may be exact. */
  overtakenBy(encoded: EncodedFrame): void {
    this.#last = encoded;
    this.#overtakenBytes += encoded.payload.length;
    const { regions } = encoded;
    this.#pieces = regionsWhere(this.#pieces, (piece) => !touches(piece, regions));
  }

  get frame(): FrameWithVideos {
    const { pictures, payloads } = this.#whole.videos;
    const plain = { payload: NO_PAYLOAD, payloadCompressed: false, payloadFine: false };
    return {
      encoded: { ...this.#last, ...plain, regions: this.#pieces, changed: true },
      videos: { pictures: pictures.slice(1), payloads: payloads.slice(1) },
    };
  }

  /** Whether it shows most of a film that lies there, or all of what is seen of one. */
  isMostOf({ left, top, right, bottom }: Place): boolean {
    let pixels = 0;
    for (let i = 0; i < this.#pieces.length; i += REGION_STRIDE) {
      const [, x = 0, y = 0, w = 0, h = 0] = this.#pieces.subarray(i, i + 5);
      const width = Math.min(x + w, right) - Math.max(x, left);
      const height = Math.min(y + h, bottom) - Math.max(y, top);
      if (width > 0 && height > 0) pixels += width * height;
    }
    return pixels > ((right - left) * (bottom - top)) / 4;
  }
}

const isOf = (region: Int32Array, stream: number): boolean =>
  region[0] === RegionEncoding.video && region[5] === stream;

function regionsWhere(regions: Int32Array, wanted: (region: Int32Array) => boolean): Int32Array {
  const kept: number[] = [];
  for (let at = 0; at < regions.length; at += REGION_STRIDE) {
    const region = regions.subarray(at, at + REGION_STRIDE);
    if (wanted(region)) kept.push(...region);
  }
  return Int32Array.from(kept);
}

function touches(piece: Int32Array, regions: Int32Array): boolean {
  const [, x = 0, y = 0, w = 0, h = 0] = piece;
  for (let at = 0; at < regions.length; at += REGION_STRIDE) {
    const [, left = 0, top = 0, width = 0, height = 0] = regions.subarray(at, at + 5);
    if (left < x + w && x < left + width && top < y + h && y < top + height) return true;
  }
  return false;
}
