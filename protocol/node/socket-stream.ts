import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { ByteStream, StreamClosed } from '../link/byte-stream.ts';
import type { DirectReads } from './direct-reads.ts';
import { readStraight } from './straight-reads.ts';

/** A ByteStream over a connected net or TLS socket. */
export class SocketStream implements ByteStream {
  private readonly socket: Socket;
  private readonly isTls: boolean;
  private readonly reads: DirectReads | null;
  private peerEnded = false;
  private error: Error | undefined;
  private closed: StreamClosed | null = null;
  private dataCallback: ((chunk: Uint8Array) => void) | null = null;
  private drainCallback: (() => void) | null = null;
  private closeCallback: ((closed: StreamClosed) => void) | null = null;

  /** @param reads of a socket that was made with them */
  constructor(socket: Socket, reads: DirectReads | null = null) {
    this.socket = socket;
    this.reads = reads;
    this.isTls = socket instanceof TLSSocket;
    socket.setNoDelay(true);
    socket.on('drain', () => this.drainCallback?.());
    socket.on('end', () => {
      this.peerEnded = true;
    });
    socket.on('error', (error) => {
      this.error = error;
    });
    socket.on('close', () => this.finish());
    if (socket.destroyed) this.finish();
  }

  write(parts: readonly Uint8Array[]): boolean {
    const { socket } = this;
    if (!socket.writable) return false;
    if (this.isTls) for (const part of fillRecords(parts)) socket.write(part);
    else writeTogether(socket, parts);
    return !socket.writableNeedDrain;
  }

  get unsentBytes(): number {
    return this.socket.writableLength;
  }

  onData(callback: (chunk: Uint8Array) => void): void {
    const first = this.dataCallback === null;
    this.dataCallback = callback;
    if (!first) return;
    const deliver = (chunk: Uint8Array): void => this.dataCallback?.(chunk);
    if (this.reads === null) readStraight(this.socket, deliver);
    else {
      this.reads.deliverTo(deliver);
      this.socket.resume();
    }
  }

  onDrain(callback: () => void): void {
    this.drainCallback = callback;
  }

  onClose(callback: (closed: StreamClosed) => void): void {
    this.closeCallback = callback;
    if (this.closed !== null) callback(this.closed);
  }

  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    if (this.dataCallback !== null) this.socket.resume();
  }

  end(): void {
    this.socket.end();
  }

  destroy(): void {
    this.socket.destroy();
  }

  private finish(): void {
    if (this.closed !== null) return;
    const clean = this.peerEnded && this.error === undefined;
    this.closed = { clean, ...(this.error === undefined ? {} : { error: this.error }) };
    this.closeCallback?.(this.closed);
  }
}

/** Copying this much costs less than each further part of a writev. */
const SMALL_BYTES = 4096;

/** One write for a small message; otherwise one writev: the kernel gathers the parts, nothing is copied here. */
function writeTogether(socket: Socket, parts: readonly Uint8Array[]): void {
  let bytes = 0;
  for (const part of parts) bytes += part.length;
  if (bytes <= SMALL_BYTES) {
    socket.write(Buffer.concat(parts, bytes));
    return;
  }
  socket.cork();
  for (const part of parts) socket.write(part);
  socket.uncork();
}

const RECORD_BYTES = 16_384;

/**
 * TLS sockets join what is written while corked, which would copy a whole frame. So the first record is filled here
 * from the small parts at the front, one record and one packet for a small message, and what is left of a big part
 * goes as it is.
 */
export function fillRecords(parts: readonly Uint8Array[]): Uint8Array[] {
  let bytes = 0;
  for (const part of parts) bytes += part.length;
  if (bytes <= RECORD_BYTES) return bytes === 0 ? [] : [Buffer.concat(parts, bytes)];
  const out: Uint8Array[] = [];
  let small: Uint8Array[] = [];
  let room = RECORD_BYTES;
  const flush = (): void => {
    if (small.length > 0)
      out.push(small.length === 1 ? (small[0] as Uint8Array) : Buffer.concat(small));
    small = [];
    room = RECORD_BYTES;
  };
  for (const part of parts) {
    const head = part.subarray(0, room);
    small.push(head);
    room -= head.length;
    if (room > 0) continue;
    flush();
    if (head.length < part.length) out.push(part.subarray(head.length));
  }
  flush();
  return out;
}
