import { Decoder, Framebuffer } from '../../native/pixels/index.ts';
import type { VideoPicture } from '../../protocol/generated/display.ts';
import { DEFAULT_TILES } from '../../protocol/tile-capability.ts';
import { NativeVideo } from './native-video.ts';
import type { Picture } from './screen.ts';

/** A screen's pixels in native memory, decoded in native code. */
export class NativePicture implements Picture {
  readonly framebuffer: Framebuffer;
  readonly #decoder: Decoder;
  readonly #video = new NativeVideo();

  constructor(width: number, height: number) {
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
  ): Int32Array {
    if (pictures.length === 0) return this.#decoder.apply(regions, payload, compressed);
    const { videos, rest } = this.#video.decode(pictures, payload);
    return this.#decoder.apply(regions, rest, compressed, videos);
  }

  checksum(): number {
    return this.framebuffer.checksum();
  }

  retire(): void {
    this.#decoder.forget();
    this.#video.wipe();
  }

  /** Overwrites every pixel and what is left of the updates that made them. */
  wipe(): void {
    this.framebuffer.bytes.fill(0);
    this.retire();
  }
}
