import { addon } from './addon.ts';
import type { RawDecoder, RawEncoder } from './binding.d.ts';
import { checkSize, type Framebuffer } from './framebuffer.ts';

/** Numbers per region: encoding, x, y, w, h, a, b. */
export const REGION_STRIDE: number = addon.regionStride;

/**
 * What a region does to the picture, in order of the list.
 * solid: a = 0xRRGGBB. copy: a, b = x, y of the source in the picture as it is at that point.
 * pixels: 3*w*h bytes of the payload, laid out as planes.h says. delta: the same, XORed with the picture.
 * tinted: as pixels, with a, b = the colour line (0xRRGGBB each).
 */
export const RegionEncoding = { solid: 0, copy: 1, pixels: 2, delta: 3, tinted: 4 } as const;

export interface EncodeOptions {
  /** zstd level, 1..19. */
  readonly level: number;
  /** Make an update that stands alone; damage and copies are ignored. */
  readonly key?: boolean;
}

export interface EncodedFrame {
  /** REGION_STRIDE numbers each. */
  readonly regions: Int32Array;
  /** Bytes of all pixels, delta and tinted regions in order, as one zstd frame or raw where that is smaller. */
  readonly payload: Uint8Array;
  readonly payloadCompressed: boolean;
  /** Of the whole picture that the terminal shows after this frame. */
  readonly checksum: number;
  /** False when there is nothing to send. */
  readonly changed: boolean;
}

function checkEncode(encoder: Encoder, fb: Framebuffer, options: EncodeOptions): void {
  if (fb.width !== encoder.width || fb.height !== encoder.height) {
    throw new RangeError(
      `encoder of ${encoder.width}x${encoder.height} was given a picture of ${fb.width}x${fb.height}`,
    );
  }
  if (!Number.isInteger(options.level) || options.level < 1 || options.level > 19) {
    throw new RangeError(`level ${options.level} is not within 1..19`);
  }
}

/** Knows what one terminal shows and makes the updates that bring it to a new picture. */
export class Encoder {
  readonly width: number;
  readonly height: number;
  readonly #raw: RawEncoder;

  constructor(width: number, height: number) {
    checkSize(width, height);
    this.width = width;
    this.height = height;
    this.#raw = new addon.Encoder(width, height);
  }

  /**
   * After the returned frame was applied, the terminal equals `fb` within the damage. Every frame that was returned
   * counts as shown: one that cannot be delivered needs a reset().
   * @param damage x, y, w, h per rectangle
   * @param copies hints, sx, sy, dx, dy, w, h each: verified against the pixels, used where they save bytes.
   *   What scrolls inside large damage needs none: it is found in the pixels
   * @throws Error while an encodeAsync() of this encoder is under way
   */
  encode(
    fb: Framebuffer,
    damage: Int32Array,
    copies: Int32Array,
    options: EncodeOptions,
  ): EncodedFrame {
    checkEncode(this, fb, options);
    return this.#raw.encode(fb.bytes, damage, copies, options.level, options.key ?? false);
  }

  /** As encode(), on a worker thread. `fb` must not change until the promise settles; the lists are copied. */
  async encodeAsync(
    fb: Framebuffer,
    damage: Int32Array,
    copies: Int32Array,
    options: EncodeOptions,
  ): Promise<EncodedFrame> {
    checkEncode(this, fb, options);
    return this.#raw.encodeAsync(fb.bytes, damage, copies, options.level, options.key ?? false);
  }

  /** Forgets what the terminal shows: the next frame stands alone. Allowed while encodeAsync() runs. */
  reset(): void {
    this.#raw.reset();
  }
}

/** Applies updates to a framebuffer. Takes hostile input: an update is applied completely or not at all. */
export class Decoder {
  readonly #fb: Framebuffer;
  readonly #raw: RawDecoder;

  constructor(fb: Framebuffer) {
    this.#fb = fb;
    this.#raw = new addon.Decoder();
  }

  /**
   * @returns the damaged rectangles, x, y, w, h each
   * @throws RangeError naming the region and what is wrong with it; the framebuffer is unchanged then
   */
  apply(regions: Int32Array, payload: Uint8Array, compressed: boolean): Int32Array {
    const { bytes, width, height } = this.#fb;
    this.#raw.apply(bytes, width, height, regions, payload, compressed);
    const count = regions.length / REGION_STRIDE;
    const rects = new Int32Array(count * 4);
    for (let i = 0; i < count; i++) {
      rects.set(regions.subarray(i * REGION_STRIDE + 1, i * REGION_STRIDE + 5), i * 4);
    }
    return rects;
  }

  /** Overwrites what is left of the updates outside the framebuffer. It can be used on. */
  forget(): void {
    this.#raw.forget();
  }
}
