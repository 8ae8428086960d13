import { ProtocolError } from '../errors.ts';

/**
 * Primitive writers: each puts a value at `at` and returns the offset behind it. The generated encoders reserve
 * enough room first, so nothing here checks for space.
 */

const utf8 = new TextEncoder();

const outOfRange = (where: string, value: unknown): ProtocolError =>
  new ProtocolError('out-of-range', where, `cannot encode ${String(value)}`);

export function putU8(b: Uint8Array, at: number, value: number, where: string): number {
  if ((value & 0xff) !== value) throw outOfRange(where, value);
  b[at] = value;
  return at + 1;
}

export function putU24(b: Uint8Array, at: number, value: number): number {
  b[at] = value;
  b[at + 1] = value >>> 8;
  b[at + 2] = value >>> 16;
  return at + 3;
}

export function putU32(b: Uint8Array, at: number, value: number, where: string): number {
  if (value >>> 0 !== value) throw outOfRange(where, value);
  b[at] = value;
  b[at + 1] = value >>> 8;
  b[at + 2] = value >>> 16;
  b[at + 3] = value >>> 24;
  return at + 4;
}

/** Varint of a value already known to be an unsigned 32-bit integer. */
export function putVarint(b: Uint8Array, at: number, value: number): number {
  let rest = value;
  let to = at;
  while (rest > 0x7f) {
    b[to++] = rest | 0x80;
    rest >>>= 7;
  }
  b[to] = rest;
  return to + 1;
}

export function putZigzag(b: Uint8Array, at: number, value: number): number {
  return putVarint(b, at, ((value << 1) ^ (value >> 31)) >>> 0);
}

export function putUint(b: Uint8Array, at: number, value: number, where: string): number {
  if (value >>> 0 !== value) throw outOfRange(where, value);
  return putVarint(b, at, value);
}

export function putUint53(b: Uint8Array, at: number, value: number, where: string): number {
  if (!Number.isSafeInteger(value) || value < 0) throw outOfRange(where, value);
  let rest = value;
  let to = at;
  while (rest > 0xffffffff) {
    b[to++] = (rest % 0x80) | 0x80;
    rest = Math.floor(rest / 0x80);
  }
  return putVarint(b, to, rest);
}

export function putInt(b: Uint8Array, at: number, value: number, where: string): number {
  if ((value | 0) !== value) throw outOfRange(where, value);
  return putZigzag(b, at, value);
}

/** Bytes of the text in UTF-8; a lone surrogate counts as the replacement character it is encoded as. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    bytes += unit < 0x800 ? 1 : 2;
    if (unit >= 0xd800 && unit < 0xdc00) {
      const next = text.charCodeAt(i + 1);
      // A pair takes four bytes and two units: two more than its units.
      if (next >= 0xdc00 && next < 0xe000) i++;
    }
  }
  return bytes;
}

export function putString(
  b: Uint8Array,
  at: number,
  text: string,
  maxBytes: number,
  where: string,
): number {
  const bytes = utf8Length(text);
  if (bytes > maxBytes) throw tooLong(where, bytes, maxBytes);
  const from = putVarint(b, at, bytes);
  if (bytes === text.length) {
    for (let i = 0; i < bytes; i++) b[from + i] = text.charCodeAt(i);
  } else {
    utf8.encodeInto(text, b.subarray(from, from + bytes));
  }
  return from + bytes;
}

export function putBlob(
  b: Uint8Array,
  at: number,
  bytes: Uint8Array,
  maxBytes: number,
  where: string,
): number {
  if (bytes.length > maxBytes) throw tooLong(where, bytes.length, maxBytes);
  const from = putVarint(b, at, bytes.length);
  b.set(bytes, from);
  return from + bytes.length;
}

export function putCount(
  b: Uint8Array,
  at: number,
  count: number,
  max: number,
  where: string,
): number {
  if (count > max) throw tooLong(where, count, max);
  return putVarint(b, at, count);
}

/** Puts the length in front of what was written from `from` on, and moves that to make room. */
export function closeStruct(b: Uint8Array, from: number, end: number): number {
  const bytes = end - from;
  if (bytes < 0x80) {
    b[from - 1] = bytes;
    return end;
  }
  const extra = bytes < 0x4000 ? 1 : 2;
  b.copyWithin(from + extra, from, end);
  putVarint(b, from - 1, bytes);
  return end + extra;
}

const tooLong = (where: string, is: number, max: number): ProtocolError =>
  new ProtocolError('too-long', where, `${is} is more than the allowed ${max}`);
