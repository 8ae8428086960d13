import { ProtocolError } from '../errors.ts';

// Without ignoreBOM the decoder would swallow a leading U+FEFF and the text would not survive a round trip.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A message of a type this version does not know; a newer peer may send it, and it is to be ignored. */
export interface UnknownMessage {
  readonly type: 'unknown';
  readonly id: number;
}

/** Reads primitives with bounds checks. One instance serves all decoders: decoding never calls out. */
export class Reader {
  bytes: Uint8Array = new Uint8Array(0);
  at = 0;
  end = 0;

  start(bytes: Uint8Array): void {
    this.bytes = bytes;
    this.at = 0;
    this.end = bytes.length;
  }

  /** Lets go of the message so that the reader does not keep its buffer alive. */
  finish(): void {
    this.bytes = EMPTY;
  }

  u8(where: string): number {
    if (this.at >= this.end) throw truncated(where);
    return this.bytes[this.at++] as number;
  }

  u24(where: string): number {
    const at = this.skip(3, where);
    const b = this.bytes;
    return (b[at] as number) | ((b[at + 1] as number) << 8) | ((b[at + 2] as number) << 16);
  }

  u32(where: string): number {
    const at = this.skip(4, where);
    const b = this.bytes;
    const low = (b[at] as number) | ((b[at + 1] as number) << 8) | ((b[at + 2] as number) << 16);
    return (low | ((b[at + 3] as number) << 24)) >>> 0;
  }

  uint(where: string): number {
    const first = this.u8(where);
    return first < 0x80 ? first : this.longUint(first & 0x7f, where);
  }

  uint53(where: string): number {
    let value = 0;
    let scale = 1;
    for (let i = 0; i < 8; i++) {
      const byte = this.u8(where);
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        if (value > Number.MAX_SAFE_INTEGER) break;
        return value;
      }
      scale *= 0x80;
    }
    throw new ProtocolError('out-of-range', where, 'integer of more than 53 bits');
  }

  int(where: string): number {
    const value = this.uint(where);
    return (value >>> 1) ^ -(value & 1);
  }

  bool(where: string): boolean {
    const value = this.u8(where);
    if (value > 1) throw new ProtocolError('malformed', where, `${value} is not a boolean`);
    return value === 1;
  }

  string(maxBytes: number, where: string): string {
    const bytes = this.blob(maxBytes, where);
    try {
      return utf8.decode(bytes);
    } catch (cause) {
      throw new ProtocolError('malformed', where, 'text is not UTF-8', { cause });
    }
  }

  /** A view into the message. */
  blob(maxBytes: number, where: string): Uint8Array {
    const length = this.count(maxBytes, 1, where);
    const at = this.skip(length, where);
    return this.bytes.subarray(at, at + length);
  }

  /** Number of items; refused before anything is allocated when the rest of the message cannot hold them. */
  count(max: number, minItemBytes: number, where: string): number {
    const count = this.uint(where);
    if (count > max) {
      throw new ProtocolError('too-long', where, `${count} is more than the allowed ${max}`);
    }
    if (count * minItemBytes > this.end - this.at) throw truncated(where);
    return count;
  }

  /** Narrows the reader to a struct's bytes; returns the end to restore with `leave`. */
  enter(where: string): number {
    const outer = this.end;
    const length = this.count(0xffff_ffff, 1, where);
    this.end = this.at + length;
    return outer;
  }

  /** Skips what a newer peer appended to the struct. */
  leave(outer: number): void {
    this.at = this.end;
    this.end = outer;
  }

  private skip(bytes: number, where: string): number {
    const at = this.at;
    if (bytes > this.end - at) throw truncated(where);
    this.at = at + bytes;
    return at;
  }

  private longUint(low: number, where: string): number {
    let value = low;
    for (let shift = 7; shift < 28; shift += 7) {
      const byte = this.u8(where);
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    const last = this.u8(where);
    if (last > 0x0f) throw new ProtocolError('out-of-range', where, 'integer of more than 32 bits');
    return (value | (last << 28)) >>> 0;
  }
}

const EMPTY = new Uint8Array(0);

const truncated = (where: string): ProtocolError =>
  new ProtocolError('truncated', where, 'the message ends too early');

/** For table cells: `value` is a column's number as it was rebuilt from the wire. */
export function checkCell(value: number, max: number, where: string): number {
  if (value < 0 || value > max) {
    throw new ProtocolError('out-of-range', where, `${value} is not within 0 to ${max}`);
  }
  return value;
}

export function readList<T>(
  r: Reader,
  maxItems: number,
  where: string,
  readItem: (r: Reader) => T,
): T[] {
  const count = r.count(maxItems, 1, where);
  const items: T[] = [];
  for (let i = 0; i < count; i++) items.push(readItem(r));
  return items;
}

export const reader: Reader = new Reader();
