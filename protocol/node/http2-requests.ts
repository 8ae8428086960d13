import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2SecureServer, ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

type RequestHandler = (request: IncomingMessage, response: ServerResponse) => void;
type AnyListener = (...args: unknown[]) => void;

/**
 * The package answers every HTTP/2 stream itself and knows sessions only. Its listener is kept for those, behind
 * `guard`, and everything else goes the usual way to a request handler.
 */
export function serveRequests(
  server: Http2SecureServer,
  onRequest: RequestHandler,
  guard: (stream: Duplex, socket: Socket) => void,
): void {
  const forSessions = takeListeners(server, 'stream');
  server.on('request', onRequest as never);
  const forRequests = takeListeners(server, 'stream');
  server.on('stream', (...args: unknown[]) => {
    const [stream, headers] = args as [ServerHttp2Stream, Readonly<Record<string, string>>];
    const isSession = headers[':method'] === 'CONNECT';
    const { socket } = stream.session ?? {};
    if (isSession && socket !== undefined) guard(stream, socket as Socket);
    for (const handler of isSession ? forSessions : forRequests) handler.apply(server, args);
  });
  const forUpgrades = takeListeners(server, 'upgrade');
  server.on('upgrade', (...args: unknown[]) => {
    const socket = args[1] as Socket;
    guard(socket, socket);
    for (const handler of forUpgrades) handler.apply(server, args);
  });
}

/** Takes them away from the server. */
export function takeListeners(server: Http2SecureServer, event: string): AnyListener[] {
  const listeners = server.listeners(event) as AnyListener[];
  server.removeAllListeners(event);
  return listeners;
}
