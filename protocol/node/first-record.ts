import type { Socket } from 'node:net';

const HEADER_BYTES = 5;
const HANDSHAKE = 22;
const MAJOR_VERSION = 3;
const RECORD_MAX_BYTES = 16_384;

/**
 * Waits until the first TLS record is there and leaves it in the socket unread: nothing is spent on a peer that never
 * finishes its ClientHello. Calls back once: with false when what comes is no TLS handshake, never when the socket
 * closes before.
 */
export function awaitFirstRecord(socket: Socket, arrived: (isTls: boolean) => void): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  let header = Buffer.alloc(0);
  const read = (): void => {
    for (let chunk: Buffer = socket.read(); chunk !== null; chunk = socket.read()) {
      chunks.push(chunk);
      bytes += chunk.length;
      header = Buffer.concat([header, chunk.subarray(0, HEADER_BYTES - header.length)]);
    }
    const isTls = mayBeTls(header);
    if (isTls && bytes < HEADER_BYTES + (recordBytes(header) ?? 0)) return;
    socket.off('readable', read);
    if (isTls) socket.unshift(Buffer.concat(chunks, bytes));
    arrived(isTls);
  };
  socket.on('readable', read);
}

/** What `awaitFirstRecord` has left in the socket, for who reads the rest past it. */
export function takeUnread(socket: Socket): Uint8Array {
  const chunks: Buffer[] = [];
  for (let chunk: Buffer = socket.read(); chunk !== null; chunk = socket.read()) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Null until the header is complete. */
const recordBytes = (header: Buffer): number | null =>
  header.length < HEADER_BYTES ? null : header.readUInt16BE(3);

/** Looks at as much of the header as is there. */
function mayBeTls(header: Buffer): boolean {
  const [type = HANDSHAKE, major = MAJOR_VERSION] = header;
  return (
    type === HANDSHAKE && major === MAJOR_VERSION && (recordBytes(header) ?? 0) <= RECORD_MAX_BYTES
  );
}
