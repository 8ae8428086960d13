import test from 'ava';
import { Decoder, Encoder, Framebuffer, RegionEncoding } from '../../../native/pixels/index.ts';
import { firstDifference, paintRect, Random } from './pictures.ts';

const WIDTH = 70;
const HEIGHT = 50;
const nothing = new Uint8Array();
const { solid, copy, pixels, delta, tinted } = RegionEncoding;

const refused = test.macro({
  title: (given) => `refused: ${given}`,
  exec(t, regions: number[], payload: Uint8Array, compressed: boolean, message: RegExp) {
    const fb = new Framebuffer(WIDTH, HEIGHT);
    fb.fill(0x123456);
    const before = fb.bytes.slice();
    const decoder = new Decoder(fb);
    t.throws(() => decoder.apply(Int32Array.from(regions), payload, compressed), {
      instanceOf: RangeError,
      message,
    });
    t.deepEqual(fb.bytes, before);
  },
});

const good = [solid, 0, 0, 1, 1, 0, 0];
const line = [0, 0];
const max = 0x7fffffff;
test(
  'beyond the right edge',
  refused,
  [...good, solid, 69, 0, 2, 1, 0, 0],
  nothing,
  false,
  /^region 1 .*outside/,
);
test('negative place', refused, [solid, 0, -1, 1, 1, 0, 0], nothing, false, /^region 0 .*outside/);
test('empty', refused, [solid, 0, 0, 0, 1, 0, 0], nothing, false, /^region 0 .*outside/);
test(
  'overflowing size',
  refused,
  [solid, max, max, max, max, 0, 0],
  nothing,
  false,
  /^region 0 .*outside/,
);
test('colour', refused, [solid, 0, 0, 1, 1, 0x1000000, 0], nothing, false, /^region 0 .*colour/);
test(
  'copy from outside',
  refused,
  [copy, 0, 0, 10, 10, 61, 0],
  nothing,
  false,
  /^region 0 .*source/,
);
test(
  'colour line',
  refused,
  [tinted, 0, 0, 1, 1, -1, 0],
  new Uint8Array(3),
  false,
  /^region 0 .*line/,
);
test('encoding', refused, [9, 0, 0, 1, 1, 0, 0], nothing, false, /^region 0 .*unknown encoding/);
test(
  'video that did not come',
  refused,
  [5, 0, 0, 1, 1, 0, 0],
  nothing,
  false,
  /^region 0 .*no pic/,
);
test('incomplete region', refused, [solid, 0, 0], nothing, false, /7 numbers/);
test(
  'raw payload too short',
  refused,
  [pixels, 0, 0, 2, 2, ...line],
  new Uint8Array(11),
  false,
  /length/,
);
test(
  'raw payload too long',
  refused,
  [delta, 0, 0, 2, 2, ...line],
  new Uint8Array(13),
  false,
  /length/,
);
test('payload for nothing', refused, good, new Uint8Array(1), false, /payload without/);
test(
  'payload is no zstd',
  refused,
  [pixels, 0, 0, 2, 2, ...line],
  new Uint8Array(40),
  true,
  /one zstd frame/,
);
test('payload is empty', refused, [pixels, 0, 0, 2, 2, ...line], nothing, true, /one zstd frame/);
test(
  'more pixels than the picture',
  refused,
  Array.from({ length: 2 }, () => [pixels, 0, 0, WIDTH, HEIGHT, ...line]).flat(),
  nothing,
  true,
  /^region 1 .*more pixels/,
);
test(
  'more painting than allowed',
  refused,
  Array.from({ length: 5 }, () => [solid, 0, 0, WIDTH, HEIGHT, 0, 0]).flat(),
  nothing,
  false,
  /^region 4 .*more pixels/,
);
test(
  'too many regions',
  refused,
  Array.from({ length: 300 }, () => good).flat(),
  nothing,
  false,
  /too many/,
);

function screen(seed: number): { regions: Int32Array; payload: Uint8Array; fb: Framebuffer } {
  const random = new Random(seed);
  const fb = new Framebuffer(WIDTH, HEIGHT);
  paintRect(fb, [3, 5, 60, 40], () => random.within(0, 3) * 0x203040);
  const none = new Int32Array();
  const frame = new Encoder(WIDTH, HEIGHT).encode(fb, none, none, { level: 3 });
  return { regions: frame.regions, payload: frame.payload, fb };
}

test('a content size that differs from the regions is refused before unpacking', (t) => {
  const { regions, payload } = screen(1);
  const fewer = regions.slice();
  fewer[7 + 4] = (fewer[7 + 4] as number) - 1;
  const decoder = new Decoder(new Framebuffer(WIDTH, HEIGHT));
  t.throws(() => decoder.apply(fewer, payload, true), { message: /content size/ });
});

test('bytes after the zstd frame are refused', (t) => {
  const { regions, payload } = screen(1);
  const decoder = new Decoder(new Framebuffer(WIDTH, HEIGHT));
  const longer = new Uint8Array([...payload, 0]);
  t.throws(() => decoder.apply(regions, longer, true), { message: /exactly one zstd frame/ });
});

test('mutated updates are applied or refused with a RangeError, and the decoder goes on', (t) => {
  const random = new Random(99);
  const { regions, payload, fb } = screen(2);
  const target = new Framebuffer(WIDTH, HEIGHT);
  const decoder = new Decoder(target);
  let refusals = 0;
  for (let round = 0; round < 3000; round++) {
    const r = regions.slice();
    const p = payload.slice(
      0,
      random.within(0, 9) === 0 ? random.within(0, payload.length) : undefined,
    );
    if (round % 2 === 0) r[random.within(0, r.length - 1)] = random.next() >> random.within(0, 31);
    else if (p.length > 0) p[random.within(0, p.length - 1)] = random.within(0, 255);
    try {
      decoder.apply(r, p, true);
    } catch (error) {
      refusals++;
      if (!(error instanceof RangeError)) throw error;
    }
  }
  t.true(refusals > 500);
  decoder.apply(regions, payload, true);
  t.is(firstDifference(fb, target, [0, 0, WIDTH, HEIGHT]), -1);
});

test('apply gives the damaged rectangles', (t) => {
  const decoder = new Decoder(new Framebuffer(WIDTH, HEIGHT));
  const rects = decoder.apply(
    Int32Array.of(solid, 1, 2, 3, 4, 0xff, 0, copy, 10, 11, 3, 4, 1, 2),
    nothing,
    false,
  );
  t.deepEqual([...rects], [1, 2, 3, 4, 10, 11, 3, 4]);
});
