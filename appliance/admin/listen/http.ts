import type { IncomingMessage, Server, ServerOptions, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { asRequestError, errorBody, statusOf } from '../answer-error.ts';
import { RequestError } from '../request-error.ts';
import { boundRequestTime } from './request-time.ts';

const BETWEEN_MS = 5000;

/** What one connection may take of time and memory. */
export const HTTP_BOUNDS = {
  maxHeaderSize: 8192,
  keepAliveTimeout: BETWEEN_MS,
  // Its look for slow requests would wake the process also when nobody is connected: boundServer looks after them.
  headersTimeout: 0,
  requestTimeout: 0,
  connectionsCheckingInterval: 2 ** 31 - 1,
  // Node would answer in its own words.
  requireHostHeader: false,
} as const satisfies ServerOptions;

/** Also how long a listener may take nothing before it is given up. */
const SILENCE_MS = 30_000;

const REQUEST_TIMES = { headersMs: 5000, bodyMs: 10_000, betweenMs: BETWEEN_MS };

/**
 * Answers what never becomes a request for the routes as they would, and gives up what comes too slowly.
 * @param event as of boundRequestTime
 */
export function boundServer(server: Server, event: 'connection' | 'secureConnection'): void {
  server.timeout = SILENCE_MS;
  boundRequestTime(server, event, REQUEST_TIMES);
  server.on('clientError', (error, socket) => refuse(socket, ofParser(error)));
  server.on('connect', (_request: IncomingMessage, socket: Duplex) => {
    socket.on('error', () => {});
    refuse(socket, new RequestError('invalid', 'this is no proxy'));
  });
  server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => {
    const error = new RequestError('invalid', 'expected no header Expect');
    response.writeHead(statusOf(error), HEADERS).end(JSON.stringify(errorBody(error)));
  });
}

const HEADERS = { 'content-type': 'application/json; charset=utf-8', connection: 'close' } as const;

function ofParser(error: Error & { code?: string }): RequestError {
  if (error.code === 'HPE_HEADER_OVERFLOW') return asRequestError({ statusCode: 431 });
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') return asRequestError({ statusCode: 408 });
  return new RequestError('invalid', 'expected a well-formed HTTP request');
}

/** Whoever is in the middle of an answer gets no second one into it. */
function refuse(socket: Duplex & { _httpMessage?: ServerResponse }, error: RequestError): void {
  if (!socket.writable || socket._httpMessage?.headersSent) {
    socket.destroy();
    return;
  }
  const body = JSON.stringify(errorBody(error));
  const head = Object.entries({ ...HEADERS, 'content-length': Buffer.byteLength(body) });
  const lines = [`HTTP/1.1 ${statusOf(error)} Refused`, ...head.map((pair) => pair.join(': '))];
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}
