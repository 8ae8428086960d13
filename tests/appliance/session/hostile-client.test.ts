import { closeSync, ftruncateSync, openSync, unlinkSync } from 'node:fs';
import test, { type ExecutionContext } from 'ava';
import { eventually } from '../../helpers/eventually.ts';
import { RawClient } from '../../native/wayland/raw-client.ts';
import type { WireClient, WireObject } from '../compositor/wire-client.ts';
import { SessionRig } from './session-rig.ts';

interface Good {
  readonly wire: WireClient;
  readonly surface: WireObject;
}

interface Scene {
  readonly rig: SessionRig;
  readonly good: Good;
  readonly raw: () => RawClient;
}

/** A session that is shown on a terminal, with a good client's window. */
async function open(t: ExecutionContext): Promise<Scene> {
  const rig = new SessionRig();
  t.teardown(() => rig[Symbol.dispose]());
  const terminal = await rig.connect();
  terminal.acknowledging = true;
  await terminal.attach();
  const good = await rig.openWindow();
  const raw = (): RawClient => {
    const client = new RawClient(rig.compositor.display);
    t.teardown(() => client.close());
    return client;
  };
  return { rig, good, raw };
}

/** Draws, and waits to be told that it may draw again. */
async function draws(t: ExecutionContext, { wire, surface }: Good): Promise<void> {
  const callback = wire.request(surface, 'frame', 'new');
  wire.request(surface, 'damage', 0, 0, 10, 10);
  wire.request(surface, 'commit');
  await eventually(async () => {
    await wire.roundtrip();
    if (wire.take(callback).length === 0) throw new Error('no frame callback');
  });
  t.is(wire.error, null);
}

/** A file without a name that only its descriptor knows. */
function file(t: ExecutionContext, bytes: number): number {
  const path = `/dev/shm/wr-${process.pid}-${process.hrtime.bigint()}`;
  const fd = openSync(path, 'w+');
  unlinkSync(path);
  ftruncateSync(fd, bytes);
  t.teardown(() => closeSync(fd));
  return fd;
}

/** Opcodes of the requests used here: wayland.xml, xdg-shell.xml. */
const OP = {
  createSurface: 0,
  createPool: 0,
  createBuffer: 0,
  resizePool: 2,
  attach: 1,
  commit: 6,
  damageBuffer: 9,
  getXdgSurface: 2,
  getToplevel: 1,
  ackConfigure: 4,
} as const;

/** A mapped window of 100x100 from shared memory. */
async function shmWindow(client: RawClient, fd: number): Promise<{ surface: number }> {
  const compositor = await client.bind('wl_compositor', 6);
  const shm = await client.bind('wl_shm', 1);
  const base = await client.bind('xdg_wm_base', 6);
  const [surface, xdgSurface, toplevel, pool, buffer] = [0, 1, 2, 3, 4].map(
    () => client.nextId++,
  ) as [number, number, number, number, number];
  client.send(compositor, OP.createSurface, surface);
  client.send(base, OP.getXdgSurface, xdgSurface, surface);
  client.send(xdgSurface, OP.getToplevel, toplevel);
  client.send(surface, OP.commit);
  await client.until(() => client.eventsOf(xdgSurface, 0).length > 0);
  const [configure] = client.eventsOf(xdgSurface, 0);
  client.send(xdgSurface, OP.ackConfigure, configure?.body.readUInt32LE(0) ?? 0);
  client.sendWithFd(fd, shm, OP.createPool, pool, 40_000);
  client.send(pool, OP.createBuffer, buffer, 0, 100, 100, 400, 1);
  client.send(surface, OP.attach, buffer, 0, 0);
  client.send(surface, OP.damageBuffer, 0, 0, 100, 100);
  client.send(surface, OP.commit);
  await client.sync();
  return { surface };
}

test.serial('a client that truncates its memory loses its own connection alone', async (t) => {
  const { rig, good, raw } = await open(t);
  const hostile = raw();
  const fd = file(t, 40_000);
  const { surface } = await shmWindow(hostile, fd);
  t.is(hostile.error, undefined);
  await draws(t, good);
  ftruncateSync(fd, 0);
  hostile.send(surface, OP.damageBuffer, 0, 0, 100, 100);
  hostile.send(surface, OP.commit);
  rig.compositor.scene.damageAll(rig.compositor.outputs.outputs[0] as never);
  await eventually(async () => {
    await draws(t, good);
    if (!hostile.error && !hostile.closed) throw new Error('the hostile client is still there');
  });
  await draws(t, good);
});

test.serial('descriptors that are no memory cost only their client', async (t) => {
  const { good, raw } = await open(t);
  for (const path of ['/dev/null', '/', '/proc/self/mem', '/dev/zero']) {
    const hostile = raw();
    const shm = await hostile.bind('wl_shm', 1);
    const fd = openSync(path, 'r');
    hostile.sendWithFd(fd, shm, OP.createPool, hostile.nextId++, 4096);
    closeSync(fd);
    await hostile.sync();
    await draws(t, good);
  }
});

test.serial('impossible pools and buffers cost only their client', async (t) => {
  const { good, raw } = await open(t);
  const MAX = 0x7fffffff;
  const buffers = [
    [0, MAX, MAX, MAX, 0],
    [0, 1, 1, 0, 0],
    [-4, 10, 10, 40, 0],
    [0, -1, -1, 4, 0],
    [MAX, 10, 10, 40, 0],
    [0, 10, 10, 40, 0x7fffffff],
  ];
  for (const shape of buffers) {
    const hostile = raw();
    const shm = await hostile.bind('wl_shm', 1);
    const pool = hostile.nextId++;
    hostile.sendWithFd(file(t, 4096), shm, OP.createPool, pool, 4096);
    hostile.send(pool, OP.createBuffer, hostile.nextId++, ...shape);
    hostile.send(pool, OP.resizePool, MAX);
    await hostile.sync();
    t.true(hostile.closed || hostile.error !== undefined, String(shape));
    await draws(t, good);
  }
});

test.serial(
  'a picture of any size in any place is clipped, and others go on drawing',
  async (t) => {
    const { rig, good } = await open(t);
    const MAX = 0x7fffffff;
    for (const size of [16_384, 1_000_000, MAX]) {
      for (const at of [0, MAX, -MAX, -1_000_000]) {
        const { wire, surface } = await rig.openWindow();
        const pixels = wire.bind('wp_single_pixel_buffer_manager_v1', 1);
        const child = wire.request(wire.bind('wl_compositor', 6), 'create_surface', 'new');
        const sub = wire.request(
          wire.bind('wl_subcompositor', 1),
          'get_subsurface',
          'new',
          child,
          surface,
        );
        wire.request(sub, 'set_position', at, at);
        wire.request(sub, 'set_desync');
        const viewport = wire.request(wire.bind('wp_viewporter', 1), 'get_viewport', 'new', child);
        wire.request(viewport, 'set_destination', size, size);
        const buffer = wire.request(pixels, 'create_u32_rgba_buffer', 'new', MAX, 0, 0, 0xffffffff);
        wire.request(child, 'attach', buffer, 0, 0);
        wire.request(child, 'damage', -MAX, -MAX, MAX, MAX);
        wire.request(child, 'damage_buffer', 0, 0, MAX, MAX);
        wire.request(child, 'commit');
        wire.request(surface, 'commit');
        await wire.roundtrip();
        await draws(t, good);
        wire.destroy();
      }
    }
  },
);

test.serial('ten thousand surfaces are one client’s own affair', async (t) => {
  const { good, raw } = await open(t);
  const hostile = raw();
  const compositor = await hostile.bind('wl_compositor', 6);
  for (let i = 0; i < 10_000; i++) {
    const surface = hostile.nextId++;
    hostile.send(compositor, OP.createSurface, surface);
    hostile.send(surface, OP.commit);
    if (i % 50 === 0) await hostile.sync();
  }
  await hostile.sync();
  await draws(t, good);
  hostile.close();
  await draws(t, good);
});

test.serial('a client that does not read is let go, and others go on', async (t) => {
  const { good, raw } = await open(t);
  const hostile = raw();
  await hostile.bind('wl_seat', 9);
  hostile.pause();
  // Each answer is 28 bytes: more than its socket and libwayland's buffer hold.
  for (let round = 0; round < 400; round++) {
    for (let i = 0; i < 100 && !hostile.peer.destroyed; i++) {
      hostile.send(1, 0, hostile.nextId++);
    }
    await good.wire.roundtrip();
  }
  t.true(hostile.peer.destroyed);
  await draws(t, good);
});
