import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import test from 'ava';
import { createSealedFile, WaylandError } from '../../../native/wayland/index.ts';
import { event, request } from './probe.ts';
import { stringAt } from './raw-client.ts';
import { type Loose, Session } from './session.ts';

test.serial('every scalar argument arrives as sent', async (t) => {
  using session = new Session();
  const calls: unknown[][] = [];
  session.handler = { scalars: (...args: unknown[]) => calls.push(args) };
  const { client, id } = await session.connect();
  client.send(id, request.scalars, -7, 0xfffffffe, -384, 'grüß', null, new Uint8Array([1, 2, 3]));
  client.send(id, request.scalars, 0, 0, 1, '', 'x', new Uint8Array(0));
  t.true(await client.sync());
  t.deepEqual(calls, [
    [-7, 0xfffffffe, -1.5, 'grüß', null, Buffer.from([1, 2, 3])],
    [0, 0, 1 / 256, '', 'x', Buffer.alloc(0)],
  ]);
});

test.serial('a new object is ready in its handler and can be named afterwards', async (t) => {
  using session = new Session();
  const named: (Loose | null)[] = [];
  let created: Loose | undefined;
  session.handler = {
    objects(made: Loose, other: Loose | null) {
      created = made;
      named.push(other);
      made.data = 'mine';
      made.setHandler({});
    },
  };
  const { client, id, resource } = await session.connect(2);
  const first = client.nextId++;
  const second = client.nextId++;
  client.send(id, request.objects, first, null);
  client.send(id, request.objects, second, first);
  t.true(await client.sync());
  t.deepEqual(
    named.map((other) => other?.data),
    [undefined, 'mine'],
  );
  t.is(created?.id, second);
  t.is(created?.version, 2);
  t.is(created?.client, resource.client);
  t.is(session.clients[0]?.peer.objectById(first), named[1] as Loose);
  t.is(session.clients[0]?.peer.objectById(999), undefined);
});

test.serial('a descriptor belongs to the handler, and is closed without one', async (t) => {
  using session = new Session();
  const contents: string[] = [];
  session.handler = {
    takeFd(fd: number) {
      contents.push(readFileSync(fd, 'utf8'));
      closeSync(fd);
    },
  };
  const file = createSealedFile('probe', Buffer.from('hello'));
  const { client, id, resource } = await session.connect();
  const before = highestFd();
  client.sendWithFd(file, id, request.takeFd);
  t.true(await client.sync());
  resource.setHandler({});
  client.sendWithFd(file, id, request.takeFd);
  t.false(await client.sync());
  closeSync(file);
  t.deepEqual(contents, ['hello']);
  t.true(highestFd() <= before);
  t.regex(client.error?.message ?? '', /take_fd is not implemented/);
});

function highestFd(): number {
  const fd = openSync('/dev/null', 'r');
  closeSync(fd);
  return fd;
}

test.serial('what a handler throws ends its client alone', async (t) => {
  using session = new Session();
  const failing = await session.connect();
  failing.resource.setHandler({
    scalars() {
      throw new Error('a bug');
    },
  });
  const other = await session.connect();
  failing.client.send(failing.id, request.scalars, 0, 0, 0, '', null, new Uint8Array(0));
  t.false(await failing.client.sync());
  t.like(failing.client.error, { object: 1, code: 3, message: 'wr_probe.scalars failed' });
  t.is((session.errors[0] as Error).message, 'a bug');
  t.true(failing.resource.destroyed);
  t.true(await other.client.sync());
});

test.serial('WaylandError becomes the protocol error it names', async (t) => {
  using session = new Session();
  const { client, id, resource } = await session.connect();
  resource.setHandler({
    newer() {
      throw new WaylandError(resource, 42, 'not like that');
    },
  });
  client.send(id, request.newer);
  t.false(await client.sync());
  t.deepEqual(client.error, { object: id, code: 42, message: 'not like that' });
  t.deepEqual(session.errors, []);
});

test.serial('the end of an object is told once, whatever the reason', async (t) => {
  using session = new Session();
  const ended: string[] = [];
  session.handler = {};
  const one = await session.connect();
  one.resource.onDestroy(() => ended.push('request'));
  one.client.send(one.id, request.destroy);
  t.true(await one.client.sync());
  const two = await session.connect();
  two.resource.onDestroy(() => ended.push('server'));
  two.resource.destroy();
  two.resource.destroy();
  const three = await session.connect();
  three.resource.onDestroy(() => ended.push('client'));
  three.resource.client.onDestroy(() => ended.push('client gone'));
  three.client.close();
  t.true(await one.client.sync());
  t.deepEqual(ended, ['request', 'server', 'client', 'client gone']);
  one.resource.onDestroy(() => ended.push('late'));
  t.is(ended.at(-1), 'late');
});

test.serial('a destroyed object does nothing', async (t) => {
  using session = new Session();
  const { client, resource } = await session.connect();
  resource.destroy();
  resource['sendNewer']?.();
  resource.post(event.newer, []);
  resource.postError(1, 'nobody hears it');
  resource.setHandler({});
  t.is(resource.id, 0);
  t.true(resource.destroyed);
  t.true(await client.sync());
  t.is(client.error, undefined);
});

test.serial(
  'a client destroyed inside a handler ends after it, and takes no more requests',
  async (t) => {
    using session = new Session();
    let calls = 0;
    session.handler = {
      newer() {
        calls++;
        session.bound[0]?.client.destroy();
        t.false(session.bound[0]?.destroyed);
      },
    };
    const { client, id, resource } = await session.connect();
    client.send(id, request.newer);
    client.send(id, request.newer);
    await client.until(() => false);
    t.is(calls, 1);
    t.true(resource.destroyed);
    t.true(resource.client.destroyed);
  },
);

test.serial('an error outside of any request ends a client that says nothing more', async (t) => {
  using session = new Session();
  const { client, id, resource } = await session.connect();
  const gone = new Promise<void>((done) => resource.client.onDestroy(done));
  resource.postError(7, 'no answer');
  await gone;
  await client.until(() => false);
  t.deepEqual(client.error, { object: id, code: 7, message: 'no answer' });
});

test.serial('the display may be destroyed after a batch', async (t) => {
  const session = new Session();
  session.handler = { newer() {} };
  const { client, id, resource } = await session.connect();
  session.display.onDispatched(() => session.display.destroy());
  client.send(id, request.newer);
  await client.until(() => false);
  t.true(resource.destroyed);
  session[Symbol.dispose]();
});

test.serial('the display may be destroyed inside a handler', async (t) => {
  const session = new Session();
  session.handler = { newer: () => session.display.destroy() };
  const { client, id, resource } = await session.connect();
  client.send(id, request.newer);
  await client.until(() => false);
  t.true(resource.destroyed);
  session[Symbol.dispose]();
});

test.serial('who binds a removed global gets an object that does nothing', async (t) => {
  using session = new Session();
  const global = session.display.createGlobal('wl_buffer', 1, () => t.fail('bound'));
  const { client } = await session.connect();
  global.destroy();
  t.true(global.destroyed);
  const id = await client.bind('wl_buffer', 1);
  t.true(await client.sync());
  client.send(id, 0);
  t.true(await client.sync());
  t.is(client.eventsOf(2, 1).length, 1, 'global_remove was sent');
});

test.serial('onDispatched follows a batch, and its events go out at once', async (t) => {
  using session = new Session();
  let pending = 0;
  session.handler = { newer: () => pending++ };
  const { client, id, resource } = await session.connect();
  session.display.onDispatched(() => {
    for (; pending > 0; pending--) resource['sendNewer']?.();
  });
  client.send(id, request.newer);
  await client.until(() => client.eventsOf(id, event.newer).length === 1);
  t.is(client.eventsOf(id, event.newer).length, 1);
});

test.serial('a sealed file is read-only and cannot be opened larger', (t) => {
  const fd = createSealedFile('keymap', Buffer.from('text\0'));
  t.is(fstatSync(fd).size, 5);
  t.throws(() => openSync(`/proc/self/fd/${fd}`, 'w'));
  closeSync(fd);
  t.is(stringAt(Buffer.from([2, 0, 0, 0, 97, 0]), 0), 'a');
});
