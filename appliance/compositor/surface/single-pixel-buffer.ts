import {
  type WpSinglePixelBufferManagerV1,
  wpSinglePixelBufferManagerV1,
} from '../../../protocol/wayland/generated/single-pixel-buffer.ts';
import { SurfaceBuffer } from './buffer.ts';
import type { SurfaceHost } from './host.ts';

/** Offers wp_single_pixel_buffer_manager_v1: buffers that are one colour. */
export function exposeSinglePixelBuffer(host: SurfaceHost): void {
  host.display.createGlobal(
    wpSinglePixelBufferManagerV1,
    1,
    (manager: WpSinglePixelBufferManagerV1) => {
      manager.setHandler({
        createU32RgbaBuffer: (id, red, green, blue, alpha) => {
          SurfaceBuffer.ofColour(id, packColour(red, green, blue, alpha));
          id.setHandler({});
        },
      });
    },
  );
}

/** Premultiplied 32-bit components to 0xAARRGGBB. */
function packColour(red: number, green: number, blue: number, alpha: number): number {
  const byte = (value: number) => Math.round((value / 0xffffffff) * 0xff);
  return ((byte(alpha) << 24) | (byte(red) << 16) | (byte(green) << 8) | byte(blue)) >>> 0;
}
