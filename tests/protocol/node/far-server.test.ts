import { connect, createServer, type Socket } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { Channel } from '../../../protocol/channel.ts';
import { LinkError } from '../../../protocol/errors.ts';
import { ByeCode } from '../../../protocol/generated/control.ts';
import type { ClientLink } from '../../../protocol/link/connector.ts';
import type { ServerLink } from '../../../protocol/link/link.ts';
import { connectTls, type TlsConnectOptions } from '../../../protocol/node/tls-client.ts';
import { listenTls } from '../../../protocol/node/tls-listener.ts';
import { serverIdentity, terminalIdentity } from './identities.ts';

const host = '127.0.0.1';
const terminal = await terminalIdentity();

/** @returns its port */
async function serve(t: ExecutionContext): Promise<number> {
  const links: ServerLink[] = [];
  const listener = await listenTls({
    host,
    port: 0,
    identity: await serverIdentity(),
    admission: false,
    onLink: (link) => links.push(link),
  });
  t.teardown(async () => {
    for (const link of links) link.close(ByeCode.normal, 'the test is over');
    await listener.close();
  });
  return listener.port;
}

/** Leads the first connection to one port, and all others to the next. */
async function divert(t: ExecutionContext, ports: readonly number[]): Promise<number> {
  const left = [...ports];
  const sockets: Socket[] = [];
  const between = createServer((socket) => {
    const port = (left.length > 1 ? left.shift() : left[0]) as number;
    const onward = connect({ host, port });
    sockets.push(socket, onward);
    for (const one of [socket, onward]) one.on('error', () => {});
    socket.pipe(onward).pipe(socket);
  });
  await new Promise<void>((resolve) => between.listen(0, host, resolve));
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    between.close();
  });
  return (between.address() as { port: number }).port;
}

/** To a server that takes its time to be reached, as far as this process can tell. */
function connectFar(options: TlsConnectOptions): Promise<ClientLink> {
  const connecting = connectTls(options);
  const begunMs = performance.now();
  while (performance.now() - begunMs < 20);
  return connecting;
}

test('channels shake hands beside the first, and are believed when they lead to the same server', async (t) => {
  const port = await serve(t);
  const early = [Channel.display, Channel.input];
  const link = await connectFar({ host, port, identity: terminal, early });
  const lanes = await Promise.all(early.map((channel) => link.openBidi(channel)));
  t.deepEqual(
    lanes.map(({ channel }) => channel),
    early,
  );
  link.close(ByeCode.normal, 'the test is over');
});

test('a channel that leads to another server than the first is refused', async (t) => {
  const [right, wrong] = [await serve(t), await serve(t)];
  const port = await divert(t, [right, wrong]);
  const early = [Channel.display];
  const link = await connectFar({ host, port, identity: terminal, early });
  await t.throwsAsync(link.openBidi(Channel.display), {
    instanceOf: LinkError,
    code: 'pin-mismatch',
  });
  link.close(ByeCode.normal, 'the test is over');
});

test('an identity that cannot be used is told to who connects', async (t) => {
  const port = await serve(t);
  await t.throwsAsync(connectFar({ host, port, identity: { ...terminal, keyPem: 'nonsense' } }));
});
