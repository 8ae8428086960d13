import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import test from 'ava';
import { readStraight } from '../../../protocol/node/straight-reads.ts';
import { scratchFolder } from '../../helpers/scratch.ts';

test('what arrives keeps its order, however often the receiver pauses, and its end', async (t) => {
  using scratch = scratchFolder();
  const path = join(scratch.path, 's');
  const server = createServer().listen(path);
  await once(server, 'listening');
  const client = connect(path);
  const [socket] = (await once(server, 'connection')) as [Socket];
  const sent = randomBytes(2_000_000);
  const chunks: Uint8Array[] = [];
  let paused = 0;
  readStraight(socket, (chunk) => {
    t.false(socket.isPaused());
    chunks.push(chunk);
    if (chunks.length % 3 !== 0) return;
    paused++;
    socket.pause();
    setImmediate(() => socket.resume());
  });
  for (let at = 0; at < 20; at++) {
    client.write(sent.subarray(at, at + 1));
    await new Promise(setImmediate);
  }
  client.end(sent.subarray(20));
  await once(socket, 'end');
  t.true(Buffer.concat(chunks).equals(sent));
  t.true(paused > 3);
  client.destroy();
  server.close();
});
