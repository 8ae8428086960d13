import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import {
  boundRequestTime,
  type RequestTimes,
} from '../../../appliance/admin/listen/request-time.ts';

const LONG_MS = 3_600_000;
const TIMES: RequestTimes = { headersMs: LONG_MS, bodyMs: LONG_MS, betweenMs: LONG_MS };

/** A server that gives up what comes too slowly, and a connection to it. `givenUp` resolves with the code. */
async function dial(
  t: ExecutionContext,
  times: Partial<RequestTimes>,
  answer: RequestListener = (_request, response) => response.end('here'),
) {
  const server = createServer({ headersTimeout: 0, requestTimeout: 0 }, answer);
  boundRequestTime(server, 'connection', { ...TIMES, ...times });
  const { promise: givenUp, resolve } = Promise.withResolvers<unknown>();
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    resolve(error.code);
    socket.destroy();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket: Socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.on('error', () => {});
  t.teardown(() => {
    socket.destroy();
    server.closeAllConnections();
    server.close();
  });
  return { socket, givenUp, server };
}

const SLOW = 'ERR_HTTP_REQUEST_TIMEOUT';

test('a connection on which no request begins is given up', async (t) => {
  const { givenUp } = await dial(t, { headersMs: 30 });
  t.is(await givenUp, SLOW);
});

test('a body that does not end is given up', async (t) => {
  const answer: RequestListener = (request) => void request.resume();
  const { socket, givenUp } = await dial(t, { bodyMs: 30 }, answer);
  socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf');
  t.is(await givenUp, SLOW);
});

test('headers of a later request that do not end are given up', async (t) => {
  const { socket, givenUp } = await dial(t, { headersMs: 150, betweenMs: 0 });
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await once(socket, 'data');
  socket.write('GET / HTTP/1.1\r\nHo');
  t.is(await givenUp, SLOW);
});

test('an answer may take its time', async (t) => {
  const answer: RequestListener = (_request, response) =>
    void setTimeout(() => response.end('late'), 200);
  const { socket, givenUp } = await dial(t, { bodyMs: 20, headersMs: 100 }, answer);
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  const first = await Promise.race([givenUp, once(socket, 'data')]);
  t.regex(String(first), /late/);
});
