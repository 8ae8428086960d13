import { VideoStreams } from '../../../../appliance/encode/video/video-streams.ts';
import { NativePicture } from '../../../../firmware/display/native-picture.ts';
import { type EncodedFrame, Encoder, Framebuffer } from '../../../../native/pixels/index.ts';
import type { VideoPicture } from '../../../../protocol/generated/display.ts';
import { paintRect, type Rect } from '../../../native/pixels/pictures.ts';

const NO_COPIES = new Int32Array(0);

/** Two soft textures that move apart: many colours, no background, never the same twice. */
export function paintFilm(fb: Framebuffer, rect: Rect, frame: number): void {
  const wave = (value: number): number => Math.round(110 + 100 * Math.sin(value));
  paintRect(fb, rect, (x, y) => {
    const red = wave((x + 3 * frame) / 17 + y / 29);
    const green = wave((y - 2 * frame) / 13 + x / 41);
    const blue = wave((x + y + 4 * frame) / 23);
    return (red << 16) | (green << 8) | blue;
  });
}

/** Something like letters: two colours in small runs. */
export function paintText(fb: Framebuffer, rect: Rect, seed: number): void {
  paintRect(fb, rect, (x, y) => {
    const stroke = Math.imul((x >> 1) + 131 * (y >> 2) + 7919 * seed, 0x9e3779b1) >>> 28 < 5;
    return stroke && y % 14 > 3 ? 0x202020 : 0xffffff;
  });
}

/** A session's output and the terminal that shows it, with a clock of their own. */
export class FilmDesk {
  readonly fb: Framebuffer;
  readonly shown: NativePicture;
  readonly encoder: Encoder;
  readonly #streams: VideoStreams;
  nowMs = 1000;
  /** Time in which it could take no frame. */
  blockedMs = 0;
  bytes = 0;
  last: EncodedFrame | null = null;
  /** Of the last frame. */
  pictures: readonly VideoPicture[] = [];

  constructor(width: number, height: number, { idleMs = 60_000, detail = false } = {}) {
    this.#streams = new VideoStreams({ cores: 2, idleMs });
    this.#streams.detail.allowed = detail;
    this.fb = new Framebuffer(width, height);
    this.fb.fill(0x336699);
    this.shown = new NativePicture(width, height);
    this.encoder = new Encoder(width, height);
  }

  /** One frame: encodes what changed, and has the terminal show it. */
  async frame(
    damage: readonly Rect[],
    { key = false, copies = NO_COPIES, afterMs = 40 } = {},
  ): Promise<EncodedFrame> {
    this.nowMs += afterMs;
    const rects = Int32Array.from(damage.flat());
    const plain = this.encoder.encode(this.fb, rects, copies, {
      level: 1,
      key,
      video: { nowMs: this.nowMs, freeMs: this.nowMs - this.blockedMs },
    });
    const { encoded, videos } = await this.#streams.encode(this.fb, plain, this.nowMs);
    const payload = Buffer.concat([encoded.payload, ...videos.payloads]);
    const { regions, payloadCompressed, payloadFine } = encoded;
    this.shown.apply(regions, payload, payloadCompressed, videos.pictures, payloadFine);
    this.bytes += payload.length;
    this.last = encoded;
    this.pictures = videos.pictures;
    return encoded;
  }

  /** Lets everything rest until nothing is lossy. @returns how long that took by the desk's clock */
  async settle(): Promise<number> {
    const from = this.nowMs;
    for (let i = 0; this.last?.lossy; i++) {
      if (i > 100) throw new Error('never refined');
      await this.frame([], { afterMs: 20 });
    }
    return this.nowMs - from;
  }

  /** The greatest difference of a channel inside the rectangle. */
  difference(rect: Rect): number {
    let most = 0;
    this.#eachChannel(rect, (d) => {
      most = Math.max(most, Math.abs(d));
    });
    return most;
  }

  psnrDb(rect: Rect): number {
    let sum = 0;
    this.#eachChannel(rect, (d) => {
      sum += d * d;
    });
    return 10 * Math.log10(65_025 / (sum / (3 * rect[2] * rect[3])));
  }

  #eachChannel([x, y, w, h]: Rect, call: (difference: number) => void): void {
    const ours = this.fb.bytes;
    const theirs = this.shown.framebuffer.bytes;
    for (let row = y; row < y + h; row++) {
      for (let i = (row * this.fb.width + x) * 4; i < (row * this.fb.width + x + w) * 4; i++) {
        if (i % 4 !== 3) call((ours[i] ?? 0) - (theirs[i] ?? 0));
      }
    }
  }

  [Symbol.dispose](): void {
    this.#streams[Symbol.dispose]();
    this.shown.wipe();
  }
}
