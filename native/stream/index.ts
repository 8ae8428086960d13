import type { Socket } from 'node:net';
import { getSystemErrorMap } from 'node:util';
import { loadAddon } from '../load.ts';
import type { Arrived, RawStream, StreamAddon } from './binding.d.ts';

const addon = loadAddon<StreamAddon>('stream');

const READ_BYTES = 65_536;
/** A chunk this big keeps the buffer it came in; smaller ones are copied out of it. */
const KEEP_BYTES = 16_384;
const PARTS_MAX = 64;
/** More than this unsent: write() asks for a pause. */
const HIGH_WATER_BYTES = 65_536;
export const MOST_UNSENT_BYTES = 2 ** 30;

/** Read into by every stream of this process, one chunk at a time. */
let readBuffer: Buffer | null = null;

export interface StreamEvents {
  /** The chunk is the receiver's to keep. */
  data(chunk: Uint8Array): void;
  /** Nothing waits to be sent any more. */
  drained(): void;
  /** The peer sends nothing more; what is written still goes. */
  peerEnded(): void;
  /** The connection is of no use any more; never from within a call of this object. */
  failed(error: NodeJS.ErrnoException): void;
}

/** Makes the connection of a NativeStream, or gives a negative errno. */
export type Opener = (arrived: Arrived, drained: () => void) => RawStream | number;

/** Takes a connected socket over, which must not have been read from; it is destroyed when it was. */
export const overSocket =
  (socket: Socket): Opener =>
  (arrived, drained) => {
    const raw = addon.open(descriptorOf(socket), MOST_UNSENT_BYTES, arrived, drained);
    if (typeof raw !== 'number') socket.destroy();
    return raw;
  };

/**
 * A connection without Node's streams: one system call and one call of JavaScript per arrival, and what is written is
 * sent within the call as far as the kernel takes it.
 */
export class NativeStream implements Disposable {
  /** For other native code, which may take its bytes. */
  readonly raw: RawStream;
  readonly #events: StreamEvents;
  #over = false;

  /**
   * Reads nothing before `read(true)`.
   * @throws Error with the errno's name as `code`
   */
  constructor(open: Opener, events: StreamEvents) {
    if (!readBuffer) renewReadBuffer();
    const raw = open(
      (bytes, words) => this.#arrived(bytes, words),
      () => this.#drained(),
    );
    if (typeof raw === 'number') throw systemError('open', raw);
    this.raw = raw;
    this.#events = events;
  }

  read(wanted: boolean): void {
    if (!this.#over) this.raw.read(wanted);
  }

  /** Sends the parts in order. False: much is unsent. An error comes as `failed`, later. */
  write(parts: readonly Uint8Array[]): boolean {
    if (this.#over) return false;
    const few = parts.length <= PARTS_MAX ? parts : [Buffer.concat(parts)];
    const unsent = this.raw.write(few);
    if (unsent < 0) this.#failLater('write', unsent);
    return unsent >= 0 && unsent <= HIGH_WATER_BYTES;
  }

  get unsentBytes(): number {
    return this.#over ? 0 : this.raw.unsent();
  }

  /** Sends what waits and tells the peer that nothing more comes. */
  end(): void {
    if (this.#over) return;
    const status = this.raw.end();
    if (status < 0) this.#failLater('shutdown', status);
  }

  #arrived(bytes: number, words?: string): void {
    if (this.#over) return;
    if (bytes > 0) this.#events.data(takeChunk(bytes));
    else if (bytes === 0) this.#events.peerEnded();
    else this.#events.failed(systemError('connection', bytes, words));
  }

  #drained(): void {
    if (!this.#over) this.#events.drained();
  }

  #failLater(what: string, status: number): void {
    process.nextTick(() => {
      if (!this.#over) this.#events.failed(systemError(what, status));
    });
  }

  /** At once; no event comes any more. */
  [Symbol.dispose](): void {
    this.#over = true;
    this.raw.close();
  }
}

function takeChunk(bytes: number): Uint8Array {
  const view = (readBuffer as Buffer).subarray(0, bytes);
  if (bytes < KEEP_BYTES) return Buffer.from(view);
  renewReadBuffer();
  return view;
}

/** As if the bytes had been read. For what stands in for the addon. @throws RangeError */
export function putRead(bytes: Uint8Array): void {
  readBuffer?.set(bytes);
}

function renewReadBuffer(): void {
  readBuffer = Buffer.allocUnsafeSlow(READ_BYTES);
  addon.readInto(readBuffer);
}

export function descriptorOf(socket: Socket): number {
  // Node tells a socket's descriptor nowhere else.
  const fd = (socket as unknown as { _handle?: { fd?: unknown } })._handle?.fd;
  if (typeof fd !== 'number' || !Number.isInteger(fd) || fd < 0) throw systemError('open', -9);
  return fd;
}

export function systemError(what: string, status: number, words?: string): NodeJS.ErrnoException {
  const [code = `errno ${-status}`, text = 'unknown error'] = getSystemErrorMap().get(status) ?? [];
  return Object.assign(new Error(words ?? `${what}: ${code}: ${text}`), { code, errno: -status });
}
