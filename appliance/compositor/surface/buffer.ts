import type { WlBuffer } from '../../../protocol/wayland/generated/wayland.ts';

/** wl_shm formats without alpha: what they show is opaque. */
const OPAQUE_FORMATS: ReadonlySet<number> = new Set([
  1, // XRGB8888
  fourcc('XB24'), // XBGR8888
  fourcc('RX24'), // RGBX8888
  fourcc('BX24'), // BGRX8888
  fourcc('XR30'), // XRGB2101010
  fourcc('XB30'), // XBGR2101010
  fourcc('RG16'), // RGB565
  fourcc('RG24'), // RGB888
  fourcc('BG24'), // BGR888
]);

function fourcc(code: string): number {
  return (
    code.charCodeAt(0) |
    (code.charCodeAt(1) << 8) |
    (code.charCodeAt(2) << 16) |
    (code.charCodeAt(3) << 24)
  );
}

/** What a buffer shows: pixels for native code, or one colour (0xAARRGGBB, premultiplied). */
export type BufferContent =
  | { readonly kind: 'pixels'; readonly source: unknown }
  | { readonly kind: 'colour'; readonly colour: number };

/**
 * A client's wl_buffer, of whatever kind. Surfaces lock it while they show it or are about to; the client gets
 * wl_buffer.release when the last lock goes. Its pixels stay readable while locked, also past wl_buffer.destroy.
 */
export class SurfaceBuffer {
  readonly resource: WlBuffer;
  readonly width: number;
  readonly height: number;
  readonly content: BufferContent;
  readonly opaque: boolean;
  #locks = 0;

  private constructor(resource: WlBuffer, width: number, height: number, content: BufferContent) {
    this.resource = resource;
    this.width = width;
    this.height = height;
    this.content = content;
    this.opaque =
      content.kind === 'colour'
        ? content.colour >>> 24 === 0xff
        : OPAQUE_FORMATS.has(resource.shm?.format ?? -1);
  }

  /** The buffer behind a resource; null for a kind that nobody here offers. */
  static from(resource: WlBuffer): SurfaceBuffer | null {
    if (resource.data instanceof SurfaceBuffer) return resource.data;
    const { shm } = resource;
    if (shm === null) return null;
    const content = { kind: 'pixels', source: shm.source } as const;
    const buffer = new SurfaceBuffer(resource, shm.width, shm.height, content);
    resource.data = buffer;
    return buffer;
  }

  /** Makes `resource` a buffer of one pixel; colour is 0xAARRGGBB, premultiplied. */
  static ofColour(resource: WlBuffer, colour: number): SurfaceBuffer {
    const buffer = new SurfaceBuffer(resource, 1, 1, { kind: 'colour', colour });
    resource.data = buffer;
    return buffer;
  }

  get destroyed(): boolean {
    return this.resource.destroyed;
  }

  lock(): void {
    if (this.#locks++ === 0) this.resource.shm?.retain();
  }

  unlock(): void {
    if (this.#locks === 0) throw new Error('wl_buffer unlocked more often than locked');
    if (--this.#locks > 0) return;
    this.resource.shm?.release();
    this.resource.sendRelease();
  }
}
