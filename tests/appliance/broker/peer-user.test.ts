import { connect, createServer, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import test from 'ava';
import { isOwnAddress, peerIsUser } from '../../../appliance/broker/peer-user.ts';

const uid = process.getuid?.() ?? -1;

for (const [listen, dial] of [
  ['127.0.0.1', '127.0.0.1'],
  ['::', '127.0.0.1'],
  ['::1', '::1'],
] as const) {
  test(`the owner of a connection from ${dial} to ${listen} is known`, async (t) => {
    const server = createServer().listen(0, listen);
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
    const client = connect(port, dial);
    const socket = await accepted;
    const peer = { address: socket.remoteAddress ?? '', port: socket.remotePort ?? 0 };
    t.true(peerIsUser(uid, peer, port));
    t.false(peerIsUser(uid + 1, peer, port), 'another user');
    t.false(peerIsUser(uid, { ...peer, port: peer.port ^ 1 }, port), 'another socket');
    t.false(peerIsUser(uid, peer, port ^ 1), 'another server');
    client.destroy();
    socket.destroy();
    server.close();
  });
}

test('addresses of this machine are its own, others are not', (t) => {
  const own = Object.values(networkInterfaces()).flatMap((all) => all?.map((one) => one.address));
  for (const address of ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1', ...own])
    t.true(isOwnAddress(address ?? ''), address);
  for (const address of ['192.0.2.1', '2001:db8::1', '', 'undefined', '::ffff:192.0.2.1'])
    t.false(isOwnAddress(address), address);
});
