import { ProtocolError } from '../../protocol/errors.ts';
import type { VideoPicture } from '../../protocol/generated/display.ts';
import { DEFAULT_TILES } from '../../protocol/tile-capability.ts';
import type { ArrivedFrame } from '../connection/attachment.ts';
import {
  checksum,
  type DecodedVideo,
  Decoder,
  type Picture as Pixels,
  pictureOver,
} from '../decode/index.ts';
import { HeldVideo, NO_PAYLOAD } from '../display/held-video.ts';
import type { Picture } from '../display/screen.ts';
import { videoBytes, WebVideo } from './web-video.ts';

/** More rectangles than this are drawn as the one around them: each has a price of its own. */
const MAX_RECTS = 48;

/** A screen's pixels as a canvas takes them, decoded in TypeScript. */
export class CanvasPicture implements Picture {
  readonly width: number;
  readonly height: number;
  readonly #image: ImageData;
  readonly #pixels: Pixels;
  readonly #decoder: Decoder;
  readonly #video = new WebVideo();
  readonly #held = new HeldVideo<DecodedVideo>({
    paint: (regions, videos) => this.#decoder.apply(regions, NO_PAYLOAD, false, videos),
    // The browser gives each picture memory of its own.
    keep: () => {},
    release: ({ pixels }) => pixels.fill(0),
  });
  /** For the frame that comes next. */
  #decoded: DecodedVideo[] = [];

  /** @throws ProtocolError when no browser has a picture of this size */
  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.#image = imageOf(width, height);
    this.#pixels = pictureOver(this.#image.data, width, height);
    this.#pixels.pixels.fill(0xff000000);
    this.#decoder = new Decoder(this.#pixels, DEFAULT_TILES);
  }

  /** Has the browser decode the pictures of video streams. */
  prepare({ header: { videos }, payload }: ArrivedFrame): Promise<void> | null {
    if (videos.length === 0) return null;
    return this.#video.decode(videos, payload).then((decoded) => {
      this.#decoded = decoded;
    });
  }

  apply(
    regions: Int32Array,
    payload: Uint8Array,
    compressed: boolean,
    videos: readonly VideoPicture[],
    fine: boolean,
  ): Int32Array {
    if (videos.length === 0) {
      const damage = this.#decoder.apply(regions, payload, compressed, [], fine);
      this.#held.cover(regions);
      return damage;
    }
    const rest = payload.subarray(0, payload.length - videoBytes(videos, payload));
    return this.#held.take(regions, this.#decoded.splice(0), videos, {
      nowMs: performance.now(),
      paint: (now) => this.#decoder.apply(now.regions, rest, compressed, now.videos, fine),
    });
  }

  get heldUntilMs(): number | null {
    return this.#held.dueMs;
  }

  showHeld(nowMs: number): Int32Array {
    return this.#held.show(nowMs);
  }

  checksum(): number {
    return checksum(this.#pixels);
  }

  retire(): void {
    this.#held.clear();
    this.#video.wipe();
    this.#decoder.forget();
  }

  /** Overwrites every pixel. */
  wipe(): void {
    this.#pixels.pixels.fill(0);
    this.retire();
    this.#decoded = [];
  }

  /** @param damage x, y, w, h each */
  drawOn(canvas: CanvasRenderingContext2D, damage: Int32Array): void {
    const rects = damage.length > MAX_RECTS * 4 ? around(damage) : damage;
    for (let i = 0; i + 3 < rects.length; i += 4) {
      const [x, y, w, h] = rects.subarray(i, i + 4) as unknown as [number, number, number, number];
      canvas.putImageData(this.#image, 0, 0, x, y, w, h);
    }
  }
}

function imageOf(width: number, height: number): ImageData {
  try {
    return new ImageData(width, height);
  } catch (cause) {
    throw new ProtocolError('out-of-range', 'FrameUpdate', `a picture of ${width}x${height}`, {
      cause,
    });
  }
}

function around(rects: Int32Array): Int32Array {
  let [left, top, right, bottom] = [32767, 32767, 0, 0];
  for (let i = 0; i + 3 < rects.length; i += 4) {
    const [x, y, w, h] = rects.subarray(i, i + 4) as unknown as [number, number, number, number];
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x + w);
    bottom = Math.max(bottom, y + h);
  }
  return Int32Array.of(left, top, right - left, bottom - top);
}
