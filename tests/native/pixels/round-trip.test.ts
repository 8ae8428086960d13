import test from 'ava';
import { Decoder, Encoder, Framebuffer, RegionEncoding } from '../../../native/pixels/index.ts';
import { firstDifference, moveRect, paintRect, pixelsOf, Random, randomStep } from './pictures.ts';

const none = new Int32Array();

function countOf(regions: Int32Array, encoding: number): number {
  return regions.filter((value, i) => i % 7 === 0 && value === encoding).length;
}

const sequence = test.macro({
  title: (_, width: number, height: number) =>
    `random sequences arrive exactly at ${width}x${height}`,
  exec(t, width: number, height: number, steps: number) {
    for (let seed = 1; seed <= 3; seed++) {
      const random = new Random(seed * 7919 + width);
      const shown = new Framebuffer(width, height);
      const fb = new Framebuffer(width, height);
      const encoder = new Encoder(width, height);
      const decoder = new Decoder(shown);
      paintRect(shown, [0, 0, width, height], () => random.next());
      for (let i = 0; i < steps; i++) {
        const { damage, copies } = randomStep(random, fb);
        if (random.within(0, 15) === 0) encoder.reset();
        const level = random.within(1, 3);
        const frame = encoder.encode(fb, damage, copies, {
          level,
          key: random.within(0, 15) === 0,
        });
        decoder.apply(frame.regions, frame.payload, frame.payloadCompressed);
        t.is(firstDifference(fb, shown, [0, 0, width, height]), -1, `seed ${seed} step ${i}`);
        t.is(frame.checksum, shown.checksum(), `checksum, seed ${seed} step ${i}`);
      }
    }
  },
});

test(sequence, 1, 1, 20);
test(sequence, 63, 65, 80);
test(sequence, 64, 64, 40);
test(sequence, 257, 130, 80);
test(sequence, 1921, 1079, 5);

test('change outside the damage is left alone', (t) => {
  const fb = new Framebuffer(200, 100);
  const encoder = new Encoder(200, 100);
  encoder.encode(fb, none, none, { level: 1 });
  paintRect(fb, [0, 0, 200, 100], () => 0xff0000);
  const frame = encoder.encode(fb, Int32Array.of(10, 10, 20, 20), none, { level: 1 });
  t.deepEqual([...frame.regions], [RegionEncoding.solid, 10, 10, 20, 20, 0xff0000, 0]);
});

test('an unchanged screen gives nothing to send', (t) => {
  const fb = new Framebuffer(300, 200);
  const encoder = new Encoder(300, 200);
  const all = Int32Array.of(0, 0, 300, 200);
  const first = encoder.encode(fb, all, none, { level: 1 });
  const second = encoder.encode(fb, all, none, { level: 1 });
  t.true(first.changed);
  t.false(second.changed);
  t.is(second.regions.length, 0);
  t.is(second.payload.length, 0);
  t.is(second.checksum, first.checksum);
});

test('the X byte never counts as change', (t) => {
  const fb = new Framebuffer(70, 70);
  const encoder = new Encoder(70, 70);
  const all = Int32Array.of(0, 0, 70, 70);
  const { checksum } = encoder.encode(fb, all, none, { level: 1 });
  pixelsOf(fb).fill(0xaa000000);
  const frame = encoder.encode(fb, all, none, { level: 1 });
  t.false(frame.changed);
  t.is(fb.checksum(), checksum);
});

test('a scroll with a hint costs a copy and the new lines', (t) => {
  const random = new Random(5);
  const fb = new Framebuffer(640, 480);
  const encoder = new Encoder(640, 480);
  paintRect(fb, [0, 0, 640, 480], () => random.next());
  encoder.encode(fb, none, none, { level: 1 });
  pixelsOf(fb).copyWithin(0, 16 * 640);
  const all = Int32Array.of(0, 0, 640, 480);
  const frame = encoder.encode(fb, all, Int32Array.of(0, 16, 0, 0, 640, 464), { level: 1 });
  t.deepEqual([...frame.regions], [RegionEncoding.copy, 0, 0, 640, 464, 0, 16]);
});

for (const [dx, dy] of [
  [0, 5],
  [0, -5],
  [3, 0],
  [-3, 0],
  [7, 9],
] as const) {
  test(`a copy that overlaps its source is exact, moved by ${dx},${dy}`, (t) => {
    const random = new Random(8);
    const [fb, shown] = [new Framebuffer(150, 140), new Framebuffer(150, 140)];
    const encoder = new Encoder(150, 140);
    const decoder = new Decoder(shown);
    const send = (hint: Int32Array): Int32Array => {
      const frame = encoder.encode(fb, Int32Array.of(0, 0, 150, 140), hint, { level: 1 });
      decoder.apply(frame.regions, frame.payload, frame.payloadCompressed);
      return frame.regions;
    };
    paintRect(fb, [0, 0, 150, 140], () => random.next());
    send(none);
    moveRect(fb, 20, 20, [20 + dx, 20 + dy, 100, 90]);
    const regions = send(Int32Array.of(20, 20, 20 + dx, 20 + dy, 100, 90));
    t.deepEqual([...regions], [RegionEncoding.copy, 20 + dx, 20 + dy, 100, 90, 20, 20]);
    t.is(firstDifference(fb, shown, [0, 0, 150, 140]), -1);
  });
}

test('a hint that reaches beyond the damage leaves nothing wrong there', (t) => {
  const random = new Random(9);
  const [fb, shown] = [new Framebuffer(200, 100), new Framebuffer(200, 100)];
  const encoder = new Encoder(200, 100);
  const decoder = new Decoder(shown);
  paintRect(fb, [0, 0, 200, 100], () => random.next());
  const first = encoder.encode(fb, none, none, { level: 1 });
  decoder.apply(first.regions, first.payload, first.payloadCompressed);
  moveRect(fb, 0, 10, [0, 0, 80, 90]);
  const hint = Int32Array.of(0, 10, 0, 0, 120, 90);
  const frame = encoder.encode(fb, Int32Array.of(0, 0, 80, 100), hint, { level: 1 });
  t.is(frame.regions[0], RegionEncoding.copy);
  decoder.apply(frame.regions, frame.payload, frame.payloadCompressed);
  t.is(firstDifference(fb, shown, [0, 0, 200, 100]), -1);
});

test('a wrong hint is not used', (t) => {
  const random = new Random(6);
  const fb = new Framebuffer(128, 128);
  const encoder = new Encoder(128, 128);
  paintRect(fb, [0, 0, 128, 128], () => random.next());
  encoder.encode(fb, none, none, { level: 1 });
  const frame = encoder.encode(fb, none, Int32Array.of(0, 0, 3, 3, 100, 100), { level: 1 });
  t.is(countOf(frame.regions, RegionEncoding.copy), 0);
  t.false(frame.changed);
});

test('encodeAsync gives the same and refuses a second encode meanwhile', async (t) => {
  const random = new Random(7);
  const fb = new Framebuffer(640, 480);
  paintRect(fb, [0, 0, 640, 480], () => random.next());
  const all = Int32Array.of(0, 0, 640, 480);
  const expected = new Encoder(640, 480).encode(fb, all, none, { level: 1 });
  const encoder = new Encoder(640, 480);
  const running = encoder.encodeAsync(fb, all, none, { level: 1 });
  t.throws(() => encoder.encode(fb, all, none, { level: 1 }), { message: /busy/ });
  await t.throwsAsync(encoder.encodeAsync(fb, all, none, { level: 1 }), { message: /busy/ });
  t.deepEqual(await running, expected);
  t.false((await encoder.encodeAsync(fb, all, none, { level: 1 })).changed);
});

test('reset during encodeAsync takes effect on the next frame', async (t) => {
  const fb = new Framebuffer(100, 100);
  const encoder = new Encoder(100, 100);
  const running = encoder.encodeAsync(fb, none, none, { level: 1 });
  encoder.reset();
  await running;
  t.true(encoder.encode(fb, none, none, { level: 1 }).changed);
  t.false(encoder.encode(fb, none, none, { level: 1 }).changed);
});

test('a typed character costs few bytes', (t) => {
  const coverage = [0, 40, 200, 255, 230, 90, 10, 0];
  const blend = (from: number, to: number, alpha: number): number => {
    let colour = 0;
    for (const shift of [0, 8, 16]) {
      const [a, b] = [(from >>> shift) & 255, (to >>> shift) & 255];
      colour |= Math.round(a + ((b - a) * alpha) / 255) << shift;
    }
    return colour;
  };
  for (const [background, ink] of [
    [0x242424, 0xffffff],
    [0x002b36, 0x839496],
  ] as const) {
    const fb = new Framebuffer(640, 480);
    fb.fill(background);
    const encoder = new Encoder(640, 480);
    encoder.encode(fb, none, none, { level: 1 });
    let i = 0;
    paintRect(fb, [204, 104, 7, 9], () => {
      i += 1;
      return blend(background, ink, coverage[(i * 5 + (i >> 3)) % 8] as number);
    });
    const frame = encoder.encode(fb, Int32Array.of(200, 100, 8, 16), none, { level: 1 });
    t.is(frame.regions.length, 7);
    t.true(frame.payload.length <= 75, `${frame.payload.length} bytes`);
  }
});

test('arguments are checked', (t) => {
  const fb = new Framebuffer(10, 10);
  const encoder = new Encoder(10, 10);
  t.throws(() => new Encoder(0, 10), { instanceOf: RangeError });
  t.throws(() => new Framebuffer(1.5, 10), { instanceOf: RangeError });
  t.throws(() => new Framebuffer(16385, 1), { instanceOf: RangeError });
  t.throws(() => encoder.encode(new Framebuffer(11, 10), none, none, { level: 1 }), {
    message: /10x10.*11x10/,
  });
  t.throws(() => encoder.encode(fb, none, none, { level: 0 }), { message: /level/ });
  t.throws(() => encoder.encode(fb, Int32Array.of(1, 2), none, { level: 1 }), {
    message: /damage/,
  });
  t.throws(() => encoder.encode(fb, none, Int32Array.of(1), { level: 1 }), { message: /copies/ });
});
