import { addon } from './addon.ts';
import { checkSize, type Framebuffer } from './framebuffer.ts';

/** A napi External with the tag of wr_pixel_source.h: pixels that an addon lends. */
export type PixelSourceHandle = object;

/** Numbers per item of a display list. */
export const DRAW_STRIDE: number = addon.drawStride;
/** wl_shm formats that composite() takes: 0 ARGB8888, 1 XRGB8888, otherwise fourccs. */
export const PIXEL_FORMATS: readonly number[] = [...addon.formats];

export const DrawKind = { solid: 0, image: 1 } as const;

/** An image made by the compositor itself (title bar, cursor), usable as a source in a display list. */
export class PixelImage {
  readonly width: number;
  readonly height: number;
  readonly source: PixelSourceHandle;

  /** @param argbPremultiplied width*height*4 bytes (B, G, R, A), copied */
  constructor(width: number, height: number, argbPremultiplied: Uint8Array) {
    checkSize(width, height);
    if (argbPremultiplied.length !== width * height * 4) {
      throw new RangeError(
        `image of ${width}x${height} needs ${width * height * 4} bytes, not ${argbPremultiplied.length}`,
      );
    }
    this.width = width;
    this.height = height;
    const aligned =
      argbPremultiplied.byteOffset % 4 === 0 ? argbPremultiplied : argbPremultiplied.slice();
    this.source = addon.createImage(width, height, aligned);
  }
}

/**
 * Paints a display list, bottom to top, into the damaged part of the target.
 *
 * An item is DRAW_STRIDE numbers: kind (DrawKind), sourceIndex, dstX, dstY, dstW, dstH (whole pixels), srcX, srcY,
 * srcW, srcH (pixels of the buffer after its transform was undone), transform (wl_output.transform 0..7 that the
 * client applied), alpha 0..1, colour (0xAARRGGBB premultiplied, solid only), opaque (1: ignore the source's alpha),
 * filter (0 nearest, 1 bilinear). Same size, whole pixels, transform 0 and opaque is an exact copy of rows.
 *
 * A source whose pixels are gone paints nothing.
 * @param damage x, y, w, h per rectangle; parts outside the target are ignored
 * @throws TypeError naming an unknown pixel format or a foreign source; RangeError for numbers out of range
 */
export function composite(
  target: Framebuffer,
  list: Float64Array,
  sources: readonly unknown[],
  damage: Int32Array,
): void {
  addon.composite(target.bytes, target.width, target.height, list, sources, damage);
}
