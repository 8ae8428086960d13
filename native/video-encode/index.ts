import type { RawVideoEncoder } from './binding.d.ts';
import { Encoders, MACHINE } from './encoders.ts';

/** A device that is not done with a picture by then never is. */
const HARDWARE_PATIENCE_MS = 500;

export interface VideoEncoderSettings {
  /** Even, 16 to 3840. */
  readonly width: number;
  /** Even, 16 to 2160. */
  readonly height: number;
  /** As a mean; less where less is enough. 50 to 200,000. */
  readonly kbitPerS: number;
  /** H.264's quantiser, 0 to 42: no picture is made better than that. */
  readonly minQp: number;
  /** What is encoded is the chroma that 4:2:0 loses, instead of the picture: see include/chroma-detail.h. */
  readonly detail?: boolean;
}

export interface EncodedVideo {
  /** One access unit of H.264 in Annex B form: BT.709, full range, 4:2:0. */
  readonly bytes: Uint8Array;
  /** It needs no picture before it. */
  readonly key: boolean;
  /** How many of 1000 blocks of four pixels have chroma that 4:2:0 loses; -1 or absent: this picture was not looked at. */
  readonly missed?: number;
}

/** A picture in memory: XRGB8888, rows without padding. */
export interface VideoSource {
  readonly width: number;
  readonly height: number;
  readonly bytes: Uint8Array;
}

const encoders = new Encoders(MACHINE);

/** @param listener hears, at its first picture, of each encoder that the process uses: one, or a second that took over */
export function onVideoEncoder(listener: (by: string) => void): void {
  encoders.onUsed(listener);
}

/** Encoders in hardware are not used any more. */
export function encodeInSoftware(): void {
  encoders.giveHardwareUp();
}

/** Encodes a part of a picture that moves, on a worker thread: in hardware where there is any, else by OpenH264. */
export class VideoEncoder {
  readonly width: number;
  readonly height: number;
  readonly detail: boolean;
  readonly #encoders: Encoders;
  readonly #patienceMs: number;
  #raw: RawVideoEncoder;
  #hardware: boolean;
  readonly #minQp: number;
  #kbitPerS: number;
  #closed = false;

  /** @throws Error where the addon or OpenH264 is missing, RangeError for settings out of range */
  constructor(
    settings: VideoEncoderSettings,
    { from = encoders, patienceMs = HARDWARE_PATIENCE_MS } = {},
  ) {
    const { width, height, kbitPerS, minQp, detail = false } = settings;
    for (const value of [width, height, kbitPerS, minQp])
      if (!Number.isInteger(value)) throw new RangeError(`${value} is not a whole number`);
    this.#encoders = from;
    this.#patienceMs = patienceMs;
    this.width = width;
    this.height = height;
    this.#kbitPerS = kbitPerS;
    this.#minQp = minQp;
    this.detail = detail;
    const { raw, hardware } = from.open(width, height, kbitPerS, minQp, detail);
    this.#raw = raw;
    this.#hardware = hardware;
  }

  /** From the next picture on. @throws RangeError */
  set kbitPerS(value: number) {
    if (!Number.isInteger(value) || value < 50 || value > 200_000)
      throw new RangeError(`${value} kbit/s is not within 50..200000`);
    this.#kbitPerS = value;
  }

  /**
   * Encodes the part of `source` at (x, y), which must not change until the promise settles. Where hardware fails,
   * software makes a key picture of the same.
   * @param timeMs on any clock that runs evenly
   * @throws Error when OpenH264 fails or another picture is under way; the next picture must be a key then
   */
  async encode(
    source: VideoSource,
    at: { readonly x: number; readonly y: number },
    { key, timeMs }: { readonly key: boolean; readonly timeMs: number },
  ): Promise<EncodedVideo> {
    const picture = { source, at, timeMs };
    const encoded = await (this.#hardware
      ? this.#tryHardware(picture, key)
      : this.#encode(picture, key));
    if (!this.#closed) this.#encoders.used(this.#raw.by());
    return encoded;
  }

  #encode({ source, at, timeMs }: Picture, key: boolean): Promise<EncodedVideo> {
    return this.#raw.encodeAsync(
      ...([source.bytes, source.width, source.height, at.x, at.y] as const),
      ...([key, Math.round(timeMs), this.#kbitPerS] as const),
    );
  }

  async #tryHardware(picture: Picture, key: boolean): Promise<EncodedVideo> {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(new Error('it does not answer')), this.#patienceMs);
    try {
      return await Promise.race([this.#encode(picture, key), late.promise]);
    } catch (error) {
      // Whoever closed it wants no more pictures.
      if (this.#closed) throw error;
      this.#encoders.giveHardwareUp();
      this.#raw.close();
      this.#openAgain();
      return await this.#encode(picture, true);
    } finally {
      clearTimeout(timer);
    }
  }

  #openAgain(): void {
    const settings = [this.width, this.height, this.#kbitPerS, this.#minQp, this.detail] as const;
    const { raw, hardware } = this.#encoders.open(...settings);
    this.#raw = raw;
    this.#hardware = hardware;
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    this.#raw.close();
  }
}

interface Picture {
  readonly source: VideoSource;
  readonly at: { readonly x: number; readonly y: number };
  readonly timeMs: number;
}
