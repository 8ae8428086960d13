import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

const VERSION = 'RFB 003.008\n';
const NO_SECURITY = 1;
const SET_ENCODINGS = 2;
const SET_DESKTOP_SIZE = 251;
const RAW = 0;
const EXTENDED_DESKTOP_SIZE = -308;
/** Of ServerInit, before the name. */
const INIT_BYTES = 24;

/** The machine's monitor, as far as it can be changed while the machine runs: QEMU takes that from a VNC client. */
export class Monitor {
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('error', () => {});
  }

  static async plug(path: string): Promise<Monitor> {
    const socket = connect(path);
    await once(socket, 'connect');
    const reader = socket.iterator({ destroyOnReturn: false });
    let kept = Buffer.alloc(0);
    const take = async (length: number) => {
      while (kept.length < length) {
        const { value, done } = await reader.next();
        if (done) throw new Error('QEMU does not speak VNC');
        kept = Buffer.concat([kept, value]);
      }
      const taken = kept.subarray(0, length);
      kept = kept.subarray(length);
      return taken;
    };
    await take(VERSION.length);
    socket.write(VERSION);
    const [kinds = 0] = await take(1);
    await take(kinds);
    socket.write(Uint8Array.of(NO_SECURITY));
    await take(4);
    socket.write(Uint8Array.of(1));
    await take((await take(INIT_BYTES)).readUInt32BE(INIT_BYTES - 4));
    await reader.return?.();
    // Pictures are taken in another way.
    socket.resume();
    const encodings = Buffer.alloc(12);
    encodings.writeUInt8(SET_ENCODINGS, 0);
    encodings.writeUInt16BE(2, 2);
    encodings.writeInt32BE(RAW, 4);
    encodings.writeInt32BE(EXTENDED_DESKTOP_SIZE, 8);
    socket.write(encodings);
    return new Monitor(socket);
  }

  /** Another monitor is there, which likes this mode best. */
  resize(width: number, height: number): void {
    const message = Buffer.alloc(24);
    message.writeUInt8(SET_DESKTOP_SIZE, 0);
    message.writeUInt8(1, 6);
    for (const at of [2, 16]) {
      message.writeUInt16BE(width, at);
      message.writeUInt16BE(height, at + 2);
    }
    this.#socket.write(message);
  }

  unplug(): void {
    this.resize(0, 0);
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }
}
