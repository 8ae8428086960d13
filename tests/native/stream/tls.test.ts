import { readdirSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { connect as connectNode } from 'node:tls';
import anyTest, { type ExecutionContext, type TestFn } from 'ava';
import {
  type Shaken,
  type ShakeOptions,
  shakeHands,
  TlsContext,
  TlsMemory,
  tcpPath,
} from '../../../native/stream/tls.ts';
import { ProtocolError } from '../../../protocol/errors.ts';
import type { StreamClosed } from '../../../protocol/link/byte-stream.ts';
import { DirectStream } from '../../../protocol/node/direct-stream.ts';
import { tlsError } from '../../../protocol/node/tls-error.ts';
import { until } from '../../protocol/link/conformance.ts';
import { serverIdentity, terminalIdentity } from '../../protocol/node/identities.ts';

// One after the other: one of them counts descriptors.
const test = anyTest.serial as TestFn;
const ALPN = 'test/1';
const server = await serverIdentity();
const terminal = await terminalIdentity();
const serverContext = new TlsContext('server', server, ALPN);
const clientContext = new TlsContext('client', terminal, ALPN);

interface Sockets {
  readonly accepted: Socket;
  readonly connected: Socket;
}

async function sockets(t: ExecutionContext): Promise<Sockets> {
  const listener = createServer({ pauseOnConnect: true });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const { port } = listener.address() as AddressInfo;
  const accepted = new Promise<Socket>((resolve) => listener.once('connection', resolve));
  const connected = connect(port, '127.0.0.1').pause();
  await new Promise((resolve) => connected.once('connect', resolve));
  const both = { accepted: await accepted, connected };
  listener.close();
  t.teardown(() => {
    both.accepted.destroy();
    both.connected.destroy();
  });
  return both;
}

interface End {
  readonly stream: DirectStream;
  readonly certificate: Uint8Array | null;
  readonly agreed: boolean;
  readonly resumed: boolean;
}

const end = (context: TlsContext, socket: Socket, options: ShakeOptions = {}): Promise<End> =>
  new Promise((resolve, reject) => {
    shakeHands(context, socket, options, (result: Shaken) => {
      if ('error' in result) reject(result.error);
      else resolve({ ...result.peer, stream: new DirectStream(result.open, tlsError) });
    });
  });

async function ends(t: ExecutionContext, memory = new TlsMemory()): Promise<[End, End]> {
  const { accepted, connected } = await sockets(t);
  const both = await Promise.all([
    end(serverContext, accepted),
    end(clientContext, connected, { memory, serverName: 'localhost' }),
  ]);
  t.teardown(() => {
    for (const { stream } of both) stream.destroy();
  });
  return both;
}

const next = ({ stream }: End): Promise<Uint8Array> =>
  new Promise((resolve) => stream.onData(resolve));
const closing = ({ stream }: End): Promise<StreamClosed> =>
  new Promise((resolve) => stream.onClose(resolve));

test('both know the other, also when the session is resumed', async (t) => {
  const memory = new TlsMemory();
  for (const resumed of [false, true, true]) {
    const [accepted, connected] = await ends(t, memory);
    t.deepEqual([...(accepted.certificate ?? [])], [...terminal.certDer]);
    t.deepEqual([...(connected.certificate ?? [])], [...server.certDer]);
    t.true(accepted.agreed && connected.agreed);
    t.is(accepted.resumed, resumed);
    t.is(connected.resumed, resumed);
    // What a server gives for the next time comes with its first bytes.
    const arrived = next(connected);
    accepted.stream.write([Buffer.from('hello')]);
    t.is(Buffer.from(await arrived).toString(), 'hello');
    connected.stream.destroy();
  }
});

test('a session of one server is of no use with another', async (t) => {
  const memory = new TlsMemory();
  const [accepted, connected] = await ends(t, memory);
  const arrived = next(connected);
  accepted.stream.write([Buffer.from('hello')]);
  await arrived;
  const other = await serverIdentity();
  const pair = await sockets(t);
  const [, again] = await Promise.all([
    end(new TlsContext('server', other, ALPN), pair.accepted),
    end(clientContext, pair.connected, { memory }),
  ]);
  t.false(again.resumed);
  t.deepEqual([...(again.certificate ?? [])], [...other.certDer]);
  again.stream.destroy();
});

test('much arrives in order both ways at once', async (t) => {
  const both = await ends(t);
  const sent = Buffer.from(Uint8Array.from({ length: 3_000_000 }, (_, i) => (i * 31) >> 8));
  const got = both.map(({ stream }) => {
    const chunks: Uint8Array[] = [];
    stream.onData((chunk) => chunks.push(chunk));
    return new Promise<Buffer>((resolve) => stream.onClose(() => resolve(Buffer.concat(chunks))));
  });
  for (const { stream } of both) {
    stream.write([sent.subarray(0, 7), sent.subarray(7)]);
    stream.end();
  }
  for (const bytes of await Promise.all(got)) t.true(bytes.equals(sent));
});

test('the kernel tells of the way to the peer', async (t) => {
  const [accepted, connected] = await ends(t);
  const arrived = next(connected);
  accepted.stream.write([new Uint8Array(10_000)]);
  await arrived;
  const path = tcpPath(accepted.stream.connection);
  t.true(path !== null && path.rttUs > 0 && path.leastRttUs <= path.rttUs);
  t.true(path !== null && path.windowBytes > 1000);
  accepted.stream.destroy();
  t.is(tcpPath(accepted.stream.connection), null);
});

test('a connection that is cut is none that has ended', async (t) => {
  const { accepted, connected } = await sockets(t);
  const shaken = end(serverContext, accepted);
  const node = connectNode({ socket: connected, rejectUnauthorized: false, ALPNProtocols: [ALPN] });
  node.on('error', () => {});
  const cut = await shaken;
  const closed = closing(cut);
  cut.stream.onData(() => {});
  connected.end();
  const { clean, error } = await closed;
  t.false(clean);
  t.true(error instanceof ProtocolError && error.code === 'truncated');
});

test('a peer that ends and goes, with bytes still waiting for it, leaves nothing that waits', async (t) => {
  const [accepted, connected] = await ends(t);
  const closed = closing(accepted);
  accepted.stream.onData(() => {});
  accepted.stream.write([new Uint8Array(32 << 20)]);
  connected.stream.end();
  // The loop has looked at what came.
  for (let i = 0; i < 3; i++) await new Promise(setImmediate);
  connected.stream.destroy();
  t.true((await closed).clean);
  t.is(accepted.stream.unsentBytes, 0);
});

test('one that does so before anybody looked leaves nothing either', async (t) => {
  const [accepted, connected] = await ends(t);
  const closed = closing(accepted);
  accepted.stream.onData(() => {});
  accepted.stream.write([new Uint8Array(32 << 20)]);
  // What the handshake left is read.
  for (let i = 0; i < 3; i++) await new Promise(setImmediate);
  connected.stream.end();
  connected.stream.destroy();
  t.true((await closed).clean);
  t.is(accepted.stream.unsentBytes, 0);
});

test('what is no TLS is a rule broken', async (t) => {
  const { accepted, connected } = await sockets(t);
  connected.write('GET / HTTP/1.1\r\n\r\n');
  const error = await t.throwsAsync(end(serverContext, accepted), { code: 'EPROTO' });
  t.regex(error?.message ?? '', /http request|wrong version/);
});

test('a handshake that is given up says nothing, and leaves nothing behind', async (t) => {
  const descriptors = (): number => readdirSync('/proc/self/fd').length;
  const before = descriptors();
  for (let i = 0; i < 50; i++) {
    const { accepted, connected } = await sockets(t);
    const shaking = shakeHands(serverContext, accepted, {}, () => t.fail());
    if (i % 2 === 0) connected.write(Uint8Array.of(22, 3, 1));
    if (i % 3 === 0) await new Promise(setImmediate);
    shaking[Symbol.dispose]();
    shaking[Symbol.dispose]();
    connected.destroy();
  }
  await until(() => descriptors() <= before);
  t.pass();
});

test('what cannot be used is an error at once', async (t) => {
  t.throws(() => new TlsContext('server', { ...server, keyPem: terminal.keyPem }, ALPN), {
    message: /^TLS: /,
  });
  t.throws(() => new TlsContext('server', { certPem: 'x', keyPem: 'y' }, ALPN));
  const { accepted } = await sockets(t);
  accepted.destroy();
  t.throws(() => shakeHands(serverContext, accepted, {}, () => {}), { code: 'EBADF' });
});
