const MAGIC = 0xfd2fb528;
const MAX_BLOCK = 128 * 1024;

function littleEndian(bytes: Uint8Array, at: number, count: number): number {
  let value = 0;
  for (let i = count - 1; i >= 0; i--) value = value * 256 + (bytes[at + i] ?? Number.NaN);
  return value;
}

export interface ZstdFrame {
  readonly contentSize: number;
  /** Bytes of the whole frame. */
  readonly length: number;
}

/** Walks the blocks; gives the frame's end or undefined. */
function blocksEnd(bytes: Uint8Array, start: number): number | undefined {
  let at = start;
  for (;;) {
    if (at + 3 > bytes.length) return undefined;
    const header = littleEndian(bytes, at, 3);
    const type = (header >>> 1) & 3;
    const size = header >>> 3;
    if (type === 3 || size > MAX_BLOCK) return undefined;
    at += 3 + (type === 1 ? 1 : size);
    if ((header & 1) !== 0) return at;
  }
}

/**
 * Reads a zstd frame's outline (RFC 8878, section 3.1.1) before anything is unpacked.
 * @returns undefined unless it is a frame without dictionary that states its content size and has all its blocks
 */
export function readZstdFrame(bytes: Uint8Array): ZstdFrame | undefined {
  if (bytes.length < 6 || littleEndian(bytes, 0, 4) !== MAGIC) return undefined;
  const descriptor = bytes[4] as number;
  const singleSegment = (descriptor & 0x20) !== 0;
  const sizeFlag = descriptor >>> 6;
  const dictionaryOrReserved = (descriptor & 0x0b) !== 0;
  if (dictionaryOrReserved || (sizeFlag === 0 && !singleSegment) || sizeFlag === 3)
    return undefined;
  const sizeBytes = sizeFlag === 0 ? 1 : 1 << sizeFlag;
  const sizeAt = singleSegment ? 5 : 6;
  const contentSize = littleEndian(bytes, sizeAt, sizeBytes) + (sizeFlag === 1 ? 256 : 0);
  const end = blocksEnd(bytes, sizeAt + sizeBytes);
  if (end === undefined) return undefined;
  const length = end + ((descriptor & 4) !== 0 ? 4 : 0);
  return length <= bytes.length ? { contentSize, length } : undefined;
}
