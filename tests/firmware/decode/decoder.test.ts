import test from 'ava';
import { checksum, Decoder, pictureOver } from '../../../firmware/decode/index.ts';
import * as native from '../../../native/pixels/index.ts';
import { paintRect, pixelsOf, Random, randomStep } from '../../native/pixels/pictures.ts';

const none = new Int32Array();

function sameAsNative(rgba: Uint8ClampedArray, fb: native.Framebuffer): boolean {
  for (let i = 0; i < rgba.length; i += 4) {
    const same =
      rgba[i] === fb.bytes[i + 2] && rgba[i + 1] === fb.bytes[i + 1] && rgba[i + 2] === fb.bytes[i];
    if (!same || rgba[i + 3] !== 255) return false;
  }
  return true;
}

const sequence = test.macro({
  title: (_, width: number, height: number) =>
    `random sequences arrive exactly at ${width}x${height}`,
  exec(t, width: number, height: number, steps: number) {
    const random = new Random(width * 31 + height);
    const fb = new native.Framebuffer(width, height);
    const encoder = new native.Encoder(width, height);
    const rgba = new Uint8ClampedArray(width * height * 4);
    const picture = pictureOver(rgba, width, height);
    const decoder = new Decoder(picture);
    for (let i = 0; i < steps; i++) {
      const { damage, copies } = randomStep(random, fb);
      if (random.within(0, 15) === 0) encoder.reset();
      const frame = encoder.encode(fb, damage, copies, { level: random.within(1, 19) });
      const rects = decoder.apply(frame.regions, frame.payload, frame.payloadCompressed);
      t.is(rects.length / 4, frame.regions.length / 7);
      t.true(sameAsNative(rgba, fb), `step ${i}`);
      t.is(checksum(picture), frame.checksum, `checksum, step ${i}`);
    }
  },
});

test(sequence, 1, 1, 20);
test(sequence, 63, 65, 100);
test(sequence, 257, 130, 100);
test(sequence, 801, 599, 8);

test('both decoders refuse the same regions with the same words', (t) => {
  const random = new Random(12);
  const [width, height] = [70, 50];
  const rgba = new Uint8ClampedArray(width * height * 4);
  const ours = new Decoder(pictureOver(rgba, width, height));
  const fb = new native.Framebuffer(width, height);
  const theirs = new native.Decoder(fb);
  const outcome = (apply: () => void): string => {
    try {
      apply();
      return 'applied';
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return error.message;
    }
  };
  for (let round = 0; round < 3000; round++) {
    const regions = Int32Array.from({ length: 14 }, (_, i) =>
      i % 7 === 0
        ? random.within(0, 5)
        : random.within(0, 9) === 0
          ? random.next() | 0
          : random.within(0, 40),
    );
    const payload = new Uint8Array(random.within(0, 3) === 0 ? random.within(0, 30) : 0);
    t.is(
      outcome(() => ours.apply(regions, payload, false)),
      outcome(() => theirs.apply(regions, payload, false)),
      String(regions),
    );
  }
});

test('mutated updates are applied or refused with a RangeError, and the decoder goes on', (t) => {
  const random = new Random(98);
  const [width, height] = [70, 50];
  const fb = new native.Framebuffer(width, height);
  paintRect(fb, [3, 5, 60, 40], () => random.within(0, 3) * 0x203040);
  const { regions, payload } = new native.Encoder(width, height).encode(fb, none, none, {
    level: 3,
  });
  const rgba = new Uint8ClampedArray(width * height * 4);
  const decoder = new Decoder(pictureOver(rgba, width, height));
  let refusals = 0;
  for (let round = 0; round < 2000; round++) {
    const bytes = payload.slice(0, round % 9 === 0 ? random.within(0, payload.length) : undefined);
    if (bytes.length > 0) bytes[random.within(0, bytes.length - 1)] = random.within(0, 255);
    try {
      decoder.apply(regions, bytes, true);
    } catch (error) {
      refusals++;
      if (!(error instanceof RangeError)) throw error;
    }
  }
  t.true(refusals > 200);
  decoder.apply(regions, payload, true);
  t.true(sameAsNative(rgba, fb));
});

test('a frame that states another size, or is cut, or is followed by more, is refused', (t) => {
  const fb = new native.Framebuffer(64, 64);
  const random = new Random(3);
  paintRect(fb, [0, 0, 64, 64], () => random.within(0, 3) * 0x203040);
  const { regions, payload } = new native.Encoder(64, 64).encode(fb, none, none, { level: 3 });
  const decoder = new Decoder(pictureOver(new Uint8ClampedArray(64 * 64 * 4), 64, 64));
  const smaller = regions.slice();
  smaller[7 + 4] = 63;
  t.throws(() => decoder.apply(smaller, payload, true), {
    instanceOf: RangeError,
    message: /content size/,
  });
  for (const bytes of [
    payload.subarray(0, -1),
    new Uint8Array([...payload, 0]),
    new Uint8Array(),
  ]) {
    t.throws(() => decoder.apply(regions, bytes, true), {
      instanceOf: RangeError,
      message: /one zstd frame/,
    });
  }
});

test('checksums agree on random pictures of odd sizes', (t) => {
  const random = new Random(77);
  for (const [width, height] of [
    [1, 1],
    [7, 9],
    [64, 64],
    [65, 63],
    [129, 200],
  ] as const) {
    const fb = new native.Framebuffer(width, height);
    paintRect(fb, [0, 0, width, height], () => random.next());
    const rgba = new Uint8ClampedArray(width * height * 4);
    const picture = pictureOver(rgba, width, height);
    pixelsOf(fb).forEach((pixel, i) => {
      picture.pixels[i] = ((pixel & 0xff) << 16) | (pixel & 0xff00) | ((pixel >>> 16) & 0xff);
    });
    t.is(checksum(picture), fb.checksum(), `${width}x${height}`);
  }
});

test('a picture must fit its bytes', (t) => {
  t.throws(() => pictureOver(new Uint8ClampedArray(15), 2, 2), { instanceOf: RangeError });
  t.throws(() => pictureOver(new Uint8ClampedArray(0), 0, 2), { instanceOf: RangeError });
});
