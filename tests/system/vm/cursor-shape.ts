import { Vnc } from './vnc.ts';

const ALPHA_CURSOR = -314;
const FRAMEBUFFER_UPDATE = 0;
/** Header, one rectangle, and the encoding of what is in it. */
const HEAD_BYTES = 20;

/** What the guest put onto its cursor plane. */
export interface CursorShape {
  readonly width: number;
  readonly height: number;
  /** B, G, R, A; colours are multiplied by A already. */
  readonly pixels: Buffer;
}

/** @param path of QEMU's VNC socket: a client that draws the cursor itself is told its shape. */
export async function readCursorShape(path: string): Promise<CursorShape> {
  using vnc = await Vnc.connect(path);
  vnc.setEncodings([ALPHA_CURSOR]);
  const head = await vnc.read(HEAD_BYTES);
  const encoding = head.readInt32BE(12);
  if (head[0] !== FRAMEBUFFER_UPDATE || encoding !== ALPHA_CURSOR)
    throw new Error(`QEMU says ${encoding} instead of the cursor's shape`);
  const [width, height] = [head.readUInt16BE(8), head.readUInt16BE(10)];
  return { width, height, pixels: Buffer.from(await vnc.read(width * height * 4)) };
}
