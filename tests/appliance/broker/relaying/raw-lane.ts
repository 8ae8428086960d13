import { createServer, type Server, type Socket } from 'node:net';
import { Channel } from '../../../../protocol/channel.ts';
import {
  decodePreamble,
  encodePreamble,
  encodeReply,
  newNonce,
  PREAMBLE_BYTES,
  Status,
} from '../../../../protocol/link/preamble.ts';
import { Origin } from '../../../../protocol/link/stream-link.ts';

const LANES = [Channel.control, Channel.input, Channel.cursor, Channel.display] as const;

/** One connection of a link whose bytes a test says itself. */
export class RawLane {
  readonly socket: Socket;
  /** What came after the greeting. */
  received = Buffer.alloc(0);
  closed = false;
  #greeting: number;
  #woken: (() => void)[] = [];

  constructor(socket: Socket, greetingBytes: number) {
    this.socket = socket;
    this.#greeting = greetingBytes;
    socket.on('data', (chunk) => this.#take(chunk));
    socket.on('error', () => {});
    socket.on('close', () => {
      this.closed = true;
      this.#wake();
    });
  }

  write(bytes: Uint8Array): void {
    this.socket.write(bytes);
  }

  /** Until what came ends so, or the connection has. */
  async until(end: Uint8Array): Promise<void> {
    while (!this.closed && !this.received.subarray(-end.length).equals(end)) {
      await new Promise<void>((resolve) => this.#woken.push(resolve));
    }
  }

  #take(chunk: Buffer): void {
    const skipped = Math.min(this.#greeting, chunk.length);
    this.#greeting -= skipped;
    this.received = Buffer.concat([this.received, chunk.subarray(skipped)]);
    this.#wake();
  }

  #wake(): void {
    for (const resolve of this.#woken.splice(0)) resolve();
  }
}

export type RawLanes = ReadonlyMap<Channel, RawLane>;

const REPLY_BYTES = encodeReply(Status.accepted).length;

/** A terminal's connections to a broker. */
export function dialLanes(dial: () => Socket): RawLanes {
  const nonce = newNonce();
  const lanes = new Map<Channel, RawLane>();
  for (const channel of LANES) {
    const socket = dial();
    socket.write(encodePreamble(channel, Origin.connecting, nonce));
    lanes.set(channel, new RawLane(socket, REPLY_BYTES));
  }
  return lanes;
}

/** A session that takes every lane of each link that comes. */
export class RawSession {
  readonly server: Server;
  lanes = new Map<Channel, RawLane>();
  #opened: (() => void)[] = [];

  constructor(path: string) {
    this.server = createServer((socket) => {
      socket.once('data', (chunk: Buffer) => {
        const { channel } = decodePreamble(chunk.subarray(0, PREAMBLE_BYTES));
        if (channel === Channel.control) this.lanes = new Map();
        const lane = new RawLane(socket, 0);
        lane.received = Buffer.from(chunk.subarray(PREAMBLE_BYTES));
        this.lanes.set(channel, lane);
        socket.write(encodeReply(Status.accepted));
        for (const resolve of this.#opened.splice(0)) resolve();
      });
    }).listen(path);
  }

  async opened(): Promise<RawLanes> {
    while (this.lanes.size < LANES.length)
      await new Promise<void>((resolve) => this.#opened.push(resolve));
    return this.lanes;
  }
}
