import { addon } from './addon.ts';
import type { RawDecoder, RawEncoder, RawFrame } from './binding.d.ts';
import { checkSize, type Framebuffer } from './framebuffer.ts';

/** Numbers per region: encoding, x, y, w, h, a, b. */
export const REGION_STRIDE: number = addon.regionStride;

/**
 * What a region does to the picture, in order of the list.
 * solid: a = 0xRRGGBB. copy: a, b = x, y of the source in the picture as it is at that point.
 * pixels: 3*w*h bytes of the payload, laid out as planes.h says. delta: the same, XORed with the picture.
 * tinted: as pixels, with a, b = the colour line (0xRRGGBB each), or graded where a = b. video: the part of the picture of stream a.
 * keep: the terminal keeps this row of tiles, 64 wide but perhaps the last, in slots a, a + 1... kept: shows such slots.
 */
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

/** Video streams of one encoder. */
export const VIDEO_STREAMS = 2;
/** Of a coded picture. */
export const MAX_VIDEO_WIDTH = 3840;
export const MAX_VIDEO_HEIGHT = 2160;

/** Side of the squares that a picture is looked at in, in pixels. */
export const TILE_PX = 64;

/** What an encoder has a terminal keep at most: 64 MiB. */
export const MAX_TILES = 4096;

export interface EncodeOptions {
  /** zstd level, 1..19. */
  readonly level: number;
  /** Make an update that stands alone; damage and copies are ignored. */
  readonly key?: boolean;
  /** The terminal takes films as video. Otherwise all is exact. */
  readonly video?: VideoTime | undefined;
  /** The terminal keeps that many tiles, 0..MAX_TILES; another number counts from the next key on. */
  readonly tiles?: number;
  /** The terminal reads fine payloads. */
  readonly fine?: boolean;
  /** Pages of text are fine payloads, too: half of the bytes, but 25 ns for each pixel here and there. */
  readonly thorough?: boolean;
  /** The terminal reads graded regions: tinted ones with a = b, which photographs take. */
  readonly graded?: boolean;
  /** The frame has that many bytes, about, without its videos; the rest waits for the next frames. Default: no bound. */
  readonly budgetBytes?: number;
}

/** From any clocks that run evenly. */
export interface VideoTime {
  readonly nowMs: number;
  /** Without the time in which no frame could be taken: applications wait then, and what rests may be a film. */
  readonly freeMs: number;
}

/** What of the picture has to be encoded as the next picture of a video stream, and sent with the frame. */
export interface VideoPart {
  readonly stream: number;
  /** Even numbers; the right and the lower edge may lie outside of the picture by one. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** It must need no picture before it. */
  readonly key: boolean;
}

export interface EncodedFrame {
  /** REGION_STRIDE numbers each. */
  readonly regions: Int32Array;
  /** Bytes of all pixels, delta and tinted regions in order, as one zstd frame or raw where that is smaller; or fine. */
  readonly payload: Uint8Array;
  readonly payloadCompressed: boolean;
  /** All that has a payload are regions of encoding pixels, coded as fine.h says. */
  readonly payloadFine: boolean;
  /** Of the whole picture that the terminal shows after this frame; means nothing while it is lossy. */
  readonly checksum: number;
  /** Video left some of the picture inexact: encode again a moment later, also without damage, to have it refined. */
  readonly lossy: boolean;
  readonly videos: readonly VideoPart[];
  /** Bit i: video stream i goes on. */
  readonly streams: number;
  /**
   * Tiles of 64x64 pixels, row by row, that differ and wait: 1 for each, absent when none does. Encode again, also
   * without damage. What waited is shown as it is then.
   */
  readonly waiting?: Uint8Array;
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
  checkTiles(options.tiles ?? 0);
}

function checkTiles(tiles: number): void {
  if (Number.isInteger(tiles) && tiles >= 0 && tiles <= MAX_TILES) return;
  throw new RangeError(`${tiles} tiles are not within 0..${MAX_TILES}`);
}

const VIDEO_PART_STRIDE = 6;
/** As in codec-binding.cc. */
const EncodeFlag = { key: 1, fine: 2, thorough: 4, graded: 8 } as const;
const ReplyFlag = { compressed: 1, fine: 2, lossy: 4 } as const;
/** Flags, checksum, streams, regions, bytes of the payload; then the regions, then the payload. */
const REPLY_HEAD = 5;
/** Room for what a step may hold, and a little more. */
const REPLY_BYTES = 4096;
const NO_VIDEO: VideoTime = { nowMs: -1, freeMs: 0 };
const NO_VIDEOS: readonly VideoPart[] = [];

function frameOf(raw: RawFrame): EncodedFrame {
  if (raw.videos.length === 0) return { ...raw, videos: NO_VIDEOS };
  const videos: VideoPart[] = [];
  for (let i = 0; i < raw.videos.length; i += VIDEO_PART_STRIDE) {
    const [stream = 0, x = 0, y = 0, width = 0, height = 0, key] = raw.videos.subarray(i);
    videos.push({ stream, x, y, width, height, key: key === 1 });
  }
  return { ...raw, videos };
}

function flagsOf(options: EncodeOptions): number {
  return (
    (options.key ? EncodeFlag.key : 0) |
    (options.fine ? EncodeFlag.fine : 0) |
    (options.thorough ? EncodeFlag.thorough : 0) |
    (options.graded ? EncodeFlag.graded : 0)
  );
}

/** Copies the small frame that is in a reply. */
function frameIn(reply: Int32Array, bytes: Uint8Array): EncodedFrame {
  const [flags = 0, checksum = 0, streams = 0, regions = 0, length = 0] = reply;
  const end = REPLY_HEAD + regions * REGION_STRIDE;
  return {
    regions: reply.slice(REPLY_HEAD, end),
    payload: bytes.slice(4 * end, 4 * end + length),
    payloadCompressed: (flags & ReplyFlag.compressed) !== 0,
    payloadFine: (flags & ReplyFlag.fine) !== 0,
    checksum: checksum >>> 0,
    lossy: (flags & ReplyFlag.lossy) !== 0,
    videos: NO_VIDEOS,
    streams,
    changed: regions > 0,
  };
}

/** Knows what one terminal shows and makes the updates that bring it to a new picture. */
export class Encoder {
  readonly width: number;
  readonly height: number;
  readonly #raw: RawEncoder;
  readonly #reply = new Int32Array(REPLY_BYTES / 4);
  readonly #replyBytes = new Uint8Array(this.#reply.buffer);
  #budgetBytes = 0;

  constructor(width: number, height: number) {
    checkSize(width, height);
    this.width = width;
    this.height = height;
    this.#raw = new addon.Encoder(width, height, this.#reply);
  }

  /**
   * After the returned frame was applied, the terminal equals `fb` within the damage but for tiles that wait. Every frame that was returned
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
    this.#limit(options.budgetBytes ?? 0);
    const { level, video = NO_VIDEO, tiles = 0 } = options;
    const { nowMs, freeMs } = video;
    const flags = flagsOf(options);
    const raw = this.#raw.encode(fb.bytes, damage, copies, level, flags, nowMs, freeMs, tiles);
    return raw ? frameOf(raw) : frameIn(this.#reply, this.#replyBytes);
  }

  /** As encode(), on a worker thread. `fb` must not change until the promise settles; the lists are copied. */
  async encodeAsync(
    fb: Framebuffer,
    damage: Int32Array,
    copies: Int32Array,
    options: EncodeOptions,
  ): Promise<EncodedFrame> {
    checkEncode(this, fb, options);
    this.#limit(options.budgetBytes ?? 0);
    const { level, video = NO_VIDEO, tiles = 0 } = options;
    const { nowMs, freeMs } = video;
    const flags = flagsOf(options);
    return frameOf(
      await this.#raw.encodeAsync(fb.bytes, damage, copies, level, flags, nowMs, freeMs, tiles),
    );
  }

  #limit(bytes: number): void {
    if (bytes === this.#budgetBytes) return;
    if (!Number.isInteger(bytes) || bytes < 0) throw new RangeError(`a budget of ${bytes} bytes`);
    this.#budgetBytes = bytes;
    this.#raw.limit(bytes);
  }

  /** Forgets what the terminal shows, and every film: the next frame stands alone. Allowed while encodeAsync() runs. */
  reset(): void {
    this.#raw.reset();
  }
}

/** A decoded picture of a video stream, and where it lies. */
export interface DecodedVideo {
  readonly stream: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** XRGB8888, width*height*4 bytes. */
  readonly bytes: Uint8Array;
}

const NO_PLACES = new Int32Array(0);

function placesOf(videos: readonly DecodedVideo[]): Int32Array {
  if (videos.length === 0) return NO_PLACES;
  return Int32Array.from(videos.flatMap((v) => [v.stream, v.x, v.y, v.width, v.height]));
}

/** Applies updates to a framebuffer. Takes hostile input: an update is applied completely or not at all. */
export class Decoder {
  readonly #fb: Framebuffer;
  readonly #raw: RawDecoder;

  /** @param tiles that it keeps at most, 16 KiB each */
  constructor(fb: Framebuffer, tiles = 0) {
    checkTiles(tiles);
    this.#fb = fb;
    this.#raw = new addon.Decoder(tiles);
  }

  /**
   * @param payload of the regions alone
   * @param videos what regions of encoding video are parts of
   * @param fine the payload is coded as fine.h says
   * @returns the damaged rectangles, x, y, w, h each
   * @throws RangeError naming the region and what is wrong with it; the framebuffer is unchanged then
   */
  apply(
    regions: Int32Array,
    payload: Uint8Array,
    compressed: boolean,
    videos: readonly DecodedVideo[] = [],
    fine = false,
  ): Int32Array {
    const { bytes, width, height } = this.#fb;
    const pictures = videos.map((video) => video.bytes);
    this.#raw.apply(
      ...([bytes, width, height, regions, payload, compressed] as const),
      ...([placesOf(videos), pictures, fine] as const),
    );
    const count = regions.length / REGION_STRIDE;
    const rects = new Int32Array(count * 4);
    for (let i = 0; i < count; i++) {
      rects.set(regions.subarray(i * REGION_STRIDE + 1, i * REGION_STRIDE + 5), i * 4);
    }
    return rects;
  }

  /** Overwrites what is left of the updates outside the framebuffer, kept tiles too. It can be used on. */
  forget(): void {
    this.#raw.forget();
  }
}
