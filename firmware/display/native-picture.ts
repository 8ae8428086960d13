import { type DecodedVideo, Decoder, Framebuffer } from '../../native/pixels/index.ts';
import type { VideoPicture } from '../../protocol/generated/display.ts';
import { DEFAULT_TILES } from '../../protocol/tile-capability.ts';
import { HeldVideo, NO_PAYLOAD } from './held-video.ts';
import { NativeVideo } from './native-video.ts';
import type { Picture } from './screen.ts';

/** A screen's pixels in native memory, decoded in native code. */
export class NativePicture implements Picture {
  readonly framebuffer: Framebuffer;
  readonly #decoder: Decoder;
  readonly #video = new NativeVideo();
  readonly #held: HeldVideo<DecodedVideo> | null;

  /** @param evenly pictures of video that come unevenly wait for their time: showHeld() paints them */
  constructor(width: number, height: number, { evenly = false } = {}) {
    this.#held = evenly ? this.#heldVideo() : null;
    this.framebuffer = new Framebuffer(width, height);
    this.#decoder = new Decoder(this.framebuffer, DEFAULT_TILES);
  }

  get width(): number {
    return this.framebuffer.width;
  }

  get height(): number {
    return this.framebuffer.height;
  }

  apply(
    regions: Int32Array,
    payload: Uint8Array,
    compressed: boolean,
    pictures: readonly VideoPicture[],
    fine: boolean,
  ): Int32Array {
    if (pictures.length === 0) {
      const damage = this.#decoder.apply(regions, payload, compressed, [], fine);
      this.#held?.cover(regions);
      return damage;
    }
    const { videos, rest } = this.#video.decode(pictures, payload);
    if (!this.#held) return this.#decoder.apply(regions, rest, compressed, videos, fine);
    const nowMs = performance.now();
    return this.#held.take(regions, videos, pictures, {
      nowMs,
      paint: (now) => this.#decoder.apply(now.regions, rest, compressed, now.videos, fine),
    });
  }

  get heldUntilMs(): number | null {
    return this.#held?.dueMs ?? null;
  }

  showHeld(nowMs: number): Int32Array {
    return this.#held?.show(nowMs) ?? new Int32Array(0);
  }

  checksum(): number {
    return this.framebuffer.checksum();
  }

  retire(): void {
    this.#held?.clear();
    this.#decoder.forget();
    this.#video.wipe();
  }

  /** Overwrites every pixel and what is left of the updates that made them. */
  wipe(): void {
    this.framebuffer.bytes.fill(0);
    this.retire();
  }

  #heldVideo(): HeldVideo<DecodedVideo> {
    return new HeldVideo({
      paint: (regions, videos) => this.#decoder.apply(regions, NO_PAYLOAD, false, videos),
      keep: (video) => this.#video.keep(video),
      release: (video) => this.#video.release(video),
    });
  }
}
