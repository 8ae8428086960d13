import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { overSocket } from '../../../native/stream/index.ts';
import type { StreamClosed } from '../../../protocol/link/byte-stream.ts';
import { DirectStream } from '../../../protocol/node/direct-stream.ts';
import { scratchFolder } from '../../helpers/scratch.ts';

/** A stream with much that waits for its peer, which reads nothing. */
async function waiting(t: ExecutionContext) {
  const folder = scratchFolder();
  const path = join(folder.path, 'stream');
  const server = createServer({ pauseOnConnect: true }).listen(path);
  await once(server, 'listening');
  const socket = connect({ path, allowHalfOpen: true });
  const [accepted] = (await once(server, 'connection')) as [Socket];
  t.teardown(() => {
    socket.destroy();
    server.close();
    folder[Symbol.dispose]();
  });
  const stream = new DirectStream(overSocket(accepted));
  const closed = new Promise<StreamClosed>((resolve) => stream.onClose(resolve));
  const ended = Promise.withResolvers<void>();
  stream.onData(() => ended.resolve());
  stream.write([new Uint8Array(4 << 20)]);
  t.true(stream.unsentBytes > 0);
  return { socket, closed, read: ended.promise };
}

test('a peer that ends and goes, with bytes still waiting for it, has ended regularly', async (t) => {
  const { socket, closed } = await waiting(t);
  socket.end();
  await once(socket, 'finish');
  // The loop has looked at what came.
  for (let i = 0; i < 3; i++) await turn();
  socket.destroy();
  t.true((await closed).clean);
});

test('one that goes amid all has not', async (t) => {
  const { socket, closed, read } = await waiting(t);
  socket.write('.');
  await read;
  socket.destroy();
  t.false((await closed).clean);
});
