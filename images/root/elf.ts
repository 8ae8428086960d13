/** What the dynamic loader reads of an ELF file, read without running it. 64 bits, little-endian: all that images have. */

const MAGIC = 0x7f454c46;
const CLASS_64 = 2;
const LITTLE_ENDIAN = 1;
const HEADER_BYTES = 64;
const SEGMENT_BYTES = 56;
const ENTRY_BYTES = 16;
const LOAD = 1;
const DYNAMIC = 2;
const INTERPRETER = 3;
/** More than any linker makes; a file that says more is no library. */
const STRING_MAX_BYTES = 4096;
const ENTRIES_MAX = 4096;

const TAG = { null: 0, needed: 1, strings: 5, soname: 14, rpath: 15, runpath: 29 } as const;

export interface ElfFile {
  /** e_machine */
  readonly machine: number;
  /** The loader that it asks for; null: a library, or linked statically. */
  readonly interpreter: string | null;
  readonly soname: string | null;
  readonly needed: readonly string[];
  /** As written, with $ORIGIN. */
  readonly rpath: readonly string[];
  readonly runpath: readonly string[];
}

/** Not an ELF file of this kind, or one that contradicts itself. */
export class ElfError extends Error {
  override readonly name = 'ElfError';
}

interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly length: number;
}

/** @param bytes the whole file @throws ElfError */
export function readElf(bytes: Uint8Array): ElfFile {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (file.length < HEADER_BYTES || file.readUInt32BE(0) !== MAGIC)
    throw new ElfError('not an ELF file');
  if (file[4] !== CLASS_64 || file[5] !== LITTLE_ENDIAN)
    throw new ElfError('not of 64 bits, little-endian');
  const segments = readSegments(file);
  const interpreter = segments.find(({ type }) => type === INTERPRETER);
  return {
    machine: file.readUInt16LE(18),
    interpreter: interpreter ? stringAt(file, interpreter.offset) : null,
    ...readDynamic(file, segments),
  };
}

function readSegments(file: Buffer): Segment[] {
  const from = offsetAt(file, 32);
  const bytes = file.readUInt16LE(54);
  const count = file.readUInt16LE(56);
  if (count > 0 && bytes !== SEGMENT_BYTES)
    throw new ElfError(`program headers of ${bytes} bytes, not ${SEGMENT_BYTES}`);
  part(file, from, count * SEGMENT_BYTES);
  return Array.from({ length: count }, (_, i) => {
    const at = from + i * SEGMENT_BYTES;
    return {
      type: file.readUInt32LE(at),
      offset: offsetAt(file, at + 8),
      address: offsetAt(file, at + 16),
      length: offsetAt(file, at + 32),
    };
  });
}

type Dynamic = Pick<ElfFile, 'soname' | 'needed' | 'rpath' | 'runpath'>;

function readDynamic(file: Buffer, segments: readonly Segment[]): Dynamic {
  const dynamic = segments.find(({ type }) => type === DYNAMIC);
  if (!dynamic) return { soname: null, needed: [], rpath: [], runpath: [] };
  const entries = readEntries(part(file, dynamic.offset, dynamic.length));
  const values = (wanted: number) =>
    entries.filter(({ tag }) => tag === wanted).map(({ value }) => value);
  const [address] = values(TAG.strings);
  const strings = (wanted: number) =>
    values(wanted).map((value) => stringAt(file, fileOffset(segments, address) + value));
  const folders = (wanted: number) =>
    strings(wanted).flatMap((text) => text.split(':').filter(Boolean));
  return {
    soname: strings(TAG.soname)[0] ?? null,
    needed: strings(TAG.needed),
    rpath: folders(TAG.rpath),
    runpath: folders(TAG.runpath),
  };
}

function readEntries(table: Buffer): { readonly tag: number; readonly value: number }[] {
  const entries = [];
  for (let at = 0; at + ENTRY_BYTES <= table.length; at += ENTRY_BYTES) {
    // Tags beyond 2^53 are nobody's; they only must not be taken for another.
    const tag = Number(table.readBigUInt64LE(at));
    if (tag === TAG.null) return entries;
    if (entries.length === ENTRIES_MAX) throw new ElfError('a dynamic section without end');
    const known = Object.values<number>(TAG).includes(tag);
    entries.push({ tag, value: known ? offsetAt(table, at + 8) : 0 });
  }
  throw new ElfError('the dynamic section does not end');
}

/** Where in the file the byte is that is loaded at this address. */
function fileOffset(segments: readonly Segment[], address: number | undefined): number {
  if (address === undefined) throw new ElfError('names, but no table of strings');
  for (const segment of segments) {
    const within = address - segment.address;
    if (segment.type === LOAD && within >= 0 && within < segment.length)
      return segment.offset + within;
  }
  throw new ElfError('the table of strings is not in the file');
}

function stringAt(file: Buffer, from: number): string {
  const end = file.subarray(from, from + STRING_MAX_BYTES).indexOf(0);
  if (end < 0) throw new ElfError('a string that does not end');
  return file.toString('utf8', from, from + end);
}

function part(file: Buffer, from: number, length: number): Buffer {
  if (from + length > file.length) throw new ElfError('points behind its own end');
  return file.subarray(from, from + length);
}

function offsetAt(file: Buffer, at: number): number {
  const value = file.readBigUInt64LE(at);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new ElfError('an offset beyond 2^53');
  return Number(value);
}
