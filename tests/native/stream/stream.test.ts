import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import test from 'ava';
import { overSocket } from '../../../native/stream/index.ts';
import type { StreamClosed } from '../../../protocol/link/byte-stream.ts';
import { DirectStream } from '../../../protocol/node/direct-stream.ts';
import { scratchFolder } from '../../helpers/scratch.ts';

interface Ends extends Disposable {
  readonly stream: DirectStream;
  /** The other end, as Node has it; it does not end by itself. */
  readonly peer: Socket;
}

async function ends(): Promise<Ends> {
  const scratch = scratchFolder();
  const path = join(scratch.path, 's');
  const server = createServer({ allowHalfOpen: true }).listen(path);
  await once(server, 'listening');
  const socket = connect(path).pause();
  const [[peer]] = (await Promise.all([once(server, 'connection'), once(socket, 'connect')])) as [
    [Socket],
    unknown,
  ];
  server.close();
  const stream = new DirectStream(overSocket(socket));
  return {
    stream,
    peer,
    [Symbol.dispose]() {
      stream.destroy();
      peer.destroy();
      scratch[Symbol.dispose]();
    },
  };
}

async function everything(peer: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of peer) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

const closing = (stream: DirectStream): Promise<StreamClosed> =>
  new Promise((resolve) => stream.onClose(resolve));

test('what arrives is the receiver’s to keep, in whatever pieces it was sent', async (t) => {
  using both = await ends();
  const { stream, peer } = both;
  const sent = randomBytes(300_000);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const all = new Promise<void>((resolve) => {
    stream.onData((chunk) => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes === sent.length) resolve();
    });
  });
  for (let at = 0; at < 300; at++) {
    if (!peer.write(sent.subarray(at, at + 1))) await once(peer, 'drain');
    if (at % 20 === 0) await new Promise(setImmediate);
  }
  peer.write(sent.subarray(300));
  await all;
  t.true(Buffer.concat(chunks).equals(sent));
});

test('many parts and big ones arrive in order, and the end after them', async (t) => {
  using both = await ends();
  const { stream, peer } = both;
  const parts = Array.from({ length: 200 }, (_, i) => randomBytes(i === 7 ? 3_000_000 : i));
  t.false(stream.write(parts));
  t.true(stream.unsentBytes > 1_000_000);
  const drained = new Promise<void>((resolve) => stream.onDrain(resolve));
  stream.end();
  t.false(stream.write([Buffer.from('late')]));
  const got = await everything(peer);
  await drained;
  t.true(got.equals(Buffer.concat(parts)));
  t.is(stream.unsentBytes, 0);
});

test('the peer’s end is a clean one, after all that waited has gone', async (t) => {
  using both = await ends();
  const { stream, peer } = both;
  const sent = randomBytes(2_000_000);
  stream.onData(() => {});
  const closed = closing(stream);
  stream.write([sent]);
  peer.end();
  t.true((await everything(peer)).equals(sent));
  t.deepEqual(await closed, { clean: true });
});

test('a paused stream leaves what comes to the kernel', async (t) => {
  using both = await ends();
  const { stream, peer } = both;
  let bytes = 0;
  stream.onData((chunk) => {
    bytes += chunk.length;
    stream.pause();
  });
  const sent = 8_000_000;
  const written = new Promise<void>((resolve) => peer.write(randomBytes(sent), () => resolve()));
  await new Promise(setImmediate);
  await new Promise(setImmediate);
  t.true(bytes <= 65_536);
  stream.onData((chunk) => {
    bytes += chunk.length;
  });
  stream.resume();
  await written;
  peer.end();
  await closing(stream);
  t.is(bytes, sent);
});

test('a paused stream notices that its peer has ended', async (t) => {
  using both = await ends();
  const { stream, peer } = both;
  stream.onData(() => {});
  stream.pause();
  peer.end();
  t.deepEqual(await closing(stream), { clean: true });
});

for (const [how, leave] of [
  ['ended', (peer: Socket) => peer.end()],
  // With something of ours unread, which resets the connection.
  ['reset', (peer: Socket) => peer.destroy()],
] as const) {
  test(`what came before a paused stream was ${how} is read first`, async (t) => {
    using both = await ends();
    const { stream, peer } = both;
    const chunks: Uint8Array[] = [];
    stream.onData((chunk) => {
      chunks.push(chunk);
      stream.pause();
    });
    let closed = false;
    stream.onClose(() => {
      closed = true;
    });
    peer.pause();
    if (how === 'reset') stream.write([Buffer.from('unread')]);
    const sent = randomBytes(100_000);
    await new Promise<void>((resolve) => peer.write(sent, () => resolve()));
    leave(peer);
    for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
    t.false(closed);
    const gone = closing(stream);
    stream.onData((chunk) => chunks.push(chunk));
    stream.resume();
    await gone;
    t.true(Buffer.concat(chunks).equals(sent));
  });
}

test('a peer that is gone is an error, told later', async (t) => {
  using both = await ends();
  const { stream, peer } = both;
  peer.destroy();
  await once(peer, 'close');
  let told: StreamClosed | null = null;
  stream.onClose((closed) => {
    told = closed;
  });
  stream.write([Buffer.from('x')]);
  t.is(told, null);
  const closed = await closing(stream);
  t.false(closed.clean);
  t.is((closed.error as NodeJS.ErrnoException).code, 'EPIPE');
  t.false(stream.write([Buffer.from('y')]));
});

test('a stream that is destroyed says so once, and nothing comes any more', async (t) => {
  using both = await ends();
  const { stream, peer } = both;
  stream.onData(() => {
    stream.destroy();
    stream.destroy();
  });
  peer.write('x');
  t.deepEqual(await closing(stream), { clean: false });
  stream.resume();
  stream.end();
  t.is(stream.unsentBytes, 0);
});

test('a socket that is closed already cannot be taken over', async (t) => {
  using both = await ends();
  both.peer.destroy();
  t.throws(() => new DirectStream(overSocket(both.peer)), { code: 'EBADF' });
});
