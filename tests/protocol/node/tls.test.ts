import { connect as connectNet, createServer, type Socket } from 'node:net';
import { connect as connectRawTls, type TLSSocket } from 'node:tls';
import test, { type ExecutionContext } from 'ava';
import { Channel } from '../../../protocol/channel.ts';
import { LinkError } from '../../../protocol/errors.ts';
import { ByeCode } from '../../../protocol/generated/control.ts';
import { encodeFrameHeader } from '../../../protocol/link/framing.ts';
import type { LinkTuning } from '../../../protocol/link/limits.ts';
import type { ServerLink } from '../../../protocol/link/link.ts';
import { encodePreamble, newNonce } from '../../../protocol/link/preamble.ts';
import { connectTls } from '../../../protocol/node/tls-client.ts';
import { listenTls, type TlsListener } from '../../../protocol/node/tls-listener.ts';
import {
  bytes,
  closed,
  conformance,
  join,
  nextBidi,
  nextMessage,
  type Provider,
  until,
} from '../link/conformance.ts';
import { serverIdentity, terminalIdentity } from './identities.ts';

const server = await serverIdentity();
const terminal = await terminalIdentity();
const host = '127.0.0.1';

interface Listening {
  readonly listener: TlsListener;
  readonly links: ServerLink[];
  readonly firstLink: Promise<ServerLink>;
  readonly rejected: string[];
  /** Resolves at the next rejection. */
  readonly rejection: Promise<string>;
}

async function listen(
  t: ExecutionContext,
  tuning: Partial<LinkTuning> = {},
  maxStrangers = 64,
): Promise<Listening> {
  const links: ServerLink[] = [];
  const rejected: string[] = [];
  const first = Promise.withResolvers<ServerLink>();
  const rejection = Promise.withResolvers<string>();
  const listener = await listenTls({
    host,
    port: 0,
    identity: server,
    admission: true,
    maxStrangers,
    tuning,
    onLink: (link) => {
      links.push(link);
      first.resolve(link);
    },
    onRejected: (error) => {
      rejected.push(error.message);
      rejection.resolve(error.message);
    },
  });
  t.teardown(async () => {
    for (const link of links) link.close(ByeCode.normal, 'the test is over');
    await listener.close();
  });
  return { listener, links, firstLink: first.promise, rejected, rejection: rejection.promise };
}

const provider: Provider = {
  name: 'tls',
  async connect(t, tuning) {
    const { listener, firstLink } = await listen(t, tuning);
    const pin = server.fingerprint;
    const options = { host, port: listener.port, identity: terminal, pin };
    const client = await connectTls({ ...options, ...(tuning ? { tuning } : {}) });
    return { client, server: firstLink };
  },
};
conformance(test, provider);

/** A peer that speaks TLS as a terminal does, and then what it likes. */
function rawTls(t: ExecutionContext, port: number, options: object = {}): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connectRawTls({
      host,
      port,
      key: terminal.keyPem,
      cert: terminal.certPem,
      rejectUnauthorized: false,
      ALPNProtocols: ['wayray/1'],
      ...options,
    });
    t.teardown(() => socket.destroy());
    socket.once('secureConnect', () => resolve(socket));
    socket.once('error', reject);
  });
}

const ended = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    socket.on('error', () => {});
    socket.on('close', () => resolve());
    socket.resume();
  });

test('both sides know the other by its certificate', async (t) => {
  const ends = await join(provider, t);
  t.is(ends.client.peer.fingerprint, server.fingerprint);
  t.is(ends.server.peer.fingerprint, terminal.fingerprint);
  t.regex(ends.server.peer.address, /^127\.0\.0\.1:\d+$/);
});

test('a server with another certificate is refused before anything is sent', async (t) => {
  const { listener, links } = await listen(t);
  const pin = 'ab'.repeat(32);
  const error = await t.throwsAsync(
    connectTls({ host, port: listener.port, identity: terminal, pin }),
    { instanceOf: LinkError, code: 'pin-mismatch' },
  );
  t.true(error?.message.includes(pin) && error.message.includes(server.fingerprint));
  t.is(links.length, 0);
});

test('a port where nobody listens is an error in words', async (t) => {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, host, resolve));
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  const error = await t.throwsAsync(connectTls({ host, port, identity: terminal }), {
    instanceOf: LinkError,
    code: 'unreachable',
  });
  t.is(error?.message, `cannot connect to ${host}:${port}: nothing listens there`);
});

test('a server that does not answer is given up', async (t) => {
  const sockets: Socket[] = [];
  const mute = createServer((socket) => sockets.push(socket));
  await new Promise<void>((resolve) => mute.listen(0, host, resolve));
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    mute.close();
  });
  const { port } = mute.address() as { port: number };
  const tuning = { handshakeTimeoutMs: 100 };
  await t.throwsAsync(connectTls({ host, port, identity: terminal, tuning }), {
    instanceOf: LinkError,
    code: 'timeout',
  });
});

test('TLS below 1.3 is refused', async (t) => {
  const { listener } = await listen(t);
  await t.throwsAsync(rawTls(t, listener.port, { maxVersion: 'TLSv1.2' }));
});

test('a peer without certificate is refused', async (t) => {
  const { listener, rejection } = await listen(t);
  const socket = await rawTls(t, listener.port, { key: undefined, cert: undefined });
  await ended(socket);
  t.regex(await rejection, /no certificate/);
});

test('a peer without our ALPN is refused', async (t) => {
  const { listener, rejection } = await listen(t);
  await ended(await rawTls(t, listener.port, { ALPNProtocols: undefined }));
  t.regex(await rejection, /ALPN/);
});

test('garbage on the port is refused and disturbs nobody', async (t) => {
  const { listener, firstLink, rejection } = await listen(t);
  const client = await connectTls({ host, port: listener.port, identity: terminal });
  const control = await client.openBidi(Channel.control);
  control.send(bytes('hello'));
  const link = await firstLink;
  const far = await nextBidi(link);
  link.admit();
  const socket = connectNet({ host, port: listener.port });
  socket.write('GET / HTTP/1.1\r\n\r\n'.repeat(50));
  await ended(socket);
  t.regex(await rejection, /^TLS: /);
  far.send(bytes('undisturbed'));
  t.is(Buffer.from(await nextMessage(control)).toString(), 'undisturbed');
  client.close(ByeCode.normal, '');
});

test('garbage within TLS is refused', async (t) => {
  const { listener, rejection } = await listen(t);
  const socket = await rawTls(t, listener.port);
  socket.write('x'.repeat(100));
  await ended(socket);
  t.regex(await rejection, /does not speak/);
});

test('a connection that says nothing is closed, before and after its handshake', async (t) => {
  const { listener, rejected } = await listen(t, { handshakeTimeoutMs: 100, closeTimeoutMs: 20 });
  await Promise.all([
    ended(connectNet({ host, port: listener.port })),
    ended(await rawTls(t, listener.port)),
  ]);
  t.is(rejected.length, 2);
  await until(() => listener.strangers === 0);
});

test('a peer that is not admitted is closed', async (t) => {
  const { listener, firstLink } = await listen(t, { admissionTimeoutMs: 50 });
  const client = await connectTls({ host, port: listener.port, identity: terminal });
  t.is((await closed(client)).code, ByeCode.timeout);
  t.is((await closed(await firstLink)).code, ByeCode.timeout);
  await until(() => listener.strangers === 0);
});

test('strangers are bounded in number, and the oldest makes room', async (t) => {
  const { listener, rejection } = await listen(t, {}, 3);
  const opened: Socket[] = [];
  for (let i = 0; i < 4; i++) {
    const socket = connectNet({ host, port: listener.port });
    t.teardown(() => socket.destroy());
    opened.push(socket);
    await new Promise((resolve) => socket.once('connect', resolve));
  }
  await ended(opened[0] as Socket);
  t.regex(await rejection, /too many connections/);
  t.is(listener.strangers, 3);
  t.deepEqual(
    opened.map((socket) => socket.destroyed),
    [true, false, false, false],
  );
});

test('strangers are bounded in bytes', async (t) => {
  const { listener } = await listen(t);
  const client = await connectTls({ host, port: listener.port, identity: terminal });
  const control = await client.openBidi(Channel.control);
  for (let i = 0; i < 5; i++) control.send(new Uint8Array(60_000));
  const info = await closed(client);
  t.like(info, { code: ByeCode.protocol });
  t.regex(info.reason, /before the peer was admitted/);
});

test('channels opened before admission wait unread until it', async (t) => {
  const { listener, firstLink } = await listen(t);
  const client = await connectTls({ host, port: listener.port, identity: terminal });
  t.teardown(() => client.close(ByeCode.normal, ''));
  const input = await client.openBidi(Channel.input);
  input.send(bytes('early'));
  const link = await firstLink;
  const announced: number[] = [];
  const early = Promise.withResolvers<string>();
  link.onBidi((stream) => {
    announced.push(stream.channel);
    stream.onMessage((message) => early.resolve(Buffer.from(message).toString()));
  });
  // The link is one stranger, and the connection for input was another until it joined.
  await until(() => listener.strangers === 1);
  t.deepEqual(announced, [Channel.control]);
  link.admit();
  t.is(await early.promise, 'early');
  t.deepEqual(announced, [Channel.control, Channel.input]);
});

test('a channel cannot join a link under another certificate', async (t) => {
  const { listener, rejection } = await listen(t);
  const nonce = newNonce();
  const owner = await rawTls(t, listener.port);
  owner.write(encodePreamble(Channel.control, 0, nonce));
  await new Promise((resolve) => owner.once('data', resolve));
  const other = await terminalIdentity();
  const thief = await rawTls(t, listener.port, { key: other.keyPem, cert: other.certPem });
  thief.write(encodePreamble(Channel.input, 0, nonce));
  await ended(thief);
  t.regex(await rejection, /another certificate/);
});

test('another link version is refused on both sides in words', async (t) => {
  const { listener, rejection } = await listen(t);
  const socket = await rawTls(t, listener.port);
  const preamble = encodePreamble(Channel.control, 0, newNonce());
  preamble[4] = 9;
  const reply = new Promise<Buffer>((resolve) => socket.once('data', resolve));
  socket.write(preamble);
  t.deepEqual([...(await reply)], [...Buffer.from('WRLK'), 1, 1]);
  t.regex(await rejection, /link version 9, this is 1/);
});

test('a frame that breaks the rules closes the link with a protocol error', async (t) => {
  const { listener, firstLink } = await listen(t);
  const socket = await rawTls(t, listener.port);
  socket.write(encodePreamble(Channel.control, 0, newNonce()));
  socket.write(encodeFrameHeader(0, 65_537));
  const info = await closed(await firstLink);
  t.is(info.code, ByeCode.protocol);
  t.regex(info.reason, /65537 bytes, 65536 are allowed/);
  await ended(socket);
});

test('a peer that stops answering is noticed', async (t) => {
  const { listener, firstLink } = await listen(t, { heartbeatMs: 50, silenceMs: 200 });
  const socket = await rawTls(t, listener.port);
  socket.write(encodePreamble(Channel.control, 0, newNonce()));
  const info = await closed(await firstLink);
  t.is(info.code, ByeCode.timeout);
  t.regex(info.reason, /silent/);
});

test('a connection that breaks is a lost link', async (t) => {
  const { listener, firstLink } = await listen(t);
  const socket = await rawTls(t, listener.port);
  socket.write(encodePreamble(Channel.control, 0, newNonce()));
  const link = await firstLink;
  socket.destroy();
  t.is((await closed(link)).code, ByeCode.lost);
});

test('a peer that does not read is closed', async (t) => {
  const { listener, firstLink } = await listen(t);
  const socket = await rawTls(t, listener.port);
  socket.pause();
  socket.write(encodePreamble(Channel.control, 0, newNonce()));
  const link = await firstLink;
  const stream = await nextBidi(link);
  const isClosed = closed(link);
  const message = new Uint8Array(60_000);
  for (let i = 0; i < 1000 && link.closed === null; i++) {
    if (!stream.send(message)) await new Promise((resolve) => setImmediate(resolve));
  }
  t.is((await isClosed).code, ByeCode.overflow);
  t.true(link.stats().unackedBytes < 10_000_000);
});
