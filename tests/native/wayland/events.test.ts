import { closeSync, readFileSync } from 'node:fs';
import test from 'ava';
import { createSealedFile } from '../../../native/wayland/index.ts';
import { buffer, event, probe } from './probe.ts';
import { stringAt } from './raw-client.ts';
import { type Loose, Session } from './session.ts';

test.serial('every scalar argument is sent as given', async (t) => {
  using session = new Session();
  const { client, id, resource } = await session.connect();
  resource['sendScalars']?.(-2, 0x80000001, -0.5, 'ä', null, new Uint32Array([7, 8]));
  t.true(await client.sync());
  const body = client.eventsOf(id, event.scalars)[0]?.body ?? Buffer.alloc(0);
  t.is(body.readInt32LE(0), -2);
  t.is(body.readUInt32LE(4), 0x80000001);
  t.is(body.readInt32LE(8), -128);
  t.is(stringAt(body, 12), 'ä');
  t.is(body.readUInt32LE(20), 0);
  t.is(body.readUInt32LE(24), 8);
  t.deepEqual([body.readUInt32LE(28), body.readUInt32LE(32)], [7, 8]);
});

test.serial('the server makes objects and hands out descriptors', async (t) => {
  using session = new Session();
  const { client, id, resource } = await session.connect();
  const child = resource.client.createResource(probe, 2) as Loose;
  resource['sendChild']?.(child);
  const file = createSealedFile('file', Buffer.from('keymap'));
  resource['sendFile']?.(file);
  closeSync(file);
  t.true(await client.sync());
  const childId = client.eventsOf(id, event.child)[0]?.body.readUInt32LE(0) ?? 0;
  t.true(childId >= 0xff000000);
  t.is(child.id, childId);
  t.is(child.version, 2);
  t.is(readFileSync(client.fds[0] ?? -1, 'utf8'), 'keymap');
});

test.serial("another client's object cannot be sent", async (t) => {
  using session = new Session();
  const one = await session.connect();
  const two = await session.connect();
  t.throws(() => one.resource['sendObject']?.(two.resource), { code: 'ERR_FOREIGN_OBJECT' });
  one.resource['sendObject']?.(one.resource);
  t.true(await one.client.sync());
  t.is(one.client.eventsOf(one.id, event.object)[0]?.body.readUInt32LE(0), one.id);
  t.true(await two.client.sync());
});

test.serial('an event about an object that has ended is dropped', async (t) => {
  using session = new Session();
  const { client, id, resource } = await session.connect();
  const child = resource.client.createResource(probe, 1) as Loose;
  child.destroy();
  resource['sendObject']?.(child);
  t.true(await client.sync());
  t.is(client.eventsOf(id, event.object).length, 0);
});

test.serial('an event that the object is too old for is dropped', async (t) => {
  using session = new Session();
  const old = await session.connect(2);
  const recent = await session.connect(3);
  old.resource['sendNewer']?.();
  recent.resource['sendNewer']?.();
  t.true((await old.client.sync()) && (await recent.client.sync()));
  t.is(old.client.eventsOf(old.id, event.newer).length, 0);
  t.is(recent.client.eventsOf(recent.id, event.newer).length, 1);
});

test.serial('a destructor event ends the object', async (t) => {
  using session = new Session();
  const { client, id, resource } = await session.connect();
  resource['sendLast']?.();
  t.true(resource.destroyed);
  t.true(await client.sync());
  t.is(client.eventsOf(id, event.last).length, 1);
});

const wrong: [name: string, args: unknown[], pattern: RegExp][] = [
  ['a string for an int', ['x', 0, 0, '', null, new Uint8Array(0)], /argument 0 must be a number/],
  [
    'an infinite fixed',
    [0, 0, Infinity, '', null, new Uint8Array(0)],
    /argument 2 must be a number/,
  ],
  ['null for a string', [0, 0, 0, null, null, new Uint8Array(0)], /argument 3 must be a string/],
  ['an array for an array', [0, 0, 0, '', null, []], /argument 5 must be an ArrayBufferView/],
  ['a long string', [0, 0, 0, 'x'.repeat(5000), null, new Uint8Array(0)], /argument 3 .*4096/],
  ['a long array', [0, 0, 0, '', null, new Uint8Array(4090)], /longer than 4096 bytes/],
  ['too few arguments', [0], /takes 6 arguments, not 1/],
];
for (const [name, args, message] of wrong) {
  test.serial(`${name} is refused and hurts no client`, async (t) => {
    using session = new Session();
    const { client, resource } = await session.connect();
    t.throws(() => resource['sendScalars']?.(...args), { message });
    t.true(await client.sync());
  });
}

test.serial('objects of a wrong kind and closed descriptors are refused', async (t) => {
  using session = new Session();
  const { client, resource } = await session.connect();
  const other = resource.client.createResource(buffer, 1);
  t.throws(() => resource['sendObject']?.(other), { message: /must be a wr_probe/ });
  t.throws(() => resource['sendObject']?.(null), { message: /must be an object/ });
  t.throws(() => resource['sendFile']?.(987654), { message: /open file descriptor/ });
  t.throws(() => resource.post(77, []), { instanceOf: RangeError });
  t.true(await client.sync());
});
