/** What a monitor says of itself; every field but the maker may be missing, and none of it is to be trusted. */
export interface Edid {
  /** Three letters, e.g. `DEL`. */
  readonly maker: string;
  readonly product: number;
  readonly serial: number;
  /** Printable ASCII, at most 13 characters; '' when there is none. */
  readonly name: string;
  readonly serialText: string;
  /** Of the picture, in mm; null when the monitor does not know (projectors). */
  readonly sizeMm: { readonly width: number; readonly height: number } | null;
  /** The mode that the monitor likes best. */
  readonly preferred: EdidTiming | null;
  /** Blocks that follow, as far as they are whole. */
  readonly extensions: number;
}

export interface EdidTiming {
  readonly width: number;
  readonly height: number;
  readonly refreshHz: number;
}

const BLOCK_BYTES = 128;
const BLOCKS_MAX = 256;
const MAGIC = [0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0];
const DESCRIPTORS = [54, 72, 90, 108];
const DESCRIPTOR_BYTES = 18;
const TAG = { serial: 0xff, name: 0xfc } as const;
const MM_PER_CM = 10;

/** @returns null for what is no EDID: too short, the wrong beginning or a wrong sum in the first block */
export function parseEdid(bytes: Uint8Array): Edid | null {
  const base = bytes.subarray(0, BLOCK_BYTES);
  if (base.length < BLOCK_BYTES || !MAGIC.every((byte, i) => base[i] === byte)) return null;
  if (!sumsUp(base)) return null;
  const view = new DataView(base.buffer, base.byteOffset, base.length);
  const maker = makerOf(view.getUint16(8, false));
  if (maker === null) return null;
  const preferred = timingAt(view, DESCRIPTORS[0] ?? 0);
  return {
    maker,
    product: view.getUint16(10, true),
    serial: view.getUint32(12, true),
    name: textOf(base, TAG.name),
    serialText: textOf(base, TAG.serial),
    sizeMm: sizeOf(view, preferred !== null),
    preferred,
    extensions: wholeExtensions(bytes, view.getUint8(126)),
  };
}

function sumsUp(block: Uint8Array): boolean {
  return block.reduce((sum, byte) => (sum + byte) & 0xff, 0) === 0;
}

/** Three letters of five bits each, A is 1. */
function makerOf(bits: number): string | null {
  const letters = [bits >> 10, bits >> 5, bits].map((shifted) => shifted & 0x1f);
  if (bits & 0x8000 || letters.some((letter) => letter < 1 || letter > 26)) return null;
  return String.fromCharCode(...letters.map((letter) => 64 + letter));
}

function timingAt(view: DataView, at: number): EdidTiming | null {
  const clockHz = view.getUint16(at, true) * 10_000;
  const width = view.getUint8(at + 2) | ((view.getUint8(at + 4) & 0xf0) << 4);
  const blankWidth = view.getUint8(at + 3) | ((view.getUint8(at + 4) & 0x0f) << 8);
  const height = view.getUint8(at + 5) | ((view.getUint8(at + 7) & 0xf0) << 4);
  const blankHeight = view.getUint8(at + 6) | ((view.getUint8(at + 7) & 0x0f) << 8);
  if (clockHz === 0 || width === 0 || height === 0) return null;
  return { width, height, refreshHz: clockHz / (width + blankWidth) / (height + blankHeight) };
}

/** The first timing tells it in mm, the head of the block only in cm. */
function sizeOf(view: DataView, hasTiming: boolean): { width: number; height: number } | null {
  const at = DESCRIPTORS[0] ?? 0;
  const high = view.getUint8(at + 14);
  const fine = {
    width: view.getUint8(at + 12) | ((high & 0xf0) << 4),
    height: view.getUint8(at + 13) | ((high & 0x0f) << 8),
  };
  if (hasTiming && fine.width > 0 && fine.height > 0) return fine;
  const [width, height] = [view.getUint8(21) * MM_PER_CM, view.getUint8(22) * MM_PER_CM];
  return width > 0 && height > 0 ? { width, height } : null;
}

function textOf(base: Uint8Array, tag: number): string {
  for (const at of DESCRIPTORS) {
    const descriptor = base.subarray(at, at + DESCRIPTOR_BYTES);
    const isText = descriptor[0] === 0 && descriptor[1] === 0 && descriptor[2] === 0;
    if (!isText || descriptor[3] !== tag) continue;
    const text = descriptor.subarray(5);
    const end = text.indexOf(0x0a);
    const letters = [...(end < 0 ? text : text.subarray(0, end))];
    const printable = letters.filter((byte) => byte >= 0x20 && byte < 0x7f);
    return String.fromCharCode(...printable).trim();
  }
  return '';
}

function wholeExtensions(bytes: Uint8Array, announced: number): number {
  const there = Math.min(Math.floor(bytes.length / BLOCK_BYTES), BLOCKS_MAX) - 1;
  let whole = 0;
  for (let i = 1; i <= Math.min(announced, there); i++)
    whole += sumsUp(bytes.subarray(i * BLOCK_BYTES, (i + 1) * BLOCK_BYTES)) ? 1 : 0;
  return whole;
}
