import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export interface RequestTimes {
  /** From the connection, or from the earliest end of an answer and `betweenMs`, to the end of a request's headers. */
  readonly headersMs: number;
  /** From the end of its headers to its own. */
  readonly bodyMs: number;
  /** How long a connection may stay without a request; Node ends those that say nothing at all. */
  readonly betweenMs: number;
}

interface Clock {
  timer: NodeJS.Timeout | null;
  /** Requests whose answers are under way. */
  open: number;
}

/**
 * Gives up connections whose requests come too slowly, as Node would with a look at all of them every few seconds:
 * one timer for each connection, and none where nobody is connected. Emits `clientError` as Node does.
 * @param event of the server's that tells of a connection on which requests may come
 */
export function boundRequestTime(
  server: Server,
  event: 'connection' | 'secureConnection',
  { headersMs, bodyMs, betweenMs }: RequestTimes,
): void {
  const clocks = new WeakMap<Socket, Clock>();
  const wait = (socket: Socket, clock: Clock, ms: number, request: IncomingMessage | null) => {
    if (clock.timer) clearTimeout(clock.timer);
    clock.timer = setTimeout(() => {
      if (request?.complete) return;
      const error = Object.assign(new Error('Request timeout'), { code: CODE });
      server.emit('clientError', error, socket);
    }, ms);
  };
  server.on(event, (socket: Socket) => {
    const clock: Clock = { timer: null, open: 0 };
    clocks.set(socket, clock);
    wait(socket, clock, headersMs, null);
    socket.once('close', () => {
      if (clock.timer) clearTimeout(clock.timer);
      clocks.delete(socket);
    });
  });
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request;
    const clock = clocks.get(socket);
    if (!clock) return;
    clock.open++;
    wait(socket, clock, bodyMs, request);
    response.once('close', () => {
      clock.open--;
      if (clock.open === 0 && clocks.has(socket)) wait(socket, clock, betweenMs + headersMs, null);
    });
  });
}

const CODE = 'ERR_HTTP_REQUEST_TIMEOUT';
