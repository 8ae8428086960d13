import { loadAddon } from '../load.ts';
import type { RawVideoEncoder, VideoEncodeAddon } from './binding.d.ts';

export interface VideoEncoderSettings {
  /** Even, 16 to 3840. */
  readonly width: number;
  /** Even, 16 to 2160. */
  readonly height: number;
  /** As a mean; less where less is enough. 50 to 200,000. */
  readonly kbitPerS: number;
  /** H.264's quantiser, 0 to 42: no picture is made better than that. */
  readonly minQp: number;
}

export interface EncodedVideo {
  /** One access unit of H.264 in Annex B form: BT.709, full range, 4:2:0. */
  readonly bytes: Uint8Array;
  /** It needs no picture before it. */
  readonly key: boolean;
}

/** A picture in memory: XRGB8888, rows without padding. */
export interface VideoSource {
  readonly width: number;
  readonly height: number;
  readonly bytes: Uint8Array;
}

let addon: VideoEncodeAddon | null = null;

/** Encodes a part of a picture that moves, by OpenH264 on a worker thread. */
export class VideoEncoder {
  readonly width: number;
  readonly height: number;
  readonly #raw: RawVideoEncoder;
  #kbitPerS: number;

  /** @throws Error where the addon or OpenH264 is missing, RangeError for settings out of range */
  constructor(settings: VideoEncoderSettings) {
    const { width, height, kbitPerS, minQp } = settings;
    for (const value of [width, height, kbitPerS, minQp])
      if (!Number.isInteger(value)) throw new RangeError(`${value} is not a whole number`);
    addon ??= loadAddon<VideoEncodeAddon>('video-encode');
    this.width = width;
    this.height = height;
    this.#kbitPerS = kbitPerS;
    this.#raw = new addon.Encoder(width, height, kbitPerS, minQp);
  }

  /** From the next picture on. @throws RangeError */
  set kbitPerS(value: number) {
    if (!Number.isInteger(value) || value < 50 || value > 200_000)
      throw new RangeError(`${value} kbit/s is not within 50..200000`);
    this.#kbitPerS = value;
  }

  /**
   * Encodes the part of `source` at (x, y), which must not change until the promise settles.
   * @param timeMs on any clock that runs evenly
   * @throws Error when OpenH264 fails or another picture is under way; the next picture must be a key then
   */
  async encode(
    source: VideoSource,
    at: { readonly x: number; readonly y: number },
    { key, timeMs }: { readonly key: boolean; readonly timeMs: number },
  ): Promise<EncodedVideo> {
    return this.#raw.encodeAsync(
      ...([source.bytes, source.width, source.height, at.x, at.y] as const),
      ...([key, Math.round(timeMs), this.#kbitPerS] as const),
    );
  }

  [Symbol.dispose](): void {
    this.#raw.close();
  }
}
