import { Vnc } from './vnc.ts';

const SET_DESKTOP_SIZE = 251;
const RAW = 0;
const EXTENDED_DESKTOP_SIZE = -308;

/** The machine's monitor, as far as it can be changed while the machine runs: QEMU takes that from a VNC client. */
export class Monitor {
  readonly #vnc: Vnc;

  private constructor(vnc: Vnc) {
    this.#vnc = vnc;
  }

  static async plug(path: string): Promise<Monitor> {
    const vnc = await Vnc.connect(path);
    // Pictures are taken in another way.
    await vnc.ignore();
    vnc.setEncodings([RAW, EXTENDED_DESKTOP_SIZE]);
    return new Monitor(vnc);
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
    this.#vnc.write(message);
  }

  unplug(): void {
    this.resize(0, 0);
  }

  [Symbol.dispose](): void {
    this.#vnc[Symbol.dispose]();
  }
}
