import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import type { ShmBuffer } from '../../../native/wayland/index.ts';
import { request } from './probe.ts';
import type { RawClient } from './raw-client.ts';
import { type Loose, Session } from './session.ts';

const width = 16;
const height = 8;
const stride = width * 4;
const bytes = stride * height;

interface Pool {
  readonly fd: number;
  readonly pool: number;
  readonly buffer: number;
}

class ShmSession extends Session {
  readonly buffers: Loose[] = [];
  readonly #folder = mkdtempSync(join(tmpdir(), 'wayray-shm-'));
  readonly #files: number[] = [];

  constructor() {
    super();
    this.display.initShm();
    this.handler = { takeBuffer: (buffer: Loose) => this.buffers.push(buffer) };
  }

  /** A pool of `size` bytes of 0x11 and one buffer in it. */
  async createBuffer(client: RawClient, size = bytes): Promise<Pool> {
    const fd = openSync(join(this.#folder, `${this.#files.length}`), 'w+');
    this.#files.push(fd);
    writeSync(fd, Buffer.alloc(bytes, 0x11));
    const shm = await client.bind('wl_shm', 1);
    const pool = client.nextId++;
    const buffer = client.nextId++;
    client.sendWithFd(fd, shm, 0, pool, size);
    client.send(pool, 0, buffer, 0, width, height, stride, 1);
    return { fd, pool, buffer };
  }

  override [Symbol.dispose](): void {
    super[Symbol.dispose]();
    for (const fd of this.#files) closeSync(fd);
    rmSync(this.#folder, { recursive: true });
  }
}

async function attached(session: ShmSession) {
  const connected = await session.connect();
  const pool = await session.createBuffer(connected.client);
  connected.client.send(connected.id, request.takeBuffer, pool.buffer);
  const good = await connected.client.sync();
  const resource = session.buffers.at(-1);
  const shm = resource?.shm;
  if (!good || !shm) throw new Error('no buffer arrived');
  return { ...connected, ...pool, resource, shm: shm as ShmBuffer };
}

test.serial('a buffer of wl_shm arrives with its pixels, always as the same object', async (t) => {
  using session = new ShmSession();
  const { client, id, buffer, resource, shm } = await attached(session);
  t.like(shm, { width, height, stride, format: 1 });
  t.deepEqual(shm.read(), Buffer.alloc(bytes, 0x11));
  t.is(resource.interfaceName, 'wl_buffer');
  client.send(id, request.takeBuffer, buffer);
  resource['sendRelease']?.();
  t.true(await client.sync());
  t.is(session.buffers[1], resource);
  t.is(client.eventsOf(buffer, 0).length, 1);
});

test.serial('retained pixels outlive the buffer and its client', async (t) => {
  using session = new ShmSession();
  const { client, fd, buffer, resource, shm } = await attached(session);
  let ended = 0;
  resource.onDestroy(() => ended++);
  shm.retain();
  client.send(buffer, 0);
  t.true(await client.sync());
  t.is(ended, 1);
  writeSync(fd, Buffer.alloc(bytes, 0x77), 0, bytes, 0);
  t.deepEqual(shm.read(), Buffer.alloc(bytes, 0x11));
  client.close();
  t.deepEqual(shm.read(), Buffer.alloc(bytes, 0x11));
  shm.release();
  t.is(shm.read(), null);
  t.throws(() => shm.release(), { message: /more often/ });
});

test.serial('pixels that nobody retains go with the buffer', async (t) => {
  using session = new ShmSession();
  const { client, buffer, shm } = await attached(session);
  client.send(buffer, 0);
  t.true(await client.sync());
  t.is(shm.read(), null);
});

test.serial(
  'a client that truncates its pool loses its own connection and nothing else',
  async (t) => {
    using session = new ShmSession();
    const bystander = await attached(session);
    const { client, fd, resource, shm } = await attached(session);
    ftruncateSync(fd, 0);
    t.deepEqual(shm.read(), Buffer.alloc(bytes), 'reads zeros, not SIGBUS');
    t.false(await client.sync());
    t.is(client.error?.code, 2, 'wl_shm.error invalid_fd');
    t.true(resource.destroyed);
    t.deepEqual(bystander.shm.read(), Buffer.alloc(bytes, 0x11));
    t.true(await bystander.client.sync());
  },
);

test.serial('a snapshot of a truncated pool is safe as well', async (t) => {
  using session = new ShmSession();
  const { client, fd, shm } = await attached(session);
  shm.retain();
  ftruncateSync(fd, 0);
  client.close();
  const bystander = await session.connect();
  t.true(await bystander.client.sync());
  t.deepEqual(shm.read(), Buffer.alloc(bytes));
  shm.release();
});

test.serial('a buffer beyond its pool is refused', async (t) => {
  using session = new ShmSession();
  const { client } = await session.connect();
  await session.createBuffer(client, bytes - 1);
  t.false(await client.sync());
  t.is(client.error?.code, 1, 'wl_shm.error invalid_stride');
});
