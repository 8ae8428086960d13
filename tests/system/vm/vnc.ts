import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

const VERSION = 'RFB 003.008\n';
const NO_SECURITY = 1;
const SHARED = 1;
const SET_ENCODINGS = 2;
/** Of ServerInit, before the name. */
const INIT_BYTES = 24;
const ANSWER_MS = 30_000;

/** The way into QEMU's VNC server, as far as the tests go it. RFC 6143. */
export class Vnc {
  readonly #socket: Socket;
  readonly #reader: AsyncIterator<Buffer>;
  #kept: Buffer = Buffer.alloc(0);

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.#reader = socket.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>;
    socket.on('error', () => {});
  }

  /** @param path of its socket @throws Error when nobody speaks VNC there */
  static async connect(path: string): Promise<Vnc> {
    const socket = connect(path);
    await once(socket, 'connect');
    const vnc = new Vnc(socket);
    await vnc.read(VERSION.length);
    socket.write(VERSION);
    const [kinds = 0] = await vnc.read(1);
    await vnc.read(kinds);
    socket.write(Uint8Array.of(NO_SECURITY));
    await vnc.read(4);
    socket.write(Uint8Array.of(SHARED));
    await vnc.read((await vnc.read(INIT_BYTES)).readUInt32BE(INIT_BYTES - 4));
    return vnc;
  }

  /** @throws Error after 30 s without so much */
  async read(length: number): Promise<Buffer> {
    const timer = setTimeout(() => this.#socket.destroy(new Error('VNC: no answer')), ANSWER_MS);
    while (this.#kept.length < length) {
      const { value, done } = await this.#reader.next();
      if (done) throw new Error('QEMU does not speak VNC');
      this.#kept = Buffer.concat([this.#kept, value]);
    }
    clearTimeout(timer);
    const taken = this.#kept.subarray(0, length);
    this.#kept = this.#kept.subarray(length);
    return taken;
  }

  write(message: Uint8Array): void {
    this.#socket.write(message);
  }

  /** What the server may send. */
  setEncodings(encodings: readonly number[]): void {
    const message = Buffer.alloc(4 + encodings.length * 4);
    message.writeUInt8(SET_ENCODINGS, 0);
    message.writeUInt16BE(encodings.length, 2);
    for (const [i, encoding] of encodings.entries()) message.writeInt32BE(encoding, 4 + i * 4);
    this.write(message);
  }

  /** Nothing that comes is of interest any more. */
  async ignore(): Promise<void> {
    await this.#reader.return?.();
    this.#socket.resume();
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }
}
