import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { ElfError, readElf } from '../../../images/root/elf.ts';

const MUTATIONS = 10_000;
const addon = fileURLToPath(new URL('../../../native/build/pixels/pixels.node', import.meta.url));

/** What readElf looks at is in the first pages of small libraries: headers, dynamic section, names. */
function smallLibrary(): Buffer {
  const triplet = process.arch === 'arm64' ? 'aarch64-linux-gnu' : 'x86_64-linux-gnu';
  return readFileSync(`/lib/${triplet}/libdl.so.2`);
}

test('a program names its loader', (t) => {
  const { interpreter, needed, soname } = readElf(readFileSync(process.execPath));
  t.true(existsSync(interpreter ?? ''));
  t.true(needed.includes('libc.so.6'));
  t.is(soname, null);
});

test('an addon names its libraries', (t) => {
  const { interpreter, needed } = readElf(readFileSync(addon));
  t.is(interpreter, null);
  t.true(needed.includes('libpixman-1.so.0'));
});

test('a library names itself', (t) => {
  t.is(readElf(smallLibrary()).soname, 'libdl.so.2');
});

test('what is no ELF file is refused', (t) => {
  for (const bytes of [Buffer.alloc(0), Buffer.from('#!/bin/sh\n'), Buffer.alloc(4096)])
    t.throws(() => readElf(bytes), { instanceOf: ElfError });
});

test('a file that ends early is refused or says less, wherever it is cut', (t) => {
  const whole = smallLibrary();
  for (let length = 0; length < whole.length; length += 13) {
    try {
      readElf(whole.subarray(0, length));
    } catch (error) {
      if (!(error instanceof ElfError)) throw error;
    }
  }
  t.pass();
});

test('ten thousand changed headers: read, or refused as ElfError', (t) => {
  const whole = smallLibrary();
  const pieces = interesting(whole);
  let seed = 20261122;
  const random = (below: number) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  const values = [0, 1, 0x7f, 0x80, 0xff];
  let refused = 0;
  for (let round = 0; round < MUTATIONS; round++) {
    const bytes = Buffer.from(whole);
    for (let i = random(8) + 1; i > 0; i--) {
      const at = pieces[random(pieces.length)] ?? 0;
      bytes[at] = random(2) ? random(256) : (values[random(values.length)] ?? 0);
    }
    try {
      readElf(bytes);
    } catch (error) {
      if (!(error instanceof ElfError)) throw error;
      refused += 1;
    }
  }
  t.true(refused > MUTATIONS / 20, `${refused} refused`);
  t.true(refused < MUTATIONS, `${refused} refused`);
});

/** Offsets of the file's header, program headers and dynamic section. */
function interesting(file: Buffer): number[] {
  const headers = 64 + file.readUInt16LE(56) * 56;
  const offsets = Array.from({ length: headers }, (_, i) => i);
  for (let at = 64; at < headers; at += 56)
    if (file.readUInt32LE(at) === 2) {
      const from = Number(file.readBigUInt64LE(at + 8));
      const length = Number(file.readBigUInt64LE(at + 32));
      offsets.push(...Array.from({ length }, (_, i) => from + i));
    }
  return offsets;
}
