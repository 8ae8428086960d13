import { ShmPool, type WlShm } from '../../../native/wayland-client/index.ts';
import type { WlBuffer } from '../../../protocol/wayland/client/generated/wayland.ts';
import { WlShmFormat } from '../../../protocol/wayland/generated/wayland.ts';
import type { Rectangle } from './rectangle.ts';

const COUNT = 2;

/** One of the pictures that the compositor and we take turns with. */
export interface PictureBuffer {
  readonly buffer: WlBuffer;
  /** XRGB */
  readonly pixels: Uint32Array;
  /** What has changed since it was last drawn. */
  stale: Rectangle[];
  busy: boolean;
}

/** Pictures of one size in shared memory. */
export class Buffers {
  readonly width: number;
  readonly height: number;
  readonly #pool: ShmPool;
  readonly #list: PictureBuffer[];

  /** @param onFree called when the compositor gives one back */
  constructor(shm: WlShm, width: number, height: number, onFree: () => void) {
    this.width = width;
    this.height = height;
    const bytes = width * height * 4;
    this.#pool = new ShmPool(shm, bytes * COUNT);
    this.#list = Array.from({ length: COUNT }, (_, at) => {
      const offset = at * bytes;
      const shape = { offset, width, height, format: WlShmFormat.xrgb8888 };
      const item: PictureBuffer = {
        buffer: this.#pool.createBuffer<WlBuffer>(shape),
        pixels: new Uint32Array(this.#pool.bytes.buffer, offset, width * height),
        stale: [{ left: 0, top: 0, right: width, bottom: height }],
        busy: false,
      };
      item.buffer.setHandler({
        release: () => {
          item.busy = false;
          onFree();
        },
      });
      return item;
    });
  }

  /** Null while the compositor has them all. */
  free(): PictureBuffer | null {
    return this.#list.find(({ busy }) => !busy) ?? null;
  }

  changed(parts: readonly Rectangle[]): void {
    for (const item of this.#list) item.stale.push(...parts);
  }

  /** No memory of a picture stays with anybody. */
  [Symbol.dispose](): void {
    for (const { buffer, pixels } of this.#list) {
      buffer.destroy();
      pixels.fill(0);
    }
    this.#pool[Symbol.dispose]();
  }
}
