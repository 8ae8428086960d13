import { closeSync } from 'node:fs';
import type { InterfaceSpec } from '../wayland/specification.ts';
import { native } from './addon.ts';
import type { ClientSpec } from './connection.ts';
import type { RemoteObject } from './remote-object.ts';

/** libwayland serves these itself, so the server's definitions lack them. */
export const wlShm: ClientSpec<WlShm> = {
  name: 'wl_shm',
  version: 1,
  requests: [
    {
      name: 'create_pool',
      since: 1,
      args: [
        { name: 'id', type: 'new_id', interface: 'wl_shm_pool' },
        { name: 'fd', type: 'fd' },
        { name: 'size', type: 'int' },
      ],
    },
  ],
  events: [{ name: 'format', since: 1, args: [{ name: 'format', type: 'uint' }] }],
};

const wlShmPool: InterfaceSpec = {
  name: 'wl_shm_pool',
  version: 1,
  requests: [
    {
      name: 'create_buffer',
      since: 1,
      args: [
        { name: 'id', type: 'new_id', interface: 'wl_buffer' },
        { name: 'offset', type: 'int' },
        { name: 'width', type: 'int' },
        { name: 'height', type: 'int' },
        { name: 'stride', type: 'int' },
        { name: 'format', type: 'uint' },
      ],
    },
    { name: 'destroy', since: 1, destructor: true, args: [] },
    { name: 'resize', since: 1, args: [{ name: 'size', type: 'int' }] },
  ],
  events: [],
};

export const shmInterfaces: readonly InterfaceSpec[] = [wlShm, wlShmPool];

interface WlShmPool extends RemoteObject {
  createBuffer(o: number, w: number, h: number, stride: number, format: number): RemoteObject;
  destroy(): void;
}

export interface WlShm extends RemoteObject {
  /** The descriptor stays the caller's. */
  createPool(fd: number, size: number): WlShmPool;
  setHandler(handler: { format?(format: number): void }): void;
}

export interface BufferShape {
  /** Bytes from the pool's beginning. */
  readonly offset?: number;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** Bytes from row to row; default: 4 per pixel. */
  readonly stride?: number;
  /** A wl_shm.format. */
  readonly format: number;
}

/** Memory shared with the compositor. */
export class ShmPool {
  /** To be drawn into; of length 0 once disposed. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly #pool: WlShmPool;
  readonly #length: number;

  /** @param bytes its size, at most 1 GiB @throws RangeError, or Error with code ENOMEM and the like */
  constructor(shm: WlShm, bytes: number) {
    const [memory, fd] = native.createMemory(bytes);
    this.#length = bytes;
    this.bytes = new Uint8Array(memory);
    try {
      this.#pool = shm.createPool(fd, bytes);
    } finally {
      closeSync(fd);
    }
  }

  /** A wl_buffer of a part of the memory; lives on without the pool. @throws RangeError beyond the pool */
  createBuffer<Buffer = RemoteObject>(shape: BufferShape): Buffer {
    const { offset = 0, width, height, stride = width * 4, format } = shape;
    const whole = [offset, width, height, stride].every(Number.isInteger);
    if (!whole || offset < 0 || width < 1 || height < 1 || stride < width)
      throw new RangeError('a buffer has a size');
    if (offset + stride * height > this.#length) throw new RangeError('the buffer leaves its pool');
    return this.#pool.createBuffer(offset, width, height, stride, format) as Buffer;
  }

  /** The memory goes from here; the compositor keeps it for the buffers that it still has. */
  [Symbol.dispose](): void {
    this.#pool.destroy();
    if (this.bytes.length > 0) native.releaseMemory(this.bytes.buffer);
  }
}
