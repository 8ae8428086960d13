import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { boundsFor, Strangers } from '../../../protocol/link/strangers.ts';
import { Door } from '../../../protocol/node/door.ts';

const host = '127.0.0.1';

async function listen(t: ExecutionContext, door: Door): Promise<number> {
  const server = createServer((socket) => door.knock(socket)).listen(0, host);
  t.teardown(() => server.close());
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function dial(t: ExecutionContext, port: number, localPort: number): Promise<Socket> {
  const socket = connect({ host, port, localAddress: host, localPort });
  t.teardown(() => socket.destroy());
  await once(socket, 'connect');
  return socket.on('error', () => {}).resume();
}

test('of two connections from one port, to two of our addresses, the second is not let in', async (t) => {
  const strangers = new Strangers(boundsFor(undefined));
  const { promise: shaking, resolve: shake } = Promise.withResolvers<Socket>();
  const door = new Door({
    strangers,
    timeoutMs: 60_000,
    handshake: shake,
    rejected: () => {},
  });
  t.teardown(() => door.close(true));
  const ports = [await listen(t, door), await listen(t, door)] as const;
  const localPort = await freePort();
  const first = await dial(t, ports[0], localPort);
  first.write(Uint8Array.of(22, 3, 1, 0, 1, 1));
  const accepted = await shaking;
  const second = await dial(t, ports[1], localPort);
  const ended = once(second, 'close').then(() => 'ended');
  const late = new Promise((resolve) => setTimeout(resolve, 2000, 'still there').unref());
  t.is(await Promise.race([ended, late]), 'ended');
  t.is(strangers.count, 1);
  t.is(door.secured(accepted)?.socket, accepted);
});
