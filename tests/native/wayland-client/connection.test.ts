import { spawn } from 'node:child_process';
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import test from 'ava';
import { createSocketPair, Display, type Resource } from '../../../native/wayland/index.ts';
import {
  type ClientSpec,
  Connection,
  type DisconnectedError,
  ProtocolViolation,
  type RemoteObject,
  ShmPool,
  shmInterfaces,
  type WlShm,
  wlShm,
} from '../../../native/wayland-client/index.ts';
import {
  type WlCompositor,
  type WlSurface,
  wlCompositor,
} from '../../../protocol/wayland/client/generated/wayland.ts';
import { allInterfaces, WlShmFormat } from '../../../protocol/wayland/generated/index.ts';
import type { InterfaceSpec } from '../../../protocol/wayland/types.ts';
import { eventually } from '../../helpers/eventually.ts';
import { scratchFolder } from '../../helpers/scratch.ts';

const probe: InterfaceSpec = {
  name: 'probe',
  version: 2,
  requests: [
    { name: 'destroy', since: 1, destructor: true, args: [] },
    {
      name: 'say',
      since: 1,
      args: [
        { name: 'number', type: 'int' },
        { name: 'part', type: 'fixed' },
        { name: 'text', type: 'string', nullable: true },
        { name: 'bytes', type: 'array' },
        { name: 'other', type: 'object', interface: 'probe', nullable: true },
      ],
    },
    { name: 'make', since: 1, args: [{ name: 'id', type: 'new_id', interface: 'probe' }] },
    { name: 'give', since: 1, args: [{ name: 'fd', type: 'fd' }] },
    { name: 'late', since: 2, args: [] },
  ],
  events: [
    {
      name: 'heard',
      since: 1,
      args: [
        { name: 'number', type: 'uint' },
        { name: 'part', type: 'fixed' },
        { name: 'text', type: 'string' },
        { name: 'bytes', type: 'array' },
        { name: 'other', type: 'object', interface: 'probe', nullable: true },
      ],
    },
    { name: 'made', since: 1, args: [{ name: 'id', type: 'new_id', interface: 'probe' }] },
    { name: 'given', since: 1, args: [{ name: 'fd', type: 'fd' }] },
    { name: 'end', since: 1, destructor: true, args: [] },
  ],
};
const interfaces = [...allInterfaces, ...shmInterfaces, probe];

interface Probe extends RemoteObject {
  destroy(): void;
  say(n: number, part: number, text: string | null, bytes: Uint8Array, other: Probe | null): void;
  make(): Probe;
  give(fd: number): void;
  late(): void;
}
const probeSpec: ClientSpec<Probe> = probe;

interface Pair {
  readonly display: Display;
  readonly connection: Connection;
  readonly served: Resource[];
  readonly heard: unknown[][];
  readonly ends: DisconnectedError[];
}

async function connect(): Promise<Pair> {
  const display = new Display([...allInterfaces, probe]);
  const served: Resource[] = [];
  const heard: unknown[][] = [];
  const ends: DisconnectedError[] = [];
  const serve = (resource: Resource): void => {
    served.push(resource);
    resource.setHandler({
      say: (...args: unknown[]) => heard.push(args),
      make: (child: Resource) => serve(child),
      give: (fd: number) => {
        heard.push([fstatSync(fd).ino]);
        closeSync(fd);
      },
    });
  };
  display.initShm();
  display.createGlobal('probe', 2, serve);
  const [ours, theirs] = createSocketPair();
  display.addClientFd(ours);
  const connection = new Connection({ interfaces, fd: theirs });
  connection.onEnded = (error) => ends.push(error);
  await connection.sync();
  return { display, connection, served, heard, ends };
}

test.serial('a connection is found by nobody', (t) => {
  const error = t.throws(() => new Connection({ interfaces, display: '/nowhere/wayland-0' }));
  t.is((error as NodeJS.ErrnoException).code, 'ENOENT');
});

test.serial('every argument arrives both ways', async (t) => {
  const { display, connection, served, heard } = await connect();
  const one = connection.bind(probeSpec);
  if (!one) throw new Error('probe is not offered');
  const two = one.make();
  one.say(-7, 1.5, 'hey', Uint8Array.of(1, 2), two);
  one.say(8, -0.5, null, new Uint8Array(0), null);
  await connection.sync();
  const [first, second] = served;
  t.deepEqual(heard[0]?.slice(0, 3), [-7, 1.5, 'hey']);
  t.is(heard[0]?.[4], second);
  t.deepEqual(Array.from((heard[0]?.[3] ?? []) as Uint8Array), [1, 2]);
  t.deepEqual(heard[1]?.slice(0, 3), [8, -0.5, null]);

  const got: unknown[][] = [];
  one.setHandler({
    heard: (...args: unknown[]) => got.push(args),
    made: (child: RemoteObject) => got.push([child.interfaceName, child.destroyed]),
    given: (fd: number) => {
      got.push([fstatSync(fd).ino]);
      closeSync(fd);
    },
  });
  const fd = openSync('/etc/hostname', 'r');
  const { ino } = fstatSync(fd);
  first?.post(0, [9, 2.25, 'ho', Uint8Array.of(3), second]);
  first?.post(1, [first.client.createResource(probe, 2)]);
  first?.post(2, [fd]);
  one.give(fd);
  await connection.sync();
  await connection.sync();
  closeSync(fd);
  t.deepEqual([got[0]?.slice(0, 3), got[0]?.[4]], [[9, 2.25, 'ho'], two]);
  t.deepEqual(got.slice(1), [['probe', false], [ino]]);
  t.deepEqual(heard[2], [ino]);
  connection.close();
  display.destroy();
});

test.serial('wrong arguments are refused here, by name', async (t) => {
  const { display, connection } = await connect();
  const one = connection.bind(probeSpec) as Probe;
  const say = one.say.bind(one) as (...args: unknown[]) => void;
  const bytes = new Uint8Array(0);
  t.throws(() => say(1, 1, 'x', bytes), { message: /say takes 5 arguments, not 4/ });
  t.throws(() => say('1', 1, 'x', bytes, null), { instanceOf: TypeError, message: /argument 0/ });
  t.throws(() => say(1, 1e9, 'x', bytes, null), { message: /argument 1/ });
  t.throws(() => say(1, 1, 'x', 'no bytes', null), { message: /argument 3/ });
  t.throws(() => say(1, 1, 'x'.repeat(5000), bytes, null), { instanceOf: TypeError });
  t.throws(() => say(1, 1, 'x', new Uint8Array(5000), null), { instanceOf: Error });
  t.throws(() => one.give(999), { message: /argument 0 must be an open file descriptor/ });
  const gone = one.make();
  gone.destroy();
  t.throws(() => say(1, 1, null, bytes, gone), { message: /a probe that is destroyed/ });
  const old = connection.bind({ ...probeSpec, version: 1 }) as Probe;
  t.throws(() => old.late(), { message: /probe.late needs version 2, the object has 1/ });
  const other = new Connection({ interfaces, fd: otherEnd(display) });
  await other.sync();
  const foreign = other.bind(probeSpec) as Probe;
  t.throws(() => say(1, 1, null, bytes, foreign), { code: 'ERR_FOREIGN_OBJECT' });
  await connection.sync();
  t.false(connection.closed);
  other.close();
  connection.close();
  display.destroy();
});

function otherEnd(display: Display): number {
  const [ours, theirs] = createSocketPair();
  display.addClientFd(ours);
  return theirs;
}

test.serial('an ended object does nothing, and is told once', async (t) => {
  const { display, connection, served } = await connect();
  const one = connection.bind(probeSpec) as Probe;
  const ended: string[] = [];
  one.onDestroyed(() => ended.push('one'));
  const child = one.make();
  child.onDestroyed(() => ended.push('child'));
  await connection.sync();
  served[1]?.post(3, []);
  await connection.sync();
  t.deepEqual(ended, ['child']);
  one[Symbol.dispose]();
  one.destroy();
  one.late();
  t.true(one.make().destroyed);
  t.deepEqual(ended, ['child', 'one']);
  await connection.sync();
  t.true(served.every(({ destroyed }) => destroyed));
  connection.close();
  t.true(connection.closed && one.destroyed);
  await t.throwsAsync(connection.sync());
  display.destroy();
});

test.serial('what a handler throws is reported and ends nothing', async (t) => {
  const { display, connection, served } = await connect();
  const one = connection.bind(probeSpec) as Probe;
  const seen: string[] = [];
  connection.onHandlerError = (error, where) => seen.push(`${where}: ${(error as Error).message}`);
  one.setHandler({
    given: (fd: number) => {
      closeSync(fd);
      throw new Error('no');
    },
  });
  await connection.sync();
  served[0]?.post(2, [0]);
  await connection.sync();
  t.deepEqual(seen, ['probe.given: no']);
  connection.close();
  display.destroy();
});

test.serial(
  'a protocol error and the end of the compositor are told with what is known',
  async (t) => {
    const { display, connection, served, ends } = await connect();
    const one = connection.bind(probeSpec) as Probe;
    await connection.sync();
    const { id } = one;
    const waiting = connection.sync();
    served[0]?.postError(3, 'that was wrong');
    const error = await t.throwsAsync(waiting, { instanceOf: ProtocolViolation });
    t.like(error, { interfaceName: 'probe', objectId: id, protocolCode: 3, code: 'EPROTO' });
    t.regex(error?.message ?? '', /that was wrong/);
    t.deepEqual(ends, [error as DisconnectedError]);

    const other = new Connection({ interfaces, fd: otherEnd(display) });
    await other.sync();
    const ended = new Promise<DisconnectedError>((resolve) => {
      other.onEnded = resolve;
    });
    other.onDispatched = () => other.bind(probeSpec)?.make();
    display.destroy();
    t.is((await ended).code, 'EPIPE');
    t.true(other.closed);
  },
);

test.serial('a connection may be closed inside a handler', async (t) => {
  const { display, connection, served } = await connect();
  const one = connection.bind(probeSpec) as Probe;
  one.setHandler({ heard: () => connection.close(), made: () => t.fail() });
  await connection.sync();
  served[0]?.post(0, [1, 1, '', new Uint8Array(0), null]);
  served[0]?.post(1, [served[0].client.createResource(probe, 2)]);
  await eventually(() => {
    if (!one.destroyed) throw new Error('still there');
  });
  t.true(connection.closed);
  display.destroy();
});

test.serial('shared memory goes when it is released, and every view with it', async (t) => {
  const { display, connection } = await connect();
  const shm = connection.bind(wlShm) as WlShm;
  const formats: number[] = [];
  shm.setHandler({ format: (format) => formats.push(format) });
  const pool = new ShmPool(shm, 64 * 64 * 4);
  const view = new Uint32Array(pool.bytes.buffer);
  view.fill(0xff00ff00);
  const buffer = pool.createBuffer({ width: 64, height: 64, format: WlShmFormat.xrgb8888 });
  t.throws(() => pool.createBuffer({ width: 64, height: 65, format: 0 }), {
    instanceOf: RangeError,
  });
  await connection.sync();
  t.true(formats.includes(WlShmFormat.xrgb8888));
  pool[Symbol.dispose]();
  t.deepEqual([view.length, pool.bytes.length], [0, 0]);
  t.is(view[0], undefined);
  await connection.sync();
  t.false(buffer.destroyed);
  t.throws(() => new ShmPool(shm, 0), { instanceOf: RangeError });
  connection.close();
  display.destroy();
});

test.serial('memory that nobody released is unmapped with its views', async (t) => {
  const { display, connection } = await connect();
  const shm = connection.bind(wlShm) as WlShm;
  const mapped = () => readFileSync('/proc/self/maps', 'utf8').split('wayland-shm').length - 1;
  const before = mapped();
  for (let i = 0; i < 20; i++) {
    using pool = new ShmPool(shm, 4096);
    pool.bytes.fill(i);
    await turn();
  }
  await eventually(() => {
    if (mapped() > before + 10) throw new Error('nothing is unmapped');
  });
  connection.close();
  display.destroy();
  t.pass();
});

test.serial('weston takes a picture', async (t) => {
  const scratch = scratchFolder();
  const folder = scratch.path;
  const weston = spawn(
    'weston',
    ['--backend=headless-backend.so', '--socket=wl-test', '--idle-time=0', '--no-config'],
    { env: { ...process.env, XDG_RUNTIME_DIR: folder }, stdio: 'ignore' },
  );
  t.teardown(async () => {
    weston.kill('SIGKILL');
    if (weston.exitCode === null && weston.signalCode === null)
      await new Promise((resolve) => weston.once('exit', resolve));
    scratch[Symbol.dispose]();
  });
  const connection = await eventually(
    () => new Connection({ interfaces, display: `${folder}/wl-test` }),
  );
  await connection.sync();
  const compositor = connection.bind<WlCompositor>(wlCompositor) as WlCompositor;
  const surface: WlSurface = compositor.createSurface();
  const shm = connection.bind(wlShm) as WlShm;
  using pool = new ShmPool(shm, 400);
  surface.attach(pool.createBuffer({ width: 10, height: 10, format: 0 }), 0, 0);
  surface.damage(0, 0, 10, 10);
  surface.commit();
  await connection.sync();
  t.false(connection.closed);
  const ended = new Promise<DisconnectedError>((resolve) => {
    connection.onEnded = resolve;
  });
  surface.attach(null, 5, 5);
  surface.setBufferScale(0);
  t.true((await ended) instanceof ProtocolViolation);
});
