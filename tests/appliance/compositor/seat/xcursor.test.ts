import test from 'ava';
import fc from 'fast-check';
import { parseXcursor, XcursorError } from '../../../../appliance/compositor/seat/xcursor.ts';

interface Picture {
  size: number;
  width: number;
  height: number;
  hotspotX?: number;
  hotspotY?: number;
  fill?: number;
}

/** An Xcursor file as a theme would have it. */
function xcursorFile(pictures: readonly Picture[]): Buffer {
  const words: number[] = [0x72756358, 16, 0x10000, pictures.length];
  let position = 16 + pictures.length * 12;
  for (const { size, width, height } of pictures) {
    words.push(0xfffd0002, size, position);
    position += 36 + width * height * 4;
  }
  for (const { size, width, height, hotspotX = 0, hotspotY = 0, fill = 0 } of pictures) {
    words.push(36, 0xfffd0002, size, 1, width, height, hotspotX, hotspotY, 50);
    for (let i = 0; i < width * height; i++) words.push(fill);
  }
  return Buffer.from(Uint32Array.from(words).buffer);
}

const sizes = xcursorFile([
  { size: 24, width: 3, height: 2, hotspotX: 1, hotspotY: 2, fill: 0xff112233 },
  { size: 48, width: 6, height: 4, fill: 0x80000000 },
]);

test('reads the picture of the nearest size', (t) => {
  const small = parseXcursor(sizes, 20);
  t.like(small, { nominalSize: 24, width: 3, height: 2, hotspotX: 1, hotspotY: 2 });
  t.deepEqual([...small.argb.subarray(0, 4)], [0x33, 0x22, 0x11, 0xff]);
  t.is(parseXcursor(sizes, 48).width, 6);
  t.is(parseXcursor(sizes, 1000).width, 6);
});

test('keeps nothing of the file but the picture', (t) => {
  const { argb } = parseXcursor(sizes, 24);
  t.is(argb.buffer.byteLength, 3 * 2 * 4);
});

test('refuses what breaks the rules, with a word why', (t) => {
  const bad = (change: (file: Buffer) => void) => {
    const file = Buffer.from(sizes);
    change(file);
    return file;
  };
  const cases: [string, Buffer, RegExp][] = [
    ['empty', Buffer.alloc(0), /begin/],
    ['magic', bad((file) => file.writeUInt32LE(1, 0)), /begin/],
    ['no pictures', xcursorFile([]), /no pictures/],
    ['huge table', bad((file) => file.writeUInt32LE(0xffffffff, 12)), /4294967295 entries/],
    ['table past the end', bad((file) => file.writeUInt32LE(400, 12)), /outside the file/],
    ['far position', bad((file) => file.writeUInt32LE(0xfffffff0, 24)), /outside the file/],
    ['wrong type', bad((file) => file.writeUInt32LE(7, 44)), /begin as one/],
    ['zero width', bad((file) => file.writeUInt32LE(0, 56)), /0 x 2/],
    ['huge width', bad((file) => file.writeUInt32LE(0x40000001, 56)), /1073741825 x 2/],
    ['hotspot outside', bad((file) => file.writeUInt32LE(9, 64)), /hotspot/],
    ['truncated', sizes.subarray(0, 90), /ends outside|outside the file/],
  ];
  for (const [name, file, message] of cases) {
    t.throws(() => parseXcursor(file, 24), { instanceOf: XcursorError, message }, name);
  }
});

test('no bytes make it read outside or throw anything else', (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(sizes.length - 1), fc.nat(255)), { maxLength: 12 }),
      fc.nat(sizes.length),
      fc.nat(4096),
      (changes, length, size) => {
        const file = Buffer.from(sizes);
        for (const [at, value] of changes) file[at] = value;
        try {
          const image = parseXcursor(file.subarray(0, length), size);
          t.is(image.argb.length, image.width * image.height * 4);
        } catch (error) {
          if (!(error instanceof XcursorError)) throw error;
        }
      },
    ),
    { numRuns: 2000 },
  );
  t.pass();
});
