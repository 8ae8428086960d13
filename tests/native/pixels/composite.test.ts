import test from 'ava';
import {
  composite,
  DRAW_STRIDE,
  DrawKind,
  Framebuffer,
  PIXEL_FORMATS,
  PixelImage,
} from '../../../native/pixels/index.ts';
import { pixelsOf, Random } from './pictures.ts';

interface Item {
  kind?: number;
  source?: number;
  to: [number, number, number, number];
  from?: [number, number, number, number];
  transform?: number;
  alpha?: number;
  colour?: number;
  opaque?: boolean;
  bilinear?: boolean;
}

function list(...items: Item[]): Float64Array {
  return Float64Array.from(
    items.flatMap((item) => [
      item.kind ?? DrawKind.image,
      item.source ?? 0,
      ...item.to,
      ...(item.from ?? [0, 0, item.to[2], item.to[3]]),
      item.transform ?? 0,
      item.alpha ?? 1,
      item.colour ?? 0,
      item.opaque ? 1 : 0,
      item.bilinear ? 1 : 0,
    ]),
  );
}

function noise(seed: number, width: number, height: number, alpha?: number): Uint32Array {
  const random = new Random(seed);
  return Uint32Array.from({ length: width * height }, () => {
    const a = alpha ?? random.within(0, 255);
    let pixel = a << 24;
    for (const shift of [0, 8, 16]) pixel |= random.within(0, a) << shift;
    return pixel >>> 0;
  });
}

function imageOf(pixels: Uint32Array, width: number, height: number): PixelImage {
  return new PixelImage(width, height, new Uint8Array(pixels.buffer));
}

const W = 40;
const H = 30;
const everything = Int32Array.of(0, 0, W, H);

function rgb(fb: Framebuffer, x: number, y: number): number {
  return (pixelsOf(fb)[y * fb.width + x] as number) & 0xffffff;
}

test('the stride matches the documented fields', (t) => {
  t.is(list({ to: [0, 0, 1, 1] }).length, DRAW_STRIDE);
});

test('an opaque copy is exact, cropped, placed and clipped', (t) => {
  const pixels = noise(1, 16, 12, 255);
  const fb = new Framebuffer(W, H);
  fb.fill(0x010203);
  const draw = list({ to: [-3, 25, 10, 10], from: [4, 1, 10, 10], opaque: true });
  composite(fb, draw, [imageOf(pixels, 16, 12).source], Int32Array.of(0, 0, W, 28));
  for (let y = 0; y < H; y++) {
    for (let x = 0; x < W; x++) {
      const inside = x < 7 && y >= 25 && y < 28;
      const expected = inside
        ? (pixels[(y - 25 + 1) * 16 + x + 3 + 4] as number) & 0xffffff
        : 0x010203;
      t.is(rgb(fb, x, y), expected, `${x},${y}`);
    }
  }
});

/** Where the client, who turned its surface of w*h, put surface pixel x, y: a flip around the vertical axis for 4..7,
 * then quarter turns counter-clockwise. */
function turned(transform: number, x: number, y: number, w: number, h: number): [number, number] {
  let [px, py, pw, ph] = [transform >= 4 ? w - 1 - x : x, y, w, h];
  for (let i = 0; i < (transform & 3); i++) [px, py, pw, ph] = [py, pw - 1 - px, ph, pw];
  return [px, py];
}

for (let transform = 0; transform < 8; transform++) {
  for (const opaque of [true, false]) {
    test(`transform ${transform} is undone${opaque ? '' : ' under OVER'}`, (t) => {
      const [w, h] = [11, 7];
      const odd = transform % 2 === 1;
      const [bw, bh] = odd ? [h, w] : [w, h];
      const surface = noise(2, w, h, 255);
      const buffer = new Uint32Array(w * h);
      for (let y = 0; y < h; y++) {
        for (let x = 0; x < w; x++) {
          const [bx, by] = turned(transform, x, y, w, h);
          buffer[by * bw + bx] = surface[y * w + x] as number;
        }
      }
      const fb = new Framebuffer(W, H);
      const draw = list({
        to: [5, 6, w - 2, h - 1],
        from: [2, 1, w - 2, h - 1],
        transform,
        opaque,
      });
      composite(fb, draw, [imageOf(buffer, bw, bh).source], everything);
      for (let y = 1; y < h; y++) {
        for (let x = 2; x < w; x++) {
          t.is(rgb(fb, x + 3, y + 5), (surface[y * w + x] as number) & 0xffffff, `${x},${y}`);
        }
      }
      t.is(rgb(fb, 4, 6), 0);
      t.is(rgb(fb, 5 + w - 2, 6), 0);
    });
  }
}

test('translucent pixels blend, within rounding', (t) => {
  const pixels = noise(3, W, H);
  const fb = new Framebuffer(W, H);
  for (const alpha of [1, 0.5]) {
    fb.fill(0x406080);
    composite(fb, list({ to: [0, 0, W, H], alpha }), [imageOf(pixels, W, H).source], everything);
    for (let i = 0; i < W * H; i++) {
      const p = pixels[i] as number;
      const a = ((p >>> 24) * alpha) / 255;
      for (const shift of [0, 8, 16]) {
        const expected = ((p >>> shift) & 255) * alpha + ((0x406080 >>> shift) & 255) * (1 - a);
        const got = ((pixelsOf(fb)[i] as number) >>> shift) & 255;
        t.true(Math.abs(got - expected) <= 2, `pixel ${i}: ${got}, not ${expected}`);
      }
    }
  }
});

test('solid colours: opaque, translucent, order bottom to top', (t) => {
  const fb = new Framebuffer(W, H);
  const solid = (to: Item['to'], colour: number, alpha = 1): Item => ({
    kind: DrawKind.solid,
    to,
    colour,
    alpha,
  });
  composite(
    fb,
    list(
      solid([0, 0, W, H], 0xff112233),
      solid([0, 0, 10, 10], 0x80800000),
      solid([20, 20, 5, 5], 0xff00ff00),
      solid([20, 20, 2, 2], 0xffffffff, 0.5),
    ),
    [],
    everything,
  );
  t.is(rgb(fb, 39, 29), 0x112233);
  t.true(Math.abs(((rgb(fb, 1, 1) >> 16) & 255) - (0x80 + 0x11 / 2)) <= 1);
  t.is(rgb(fb, 24, 24), 0x00ff00);
  t.true(Math.abs((rgb(fb, 20, 20) & 255) - 128) <= 1);
});

test('nearest doubles pixels exactly; bilinear keeps edges opaque and in range', (t) => {
  const pixels = noise(4, 10, 10, 255);
  const source = imageOf(pixels, 10, 10).source;
  const fb = new Framebuffer(W, H);
  fb.fill(0xff00ff);
  const doubled: Item = { to: [0, 0, 20, 20], from: [0, 0, 10, 10] };
  composite(fb, list(doubled), [source], everything);
  for (let y = 0; y < 20; y++) {
    for (let x = 0; x < 20; x++) {
      t.is(rgb(fb, x, y), (pixels[(y >> 1) * 10 + (x >> 1)] as number) & 0xffffff);
    }
  }
  const grey = imageOf(new Uint32Array(100).fill(0xff808080), 10, 10).source;
  composite(fb, list({ ...doubled, bilinear: true }), [grey], everything);
  for (let i = 0; i < 20; i++) t.is(rgb(fb, i, 0), 0x808080);
  t.is(rgb(fb, 20, 0), 0xff00ff);
});

test('only the damage is touched', (t) => {
  const fb = new Framebuffer(W, H);
  const draw = list({ kind: DrawKind.solid, to: [0, 0, W, H], colour: 0xffffffff });
  composite(fb, draw, [], Int32Array.of(1, 1, 2, 2, 10, 10, 1, 1, -5, -5, 6, 6, 39, 29, 50, 50));
  let painted = 0;
  for (let i = 0; i < W * H; i++) painted += ((pixelsOf(fb)[i] as number) & 0xffffff) !== 0 ? 1 : 0;
  t.is(painted, 4 + 1 + 1 + 1);
});

test('what an opaque item hides does not shine through, a translucent one does', (t) => {
  const below = imageOf(new Uint32Array(100).fill(0xff0000ff), 10, 10).source;
  const above = imageOf(new Uint32Array(100).fill(0x00000000), 10, 10).source;
  const fb = new Framebuffer(W, H);
  composite(
    fb,
    list({ to: [0, 0, 10, 10] }, { to: [0, 0, 10, 10], source: 1 }),
    [below, above],
    everything,
  );
  t.is(rgb(fb, 5, 5), 0x0000ff);
  const hiding = list({ to: [0, 0, 10, 10] }, { to: [0, 0, 10, 10], source: 1, opaque: true });
  composite(fb, hiding, [below, above], everything);
  t.is(rgb(fb, 5, 5), 0);
});

test('wrong lists and sources are refused', (t) => {
  const fb = new Framebuffer(W, H);
  const item = list({ to: [0, 0, 1, 1] });
  t.throws(() => composite(fb, item, [], everything), { message: /item 0: no such source/ });
  t.throws(() => composite(fb, item, [{}], everything), {
    instanceOf: TypeError,
    message: /not a pixel source/,
  });
  t.throws(() => composite(fb, item.subarray(1), [], everything), { instanceOf: TypeError });
  t.throws(() => composite(fb, list({ to: [Number.NaN, 0, 1, 1], kind: 0 }), [], everything), {
    instanceOf: RangeError,
  });
  t.throws(() => composite(fb, list({ to: [0, 0, 1, 1], kind: 0, transform: 8 }), [], everything), {
    instanceOf: RangeError,
  });
  t.throws(() => new PixelImage(2, 2, new Uint8Array(15)), { message: /16 bytes, not 15/ });
  t.true(PIXEL_FORMATS.includes(0) && PIXEL_FORMATS.includes(1));
});
