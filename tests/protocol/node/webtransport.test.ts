import { randomBytes, X509Certificate } from 'node:crypto';
import { get } from 'node:https';
import { connect as connectNet } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import test, { type ExecutionContext } from 'ava';
import { ByeCode } from '../../../protocol/generated/control.ts';
import type { LinkTuning } from '../../../protocol/link/limits.ts';
import type { ServerLink } from '../../../protocol/link/link.ts';
import {
  connectWebTransport,
  WEBTRANSPORT_PATH,
  WEBTRANSPORT_WINDOWS,
} from '../../../protocol/link/webtransport.ts';
import { connectBrowser } from '../../../protocol/link/webtransport-browser.ts';
import { createIdentity } from '../../../protocol/node/certificate.ts';
import {
  loadWebTransport,
  type PackageServer,
  type ServerSession,
} from '../../../protocol/node/webtransport-package.ts';
import {
  listenWebTransport,
  type WebTransportListener,
} from '../../../protocol/node/webtransport-server.ts';
import { conformance, until } from '../link/conformance.ts';
import { sessionPair } from '../link/web-session.ts';

// A client accepts a certificate by its hash only if it is short-lived, as browsers do.
const identity = await createIdentity({
  algorithm: 'ecdsa-p256',
  name: 'test',
  hosts: ['127.0.0.1'],
  validDays: 13,
});
const host = '127.0.0.1';

async function listen(
  t: ExecutionContext,
  tuning: Partial<LinkTuning> = {},
  bounds: { readonly maxConnections?: number; readonly maxStrangers?: number } = {},
): Promise<{ listener: WebTransportListener; firstLink: Promise<ServerLink> }> {
  const first = Promise.withResolvers<ServerLink>();
  const listener = await listenWebTransport({
    host,
    port: 0,
    identity,
    admission: true,
    tuning,
    ...bounds,
    onLink: first.resolve,
    onRequest: (_, response) => response.end('page'),
  });
  t.teardown(() => listener.close());
  return { listener, firstLink: first.promise };
}

conformance(test, {
  name: 'webtransport',
  async connect(t, tuning) {
    const { listener, firstLink } = await listen(t, tuning);
    const { WebTransport } = await loadWebTransport();
    const session = new WebTransport(`https://${host}:${listener.port}${WEBTRANSPORT_PATH}`, {
      forceReliable: true,
      serverCertificateHashes: [
        { algorithm: 'sha-256', value: Buffer.from(identity.fingerprint, 'hex') },
      ],
      ...WEBTRANSPORT_WINDOWS,
    });
    const client = await connectWebTransport(
      session,
      { fingerprint: null, address: 'server' },
      tuning,
    );
    t.teardown(() => client.close(ByeCode.normal, ''));
    return { client, server: firstLink };
  },
});

function getPage(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    get({ host, port, path: '/', rejectUnauthorized: false, agent: false }, (response) => {
      response.setEncoding('utf8').on('data', resolve);
    }).on('error', reject);
  });
}

test('ordinary requests are served on the same port', async (t) => {
  const { listener } = await listen(t);
  t.is(await getPage(listener.port), 'page');
});

test('idle connections do not keep others out', async (t) => {
  const { listener } = await listen(t, {}, { maxConnections: 4 });
  const idle = Array.from({ length: 12 }, () => connectNet({ host, port: listener.port }));
  const closed = idle.map((socket) => new Promise((resolve) => socket.once('close', resolve)));
  for (const socket of idle) {
    t.teardown(() => socket.destroy());
    socket.on('error', () => {}).resume();
  }
  await Promise.all(closed.slice(0, 8));
  t.is(await getPage(listener.port), 'page');
});

test('sessions that say nothing do not keep others out', async (t) => {
  const { listener } = await listen(t, { closeTimeoutMs: 50 }, { maxStrangers: 2 });
  const first = await upgraded(t, listener.port);
  const ended = new Promise<void>((resolve) => first.once('close', () => resolve()));
  const others = [await upgraded(t, listener.port), await upgraded(t, listener.port)];
  await ended;
  t.is(listener.strangers, 2);
  t.true(others.every((socket) => !socket.destroyed));
});

const UPGRADE = [
  `GET ${WEBTRANSPORT_PATH} HTTP/1.1`,
  'Host: test',
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Protocol: webtransport_kDraft1',
  '',
  '',
].join('\r\n');

/** A session as a hostile peer opens it: raw bytes follow the upgrade. */
function upgraded(t: ExecutionContext, port: number): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, rejectUnauthorized: false }, () => socket.write(UPGRADE));
    t.teardown(() => socket.destroy());
    socket.once('error', reject);
    socket.once('data', () => {
      socket.off('error', reject);
      socket.on('error', () => {});
      resolve(socket);
    });
  });
}

/** A WebSocket frame with a mask of zeros. */
const frame = (payload: Uint8Array): Buffer =>
  Buffer.concat([Uint8Array.of(0x82, 0x80 | payload.length, 0, 0, 0, 0), payload]);

/** Any message type of the package, with nonsense after it. */
function nonsense(i: number): Buffer {
  const type = Buffer.alloc(4);
  type.writeUInt32BE(0x8000_0000 + 0x190b_4d38 + (i % 14));
  return frame(Buffer.concat([type, randomBytes(i % 40)]));
}

test('nonsense within a session disturbs nobody', async (t) => {
  const { listener } = await listen(t, { handshakeTimeoutMs: 1500, closeTimeoutMs: 100 });
  const attack = async (i: number): Promise<void> => {
    const socket = await upgraded(t, listener.port);
    const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    for (let k = 0; k < 5; k++) socket.write(i % 3 === 0 ? randomBytes(50) : nonsense(i * 5 + k));
    await ended;
  };
  await Promise.all(Array.from({ length: 42 }, (_, i) => attack(i)));
  await until(() => listener.strangers === 0);
  t.pass();
});

test('a stream that comes after the end of its session disturbs nobody', async (t) => {
  const { listener } = await listen(t);
  const socket = await upgraded(t, listener.port);
  const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  const closeSession = frame(Buffer.from('684300000000', 'hex'));
  const openStream = frame(Buffer.from('990b4d3b0d630000', 'hex'));
  socket.write(Buffer.concat([closeSession, openStream, openStream]));
  await ended;
  await until(() => listener.strangers === 0);
  t.pass();
});

test('a stranger cannot make the server keep what it announces', async (t) => {
  const { listener } = await listen(t);
  const socket = await upgraded(t, listener.port);
  const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  const announced = Buffer.from([0x82, 0xff, 0, 0, 0, 0, 0x7f, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  socket.write(announced);
  for (let i = 0; i < 100 && !socket.destroyed; i++) socket.write(new Uint8Array(60_000));
  await ended;
  t.true(socket.destroyed);
});

test('a connection that says nothing is closed', async (t) => {
  const { listener } = await listen(t, { handshakeTimeoutMs: 100 });
  const socket = connectNet({ host, port: listener.port });
  await new Promise((resolve) => socket.once('close', resolve).resume());
  t.pass();
});

test('a port in use is an error', async (t) => {
  const { listener } = await listen(t);
  const options = { host, port: listener.port, identity, admission: true, onLink: () => {} };
  await t.throwsAsync(listenWebTransport(options), { code: 'EADDRINUSE' });
});

/** Stands in for the native package, which is not installed everywhere: a server with sessions in memory. */
class FakeHttp3Server implements PackageServer {
  static last: FakeHttp3Server | null = null;
  readonly ready = Promise.resolve();
  readonly closed = Promise.resolve();
  readonly transportInt = null;
  readonly args: { readonly port: number; readonly cert: string };
  stopped = false;
  private incoming: ReadableStreamDefaultController<ServerSession> | null = null;

  constructor(args: { readonly port: number; readonly cert: string }) {
    this.args = args;
    FakeHttp3Server.last = this;
  }

  startServer(): void {}
  stopServer(): void {
    this.stopped = true;
  }
  address(): { port: number; host: string } {
    return { port: this.args.port, host };
  }
  sessionStream(): ReadableStream<ServerSession> {
    return new ReadableStream({
      start: (controller) => {
        this.incoming = controller;
      },
    });
  }
  updateCert(): void {}
  arrive(session: ServerSession): void {
    this.incoming?.enqueue(session);
  }
}

test('with the native package HTTP/3 is offered beside the TCP port, and preferred', async (t) => {
  const loaded = { ...(await loadWebTransport()), hasHttp3: true, Http3Server: FakeHttp3Server };
  const arrived = Promise.withResolvers<ServerLink>();
  const listener = await listenWebTransport({
    host,
    port: 0,
    identity,
    admission: false,
    onLink: arrived.resolve,
    load: async () => loaded,
  });
  const fake = FakeHttp3Server.last as FakeHttp3Server;
  const offer = listener.http3;
  t.is(offer?.port, listener.port);
  const certificate = new X509Certificate(fake.args.cert);
  const plain = certificate.fingerprint256.replaceAll(':', '').toLowerCase();
  t.deepEqual(offer?.certificateHashes, [plain]);
  const days =
    (certificate.validToDate.getTime() - certificate.validFromDate.getTime()) / 86_400_000;
  t.true(days <= 14);

  const asked: string[] = [];
  const Native = function session(url: string): object {
    asked.push(url);
    const [near, far] = sessionPair();
    fake.arrive(far);
    return near;
  } as unknown as new (
    url: string,
  ) => ServerSession;
  const Unused = class {
    constructor() {
      throw new Error('the fallback is not needed');
    }
  } as unknown as new () => ServerSession;
  const client = await connectBrowser({
    host: `${host}:1`,
    http3: offer,
    native: Native,
    fallback: Unused,
  });
  t.deepEqual(asked, [`https://${host}:${listener.port}/wayray`]);
  t.true((await arrived.promise).caps.streamReset);
  client.close(ByeCode.normal, '');
  await listener.close();
  t.true(fake.stopped);
});

test('without the native package there is no HTTP/3 and no complaint', async (t) => {
  const loaded = { ...(await loadWebTransport()), hasHttp3: false };
  const options = { host, port: 0, identity, admission: false, onLink: () => {} };
  const listener = await listenWebTransport({ ...options, load: async () => loaded });
  t.is(listener.http3, null);
  await listener.close();
});
