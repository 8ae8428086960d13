import { connect as connectNet, createServer, type Socket } from 'node:net';
import anyTest, { type ExecutionContext, type TestFn } from 'ava';
import { connectTls } from '../../../protocol/node/tls-client.ts';
import { listenTls, type TlsListener } from '../../../protocol/node/tls-listener.ts';
import { until } from '../link/conformance.ts';
import { attach, listenForAttach } from './attach.ts';
import { clientHello, startFlood } from './flood.ts';
import { serverIdentity, terminalIdentity } from './identities.ts';

const test = anyTest.serial as TestFn;
const host = '127.0.0.1';
const server = await serverIdentity();
const terminal = await terminalIdentity();
const hello = await clientHello();

interface Rejected {
  readonly reason: string;
  readonly peer: string;
}

async function listen(
  t: ExecutionContext,
  handshakeTimeoutMs = 5000,
): Promise<{ listener: TlsListener; rejected: Rejected[] }> {
  const rejected: Rejected[] = [];
  const listener = await listenTls({
    host,
    port: 0,
    identity: server,
    admission: true,
    tuning: { handshakeTimeoutMs, closeTimeoutMs: 50 },
    onLink: () => {},
    onRejected: (error, peer) => rejected.push({ reason: error.message, peer: peer.address }),
  });
  t.teardown(() => listener.close());
  return { listener, rejected };
}

function dial(t: ExecutionContext, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connectNet({ host, port });
    t.teardown(() => socket.destroy());
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      socket.on('error', () => {});
      resolve(socket);
    });
  });
}

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[numbers.length >> 1] as number;

for (const [kind, from, limitMs] of [
  ['idle', '127.0.0.2', 500],
  ['idle', '127.0.0.1', 500],
  ['hello', '127.0.0.2', 500],
  ['secured', '127.0.0.2', 500],
] as const) {
  test(`a terminal attaches beside a flood: ${kind}, from ${from}`, async (t) => {
    const listener = await listenForAttach();
    t.teardown(() => listener.close());
    const flood = await startFlood(listener.port, from, 1000, 8, kind);
    t.teardown(() => flood.stop());
    // The places are full by then.
    await until(() => listener.strangers >= 190);
    const times: number[] = [];
    for (let i = 0; i < 7; i++) times.push((await attach(listener.port, terminal)).ms);
    t.true(median(times) < limitMs, `${times.map(Math.round)} ms`);
    t.true(listener.strangers <= 256);
  });
}

test('a peer that hangs up at any byte of its greeting leaves nothing behind', async (t) => {
  const { listener, rejected } = await listen(t);
  for (let cut = 0; cut <= hello.length; cut++) {
    const socket = await dial(t, listener.port);
    socket.resume();
    if (cut % 2 === 0) socket.end(hello.subarray(0, cut));
    else socket.write(hello.subarray(0, cut), () => socket.resetAndDestroy());
  }
  await until(() => listener.strangers === 0);
  t.deepEqual(
    rejected.filter(({ peer }) => !/^127\.0\.0\.1:\d+$/.test(peer)),
    [],
  );
  t.true((await attachedTo(listener)).startsWith('127.0.0.1'));
});

/** A relay that loses the terminal after so many of its bytes; resolves when the terminal has noticed. */
async function cutAfter(bytes: number, target: number): Promise<void> {
  const relay = createServer((near) => {
    const far = connectNet({ host, port: target });
    let left = bytes;
    near.on('data', (chunk) => {
      far.write(chunk.subarray(0, left));
      left -= Math.min(left, chunk.length);
      if (left === 0) far.end();
    });
    far.on('data', (chunk) => near.write(chunk));
    near.on('error', () => {}).on('close', () => far.destroy());
    far.on('error', () => {}).on('close', () => near.destroy());
  });
  await new Promise<void>((resolve) => relay.listen(0, host, resolve));
  const { port } = relay.address() as { port: number };
  const link = await connectTls({ host, port, identity: terminal }).catch(() => null);
  if (link !== null) await new Promise<void>((resolve) => link.onClose(() => resolve()));
  relay.close();
}

test('a peer that hangs up within the handshake leaves nothing behind', async (t) => {
  const { listener, rejected } = await listen(t, 1500);
  const cuts = Array.from({ length: 69 }, (_, i) => hello.length + i * 13);
  await Promise.all(cuts.map((cut) => cutAfter(cut, listener.port)));
  await until(() => listener.strangers === 0);
  t.true(rejected.length > 0);
  t.deepEqual(
    rejected.filter(({ peer }) => !/^127\.0\.0\.1:\d+$/.test(peer)),
    [],
  );
});

test('a greeting that comes byte by byte is understood, one that never ends is given up', async (t) => {
  const { listener, rejected } = await listen(t, 400);
  const slow = await dial(t, listener.port);
  slow.setNoDelay(true);
  const answer = new Promise<Buffer>((resolve) => slow.once('data', resolve));
  for (const byte of hello) {
    await new Promise((resolve) => slow.write(Uint8Array.of(byte), resolve));
  }
  t.is((await answer)[0], 22, 'a handshake record');
  slow.destroy();
  const slower = await dial(t, listener.port);
  const ended = new Promise((resolve) => slower.once('close', resolve).resume());
  slower.write(hello.subarray(0, -1));
  await ended;
  t.regex(rejected.at(-1)?.reason ?? '', /no handshake was made in time/);
  await until(() => listener.strangers === 0);
});

async function attachedTo(listener: TlsListener): Promise<string> {
  const link = await connectTls({ host, port: listener.port, identity: terminal });
  const { address } = link.peer;
  link.close(0, '');
  return address;
}
