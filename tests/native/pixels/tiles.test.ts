import test from 'ava';
import { Decoder as BrowserDecoder, pictureOver } from '../../../firmware/decode/index.ts';
import { Decoder, Encoder, Framebuffer, RegionEncoding } from '../../../native/pixels/index.ts';
import { firstDifference, paintRect, Random, type Rect } from './pictures.ts';

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
