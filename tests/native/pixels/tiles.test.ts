import test from 'ava';
import { Decoder as BrowserDecoder, pictureOver } from '../../../firmware/decode/index.ts';
import { Decoder, Encoder, Framebuffer, RegionEncoding } from '../../../native/pixels/index.ts';
import { firstDifference, paintRect, pixelsOf, Random, type Rect } from './pictures.ts';

const none = new Int32Array();
const [WIDTH, HEIGHT] = [333, 210];
const MENU: Rect = [50, 60, 200, 130];

const { keep, kept, solid } = RegionEncoding;

function text(fb: Framebuffer, rect: Rect, seed: number): void {
  const random = new Random(seed);
  paintRect(fb, rect, () => (random.within(0, 4) === 0 ? 0x112233 : 0xeeeeee));
}

function desk(tiles: number) {
  const fb = new Framebuffer(WIDTH, HEIGHT);
  const shown = new Framebuffer(WIDTH, HEIGHT);
  const encoder = new Encoder(WIDTH, HEIGHT);
  const decoder = new Decoder(shown, tiles);
  const send = (damage: Rect, key = false) => {
    const frame = encoder.encode(fb, Int32Array.of(...damage), none, { level: 1, tiles, key });
    decoder.apply(frame.regions, frame.payload, frame.payloadCompressed);
    const encodings = new Set(frame.regions.filter((_, i) => i % 7 === 0));
    return { ...frame, encodings, exact: firstDifference(fb, shown, [0, 0, WIDTH, HEIGHT]) < 0 };
  };
  return { fb, decoder, send };
}

test('a menu that opens and closes is sent once', (t) => {
  const { fb, send } = desk(64);
  text(fb, [0, 0, WIDTH, HEIGHT], 1);
  const below = fb.bytes.slice();
  send([0, 0, WIDTH, HEIGHT], true);
  text(fb, MENU, 2);
  const menu = fb.bytes.slice();
  const first = send(MENU);
  t.true(first.encodings.has(keep));
  t.false(first.encodings.has(kept));
  for (const bytes of [below, menu, below, menu]) {
    fb.bytes.set(bytes);
    const again = send(MENU);
    t.true(again.encodings.has(kept));
    t.true(again.payload.length < first.payload.length / 5, String(again.payload.length));
    t.true(again.exact);
  }
});

test('after a key frame nothing is taken for kept', (t) => {
  const { fb, send, decoder } = desk(64);
  text(fb, [0, 0, WIDTH, HEIGHT], 1);
  const below = fb.bytes.slice();
  send([0, 0, WIDTH, HEIGHT], true);
  text(fb, MENU, 2);
  send(MENU);
  decoder.forget();
  t.false(send(MENU, true).encodings.has(kept));
  fb.bytes.set(below);
  t.false(send(MENU).encodings.has(kept));
});

test('a terminal that keeps nothing is asked for nothing', (t) => {
  const { fb, send } = desk(0);
  for (let i = 0; i < 4; i++) {
    text(fb, [0, 0, WIDTH, HEIGHT], i % 2);
    const { encodings } = send([0, 0, WIDTH, HEIGHT], i === 0);
    t.false(encodings.has(keep) || encodings.has(kept));
  }
});

test('few slots are used in turn, and each picture is exact', (t) => {
  const random = new Random(3);
  const { fb, send } = desk(7);
  for (let i = 0; i < 200; i++) {
    const w = random.within(1, WIDTH);
    const h = random.within(1, HEIGHT);
    const rect: Rect = [random.within(0, WIDTH - w), random.within(0, HEIGHT - h), w, h];
    text(fb, rect, random.within(0, 3));
    t.true(send(rect).exact, `step ${i}`);
  }
});

/** Several tiles of every kind: inside, at edges, and a corner that is smaller. */
const [WIDE, HIGH] = [700, 430];

function photograph(seed: number): Uint32Array {
  const random = new Random(seed);
  return Uint32Array.from({ length: WIDE * HIGH }, () => random.next() & 0xffffff);
}

/** A desktop of photographs that lie over each other, on a terminal that keeps tiles; decoded in both ways. */
function desktop(tiles: number) {
  const fb = new Framebuffer(WIDE, HIGH);
  const pixels = pixelsOf(fb);
  const shown = new Framebuffer(WIDE, HIGH);
  const bytes = new Uint8ClampedArray(WIDE * HIGH * 4);
  const encoder = new Encoder(WIDE, HIGH);
  const decoders = [
    new Decoder(shown, tiles),
    new BrowserDecoder(pictureOver(bytes, WIDE, HIGH), tiles),
  ];
  const send = (damage: readonly number[], copies: readonly number[] = []) => {
    const lists = [Int32Array.from(damage), Int32Array.from(copies)] as const;
    const key = damage.length === 0;
    const frame = encoder.encode(fb, ...lists, { level: 1, tiles, fine: true, key });
    for (const decoder of decoders)
      decoder.apply(
        ...([frame.regions, frame.payload, frame.payloadCompressed] as const),
        ...([[], frame.payloadFine] as const),
      );
    const exact =
      firstDifference(fb, shown, [0, 0, WIDE, HIGH]) < 0 &&
      pixels.every((pixel, i) => {
        const [r, g, b] = bytes.subarray(4 * i);
        return (
          (pixel & 0xffffff) === (((r as number) << 16) | ((g as number) << 8) | (b as number))
        );
      });
    return { exact, bytes: frame.payload.length, checksum: frame.checksum === shown.checksum() };
  };
  const draw = (picture: Uint32Array, [x, y, w, h]: Rect) => {
    for (let row = Math.max(0, y); row < Math.min(HIGH, y + h); row++)
      for (let column = Math.max(0, x); column < Math.min(WIDE, x + w); column++)
        pixels[row * WIDE + column] = picture[(row - y) * WIDE + column - x] as number;
  };
  return { send, draw };
}

for (const [dx, dy] of [
  [3, 2],
  [-5, 7],
  [31, -17],
] as const)
  test(`a window that is moved by ${dx}, ${dy} uncovers what was there without its pixels`, (t) => {
    const { send, draw } = desktop(4096);
    const [wall, window] = [photograph(1), photograph(2)];
    draw(wall, [0, 0, WIDE, HIGH]);
    send([]);
    let [x, y] = [192, 128];
    draw(window, [x, y, 256, 192]);
    send([x, y, 256, 192]);
    for (let i = 0; i < 8; i++) {
      const before = [x, y] as const;
      x += dx;
      y += dy;
      draw(wall, [0, 0, WIDE, HIGH]);
      draw(window, [x, y, 256, 192]);
      const moved = send([...before, 256, 192, x, y, 256, 192], [...before, x, y, 256, 192]);
      t.true(moved.exact && moved.checksum, `step ${i}`);
      t.true(moved.bytes < 200, `step ${i}: ${moved.bytes} bytes`);
    }
  });

for (const tiles of [4096, 110, 88])
  test(`windows that are moved, raised and drawn are exact on a terminal of ${tiles} tiles`, (t) => {
    const random = new Random(tiles);
    const { send, draw } = desktop(tiles);
    const [wall, other] = [photograph(1), photograph(9)];
    const windows = [2, 3, 4].map((seed) => {
      const size = [random.within(20, 400), random.within(20, 300)] as const;
      return { picture: photograph(seed), rect: [100, 50, ...size] as Rect };
    });
    send([]);
    for (let i = 0; i < 400; i++) {
      const window = windows[random.within(0, 2)] as (typeof windows)[number];
      const [x, y, w, h] = window.rect;
      const far = random.within(0, 5) === 0 ? 300 : 12;
      const to = [x + random.within(-far, far), y + random.within(-far, far)] as const;
      const inside = to[0] > -w && to[1] > -h && to[0] < WIDE && to[1] < HIGH;
      if (inside) window.rect = [...to, w, h];
      const kind = random.within(0, 9);
      if (kind === 0) windows.push(...windows.splice(0, 1));
      if (kind === 1) window.picture = photograph(random.within(2, 5));
      draw(random.within(0, 9) === 0 ? other : wall, [0, 0, WIDE, HIGH]);
      for (const each of windows) draw(each.picture, each.rect);
      const hints = inside && kind !== 2 ? [x, y, ...to, w, h] : [];
      const { exact, checksum } = send([0, 0, WIDE, HIGH], hints);
      t.true(exact && checksum, `step ${i}`);
    }
  });

/** Encoding, x, y, w, h, a, b. */
const refused: Record<string, number[][]> = {
  'a slot that keeps nothing': [[kept, 0, 0, 64, 64, 0, 0]],
  'a slot beyond the last': [[keep, 0, 0, 64, 64, 4, 0]],
  'a row that goes beyond the last slot': [[keep, 0, 0, 65, 64, 3, 0]],
  'a slot below the first': [[keep, 0, 0, 64, 64, -1, 0]],
  'a tile of another size': [
    [keep, 0, 0, 64, 64, 0, 0],
    [kept, 0, 0, 63, 64, 0, 0],
  ],
  'tiles that are too high': [[keep, 0, 0, 64, 65, 0, 0]],
  'tiles outside of the picture': [[keep, 100, 0, 64, 64, 0, 0]],
  'what was kept by a part of a refused update': [
    [keep, 0, 0, 64, 64, 0, 0],
    [solid, 0, 0, 0, 0, 0, 0],
  ],
};

for (const [name, regions] of Object.entries(refused)) {
  test(`both decoders refuse ${name}`, (t) => {
    const update = Int32Array.from(regions.flat());
    const later = Int32Array.of(kept, 0, 0, 64, 64, 0, 0);
    const screen = pictureOver(new Uint8Array(150 * 100 * 4), 150, 100);
    for (const decoder of [
      new Decoder(new Framebuffer(150, 100), 4),
      new BrowserDecoder(screen, 4),
    ]) {
      t.throws(() => decoder.apply(update, new Uint8Array(), false), { instanceOf: RangeError });
      t.throws(() => decoder.apply(later, new Uint8Array(), false), { instanceOf: RangeError });
    }
  });
}

test('what was forgotten is not shown again', (t) => {
  const screen = pictureOver(new Uint8Array(64 * 64 * 4), 64, 64);
  for (const decoder of [new Decoder(new Framebuffer(64, 64), 4), new BrowserDecoder(screen, 4)]) {
    decoder.apply(Int32Array.of(keep, 0, 0, 64, 64, 2, 0), new Uint8Array(), false);
    const show = Int32Array.of(kept, 0, 0, 64, 64, 2, 0);
    decoder.apply(show, new Uint8Array(), false);
    decoder.forget();
    t.throws(() => decoder.apply(show, new Uint8Array(), false), { instanceOf: RangeError });
  }
});

test('numbers of tiles are checked', (t) => {
  const fb = new Framebuffer(10, 10);
  t.throws(() => new Decoder(fb, -1), { instanceOf: RangeError });
  t.throws(() => new Decoder(fb, 4097), { instanceOf: RangeError });
  const encoder = new Encoder(10, 10);
  t.throws(() => encoder.encode(fb, none, none, { level: 1, tiles: 0.5 }), {
    instanceOf: RangeError,
  });
});
