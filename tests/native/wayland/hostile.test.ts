import { closeSync, openSync, readdirSync } from 'node:fs';
import test from 'ava';
import { request } from './probe.ts';
import { encodeMessage, RawClient } from './raw-client.ts';
import { type Loose, Session } from './session.ts';

type Attack = (client: RawClient, id: number) => void;

const header = (id: number, size: number, opcode: number) => {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(id);
  bytes.writeUInt32LE(((size << 16) | opcode) >>> 0, 4);
  return bytes;
};

const attacks: Record<string, Attack> = {
  'an unknown opcode': (client, id) => client.send(id, 99),
  'an unknown object': (client) => client.send(4000, 0),
  'an object id out of order': (client, id) => client.send(id, request.objects, 0x00fffff0, null),
  'the id of a living object for a new one': (client, id) =>
    client.send(id, request.objects, id, null),
  'a server id for a new one': (client, id) => client.send(id, request.objects, 0xff000000, null),
  'an object of a wrong interface': (client, id) => {
    client.send(1, 0, 30);
    client.send(id, request.objects, 31, 2);
  },
  'an object for an interface nobody has': (client, id) =>
    client.send(id, request.takeStranger, id),
  'null where none is allowed': (client, id) => client.send(id, request.takeStranger, 0),
  'a message shorter than its header': (client, id) => client.sendBytes(header(id, 4, 0)),
  'a message shorter than its arguments': (client, id) =>
    client.sendBytes(header(id, 8, request.scalars)),
  'a string longer than its message': (client, id) => {
    const bytes = encodeMessage(id, request.scalars, 0, 0, 0, 'abcd', null, new Uint8Array(0));
    bytes.writeUInt32LE(0x7fffffff, 20);
    client.sendBytes(bytes);
  },
  'a string without its end': (client, id) => {
    const bytes = encodeMessage(id, request.scalars, 0, 0, 0, 'abc', null, new Uint8Array(0));
    bytes.write('X', 27);
    client.sendBytes(bytes);
  },
  'a descriptor that never came': (client, id) => client.send(id, request.takeFd),
  noise: (client) => client.sendBytes(Buffer.alloc(4096, 0xa5)),
  'a bind of a version that is not offered': (client) => client.send(2, 0, 1, 'wr_probe', 9, 70),
  'a bind of no global': (client) => client.send(2, 0, 12345, 'wr_probe', 1, 70),
};

for (const [name, attack] of Object.entries(attacks)) {
  test.serial(`${name} ends that client alone`, async (t) => {
    using session = new Session();
    session.handler = { objects() {}, scalars() {}, takeFd: closeSync, takeStranger() {} };
    const bystander = await session.connect();
    const { client, id, resource } = await session.connect();
    attack(client, id);
    t.false(await client.sync());
    t.true(resource.destroyed);
    t.true(await bystander.client.sync());
    t.false(bystander.resource.destroyed);
    t.deepEqual(session.errors, []);
  });
}

test.serial('a request newer than its object is an error', async (t) => {
  using session = new Session();
  const { client, id } = await session.connect(1);
  client.send(id, request.newer);
  t.false(await client.sync());
  t.like(client.error, { object: 1, code: 1 }, 'wl_display.error invalid_method');
});

test.serial('a client that does not read is dropped, the others go on', async (t) => {
  using session = new Session();
  const bystander = await session.connect();
  const { client, resource } = await session.connect();
  client.pause();
  const gone = new Promise<void>((done) => resource.client.onDestroy(done));
  const data = new Uint8Array(3000);
  let sent = 0;
  for (; sent < 5000 && !resource.destroyed; sent++) {
    resource['sendScalars']?.(0, 0, 0, '', null, data);
    if (sent % 50 === 0) session.display.flush();
  }
  await gone;
  t.true(sent < 5000);
  t.true(await bystander.client.sync());
  client.resume();
  await client.until(() => false);
});

test.serial('a client may have only so many objects', async (t) => {
  using session = new Session();
  session.handler = { objects: (made: Loose) => made.setHandler({}) };
  const { client, id } = await session.connect();
  let alive = true;
  for (let batches = 0; alive && batches < 80; batches++) {
    const batch = Array.from({ length: 1000 }, () =>
      encodeMessage(id, request.objects, client.nextId++, null),
    );
    client.sendBytes(Buffer.concat(batch));
    alive = await client.sync();
  }
  t.false(alive);
  t.is(client.error?.code, 2, 'wl_display.error no_memory');
});

const openFds = () => readdirSync('/proc/self/fd').length;

test.serial('1,000 clients come and go and leave descriptors and objects level', async (t) => {
  using session = new Session();
  session.handler = { objects: (made: Loose) => made.setHandler({}), takeFd: closeSync };
  const file = openSync('/dev/null', 'r');
  const visit = async (abrupt: boolean) => {
    const client = new RawClient(session.display);
    const gone = new Promise<void>((done) => client.peer.onDestroy(done));
    const id = await client.bind('wr_probe', 3);
    client.send(id, request.objects, client.nextId++, null);
    client.sendWithFd(file, id, request.takeFd);
    if (!abrupt) await client.sync();
    client.close();
    await gone;
  };
  for (let i = 0; i < 50; i++) await visit(i % 2 === 0);
  const before = openFds();
  const memoryBefore = process.memoryUsage().rss;
  for (let i = 0; i < 1000; i++) await visit(i % 2 === 0);
  t.is(openFds(), before);
  const grownBytes = process.memoryUsage().rss - memoryBefore;
  t.true(grownBytes < 64 << 20, `grew by ${grownBytes >> 10} KiB`);
  t.true(session.bound.every((resource) => resource.destroyed));
  closeSync(file);
});
