import { closeSync } from 'node:fs';
import { native } from '../../../native/wayland/addon.ts';
import { type Client, createSocketPair, type Display } from '../../../native/wayland/index.ts';

export type WireArg = number | string | null | Uint8Array;

export interface WireEvent {
  readonly id: number;
  readonly opcode: number;
  readonly body: Buffer;
}

const padded = (length: number) => (length + 3) & ~3;

function encodeArg(arg: WireArg): Buffer {
  if (typeof arg === 'number') {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(arg >>> 0);
    return bytes;
  }
  if (arg === null) return Buffer.alloc(4);
  const content = typeof arg === 'string' ? Buffer.from(`${arg}\0`) : Buffer.from(arg);
  const bytes = Buffer.alloc(4 + padded(content.length));
  bytes.writeUInt32LE(content.length);
  content.copy(bytes, 4);
  return bytes;
}

export function encodeMessage(id: number, opcode: number, ...args: WireArg[]): Buffer {
  const body = Buffer.concat(args.map(encodeArg));
  const head = Buffer.alloc(8);
  head.writeUInt32LE(id);
  head.writeUInt32LE(((body.length + 8) << 16) | opcode, 4);
  return Buffer.concat([head, body]);
}

export const stringAt = (body: Buffer, at: number): string =>
  body.toString('utf8', at + 4, at + 4 + body.readUInt32LE(at) - 1);

/**
 * A client that speaks the wire by hand in this process, so that it can also speak it wrongly.
 * Object 1 is wl_display, 2 the registry.
 */
export class RawClient {
  readonly events: WireEvent[] = [];
  readonly fds: number[] = [];
  /** The server's side of it. */
  readonly peer: Client;
  closed = false;
  nextId = 3;
  readonly #fd: number;
  #watch: ReturnType<typeof native.watch> | undefined;
  #rest = Buffer.alloc(0);
  #waiting: (() => void)[] = [];

  constructor(display: Display) {
    const [server, client] = createSocketPair();
    this.#fd = client;
    this.peer = display.addClientFd(server);
    this.resume();
    this.send(1, 1, 2);
  }

  send(id: number, opcode: number, ...args: WireArg[]): void {
    this.sendBytes(encodeMessage(id, opcode, ...args));
  }

  sendWithFd(fd: number, id: number, opcode: number, ...args: WireArg[]): void {
    this.sendBytes(encodeMessage(id, opcode, ...args), fd);
  }

  sendBytes(bytes: Uint8Array, fd = -1): void {
    try {
      native.packetSend(this.#fd, bytes, fd);
    } catch (error) {
      if (!['EPIPE', 'ECONNRESET'].includes((error as NodeJS.ErrnoException).code ?? ''))
        throw error;
    }
  }

  /** Stops reading, as a client does that hangs. */
  pause(): void {
    if (this.#watch) native.stopWatch(this.#watch);
    this.#watch = undefined;
  }

  resume(): void {
    this.#watch ??= native.watch(this.#fd, () => this.#receive());
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.pause();
    closeSync(this.#fd);
    for (const fd of this.fds.splice(0)) closeSync(fd);
    this.#wake();
  }

  /** Resolves once `condition` holds or the server has closed the connection. */
  async until(condition: () => boolean): Promise<void> {
    while (!this.closed && !condition())
      await new Promise<void>((done) => this.#waiting.push(done));
  }

  /** A round trip. @returns false when the connection ended instead */
  async sync(): Promise<boolean> {
    const id = this.nextId++;
    this.send(1, 0, id);
    await this.until(() => this.eventsOf(id).length > 0);
    return !this.closed;
  }

  /** Binds a global; its id. */
  async bind(iface: string, version: number): Promise<number> {
    await this.sync();
    const global = this.eventsOf(2, 0).find(({ body }) => stringAt(body, 4) === iface);
    if (!global) throw new Error(`no global ${iface}`);
    const id = this.nextId++;
    this.send(2, 0, global.body.readUInt32LE(0), iface, version, id);
    return id;
  }

  eventsOf(id: number, opcode?: number): WireEvent[] {
    return this.events.filter(
      (event) => event.id === id && (opcode ?? event.opcode) === event.opcode,
    );
  }

  /** The protocol error, once the server has sent one. */
  get error(): { object: number; code: number; message: string } | undefined {
    const [event] = this.eventsOf(1, 0);
    if (!event) return undefined;
    const { body } = event;
    return { object: body.readUInt32LE(0), code: body.readUInt32LE(4), message: stringAt(body, 8) };
  }

  #wake(): void {
    for (const done of this.#waiting.splice(0)) done();
  }

  #receive(): void {
    const received = native.packetReceive(this.#fd);
    if (received === null) return;
    if (received === undefined) {
      this.close();
      return;
    }
    const [data, fd] = received;
    if (fd >= 0) this.fds.push(fd);
    this.#rest = Buffer.concat([this.#rest, data]);
    while (this.#rest.length >= 8) {
      const size = this.#rest.readUInt32LE(4) >>> 16;
      if (this.#rest.length < size) break;
      const opcode = this.#rest.readUInt32LE(4) & 0xffff;
      const event = { id: this.#rest.readUInt32LE(0), opcode, body: this.#rest.subarray(8, size) };
      this.events.push(event);
      this.#rest = this.#rest.subarray(size);
    }
    this.#wake();
  }
}
