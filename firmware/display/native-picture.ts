import { Decoder, Framebuffer } from '../../native/pixels/index.ts';
import type { Picture } from './screen.ts';

/** A screen's pixels in native memory, decoded in native code. */
export class NativePicture implements Picture {
  readonly framebuffer: Framebuffer;
  readonly #decoder: Decoder;

  constructor(width: number, height: number) {
    this.framebuffer = new Framebuffer(width, height);
    this.#decoder = new Decoder(this.framebuffer);
  }

  get width(): number {
    return this.framebuffer.width;
  }

  get height(): number {
    return this.framebuffer.height;
  }

  apply(regions: Int32Array, payload: Uint8Array, compressed: boolean): Int32Array {
    return this.#decoder.apply(regions, payload, compressed);
  }

  checksum(): number {
    return this.framebuffer.checksum();
  }

  /** Overwrites every pixel and what is left of the updates that made them. */
  wipe(): void {
    this.framebuffer.bytes.fill(0);
    this.#decoder.forget();
  }
}
