import { native } from './addon.ts';
import type { PixelSourceHandle } from './binding.d.ts';

/** The pixels of a wl_buffer made by wl_shm. */
export class ShmBuffer {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** Bytes from row to row. */
  readonly stride: number;
  /** A wl_shm.format: 0 ARGB8888, 1 XRGB8888, else a DRM fourcc. */
  readonly format: number;
  /** For native code that reads pixels. */
  readonly source: PixelSourceHandle;
  #retained = 0;

  constructor(
    width: number,
    height: number,
    stride: number,
    format: number,
    source: PixelSourceHandle,
  ) {
    this.width = width;
    this.height = height;
    this.stride = stride;
    this.format = format;
    this.source = source;
  }

  /** Keeps the pixels readable past wl_buffer.destroy, until as many calls of release(). */
  retain(): void {
    this.#retained++;
    native.shmRetain(this.source);
  }

  /** @throws Error without a retain() to undo */
  release(): void {
    if (this.#retained === 0) throw new Error('released more often than retained');
    this.#retained--;
    native.shmRelease(this.source);
  }

  /** A copy of all rows (stride * height bytes), or null when the pixels are gone. For tests and screenshots. */
  read(): Buffer | null {
    return native.shmRead(this.source);
  }
}
