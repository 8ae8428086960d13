import { CardError } from './card-error.ts';

/** One object of BER-TLV (ISO/IEC 7816-4 5.2.2). */
export interface Tlv {
  /** With all its bytes, e.g. 0x70 or 0x7f61. */
  readonly tag: number;
  readonly value: Uint8Array;
}

export interface TlvOptions {
  /** The bytes are the beginning of something longer: the last object may be cut short. */
  readonly cut?: boolean;
}

/** More than any answer of a card holds. */
const MAX_OBJECTS = 64;

/**
 * The objects that stand side by side in `bytes`; their values are views of it.
 * @throws CardError `malformed`
 */
export function readTlvs(bytes: Uint8Array, { cut = false }: TlvOptions = {}): Tlv[] {
  const list: Tlv[] = [];
  for (let at = 0; at < bytes.length; ) {
    if (list.length === MAX_OBJECTS) throw malformed('too many objects');
    const header = readHeader(bytes, at);
    if (!header) {
      if (cut) break;
      throw malformed('an object ends in its header');
    }
    const end = header.start + header.length;
    if (end > bytes.length && !cut) throw malformed('an object is longer than what it stands in');
    list.push({
      tag: header.tag,
      value: bytes.subarray(header.start, Math.min(end, bytes.length)),
    });
    at = end;
  }
  return list;
}

/** The first object with this tag; undefined when there is none. @throws CardError `malformed` */
export function findTlv(
  bytes: Uint8Array,
  tag: number,
  options?: TlvOptions,
): Uint8Array | undefined {
  return readTlvs(bytes, options).find((object) => object.tag === tag)?.value;
}

/** One object around `value`. */
export function makeTlv(tag: number, value: Uint8Array): Uint8Array {
  const { length } = value;
  if (length > 0xffff || tag > 0xff) throw new RangeError('an object of at most 65535 bytes');
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Uint8Array.from([tag, ...size, ...value]);
}

/** Null when the header does not end within the bytes. */
function readHeader(
  bytes: Uint8Array,
  from: number,
): { tag: number; start: number; length: number } | null {
  let at = from;
  let tag = bytes[at++] as number;
  if ((tag & 0x1f) === 0x1f) {
    const second = bytes[at++];
    if (second === undefined) return null;
    if (second >= 0x80) throw malformed('a tag of more than two bytes');
    tag = (tag << 8) | second;
  }
  const form = bytes[at++];
  if (form === undefined) return null;
  if (form < 0x80) return { tag, start: at, length: form };
  const count = form & 0x7f;
  if (count === 0 || count > 3) throw malformed('a length of an unknown form');
  if (at + count > bytes.length) return null;
  const length = bytes.subarray(at, at + count).reduce((sum, byte) => sum * 256 + byte, 0);
  return { tag, start: at + count, length };
}

const malformed = (what: string) => new CardError('malformed', `the card's data: ${what}`);
