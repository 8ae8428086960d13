import type { Socket } from 'node:net';

/**
 * Hands over what arrives before it enters Node's readable stream, which costs more than a small message does. While the
 * socket is paused, or still has what came then, chunks go through the stream and keep their order. For sockets that
 * others accepted; those of our own making have `DirectReads`.
 */
export function readStraight(socket: Socket, deliver: (chunk: Uint8Array) => void): void {
  const push = socket.push;
  socket.push = (chunk: Uint8Array | null, encoding?: BufferEncoding): boolean => {
    const straight =
      chunk !== null && socket.readableFlowing === true && socket.readableLength === 0;
    if (!straight) return push.call(socket, chunk, encoding);
    deliver(chunk);
    // The stream does not know of this chunk and would not ask for more; the next one tells it to stop.
    return true;
  };
  socket.on('data', deliver);
}
