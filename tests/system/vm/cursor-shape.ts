import { Vnc } from './vnc.ts';

const RICH_CURSOR = -239;
const FRAMEBUFFER_UPDATE = 0;

/** What the guest put onto its cursor plane. */
export interface CursorShape {
  readonly width: number;
  readonly height: number;
  /** B, G, R, X */
  readonly pixels: Buffer;
  isSolid(x: number, y: number): boolean;
}

/** @param path of QEMU's VNC socket: a client that draws the cursor itself is told its shape. */
export async function readCursorShape(path: string): Promise<CursorShape> {
  using vnc = await Vnc.connect(path);
  vnc.setEncodings([RICH_CURSOR]);
  const head = await vnc.read(16);
  const encoding = head.readInt32BE(12);
  if (head[0] !== FRAMEBUFFER_UPDATE || encoding !== RICH_CURSOR)
    throw new Error(`QEMU says ${encoding} instead of the cursor's shape`);
  const width = head.readUInt16BE(8);
  const height = head.readUInt16BE(10);
  const pixels = Buffer.from(await vnc.read(width * height * 4));
  const stride = Math.ceil(width / 8);
  const mask = Buffer.from(await vnc.read(stride * height));
  const isSolid = (x: number, y: number) =>
    (((mask[y * stride + (x >> 3)] ?? 0) << (x & 7)) & 0x80) !== 0;
  return { width, height, pixels, isSolid };
}
