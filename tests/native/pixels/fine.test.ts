import test from 'ava';
import { Decoder as BrowserDecoder, pictureOver } from '../../../firmware/decode/index.ts';
import {
  Decoder,
  type EncodedFrame,
  type EncodeOptions,
  Encoder,
  Framebuffer,
  RegionEncoding,
} from '../../../native/pixels/index.ts';
import { firstDifference, paintRect, Random, type Rect, randomStep } from './pictures.ts';

const none = new Int32Array();
const [WIDTH, HEIGHT] = [300, 200];
const PAPER = 0xfdf6e3;
const INK = 0x657b83;
/** Another build must read what this one writes: it may be a terminal's. */
const GOLDEN = {
  payload: [
    0, 56, 79, 184, 174, 139, 151, 242, 111, 40, 26, 98, 35, 146, 77, 174, 255, 32, 225, 192, 183,
    234, 220, 249, 132, 197, 130, 45, 110, 25, 206, 226, 72,
  ],
  shown: [
    'fdf6e3',
    'fdf6e3',
    '657b83',
    'b1b8b3',
    'fdf6e3',
    'ff0000',
    'ff00',
    'ff',
    'fdf6e3',
    '10203',
    'fdf6e3',
    'fdf6e3',
    'fdf6e3',
    'fdf6e3',
    '657b83',
    'b1b8b3',
    'fdf6e3',
    'ff0000',
    'ff0000',
    'ff',
    'fdf6e3',
    'fdf6e3',
    'fdf6e3',
    'fdf6e3',
    'fdf6e3',
    'fdf6e3',
    '657b83',
    'b1b8b3',
    '657b83',
    'b1b8b3',
    'fefefe',
    'fe',
    '808080',
    'fdf6e4',
    'fdf6e3',
    'fdf6e3',
  ],
};
const { copy, solid, pixels, delta, tinted } = RegionEncoding;

/** A letter of strokes with soft edges, as text is drawn. */
function drawLetter(fb: Framebuffer, [x, y, w, h]: Rect, letter: number): void {
  const random = new Random(letter);
  const strokes = [random.within(0, w - 1), random.within(0, h - 1)];
  const mix = (part: number, shift: number): number => {
    const [a, b] = [(PAPER >> shift) & 255, (INK >> shift) & 255];
    return Math.round(a + ((b - a) * part) / 4) << shift;
  };
  paintRect(fb, [x, y, w, h], (i, j) => {
    const part =
      i === strokes[0] || j === strokes[1] ? 4 : Math.abs(i - (strokes[0] ?? 0)) === 1 ? 2 : 0;
    return mix(part, 16) | mix(part, 8) | mix(part, 0);
  });
}

const partsOf = (frame: EncodedFrame) =>
  [frame.regions, frame.payload, frame.payloadCompressed, [], frame.payloadFine] as const;

function desk() {
  const fb = new Framebuffer(WIDTH, HEIGHT);
  const shown = new Framebuffer(WIDTH, HEIGHT);
  const rgba = new Uint8ClampedArray(WIDTH * HEIGHT * 4);
  const encoder = new Encoder(WIDTH, HEIGHT);
  const decoders = [new Decoder(shown), new BrowserDecoder(pictureOver(rgba, WIDTH, HEIGHT))];
  const send = (damage: Rect, options: Partial<EncodeOptions> = {}) => {
    const given = { level: 1, fine: true, ...options };
    const frame = encoder.encode(fb, Int32Array.of(...damage), none, given);
    for (const decoder of decoders) decoder.apply(...partsOf(frame));
    const encodings = [...frame.regions.filter((_, i) => i % 7 === 0)];
    const inBrowser = rgba.every((value, i) => {
      const at = i % 4 === 0 ? i + 2 : i % 4 === 2 ? i - 2 : i;
      return value === (i % 4 === 3 ? 255 : fb.bytes[at]);
    });
    const exact = inBrowser && firstDifference(fb, shown, [0, 0, WIDTH, HEIGHT]) < 0;
    return { ...frame, encodings, exact };
  };
  fb.fill(PAPER);
  send([0, 0, WIDTH, HEIGHT], { key: true });
  return { fb, encoder, decoders, send };
}

test('a letter takes far fewer bytes than as planes', (t) => {
  const sum = { fine: 0, planes: 0 };
  const [ours, others] = [desk(), desk()];
  for (let i = 0; i < 26; i++) {
    const place: Rect = [10 + i * 9, 20, 8, 14];
    for (const { fb } of [ours, others]) drawLetter(fb, place, i);
    const frame = ours.send(place);
    t.is(frame.payloadFine, frame.payload.length > 0);
    t.false(frame.payloadCompressed);
    t.true(frame.exact);
    sum.fine += frame.payload.length;
    sum.planes += others.send(place, { fine: false }).payload.length;
  }
  t.log(`26 letters: ${sum.fine} and ${sum.planes} bytes`);
  t.true(sum.fine < sum.planes / 3, `${sum.fine} and ${sum.planes}`);
});

test('a letter that is still on the screen is copied', (t) => {
  const { fb, send } = desk();
  for (const x of [10, 30]) {
    drawLetter(fb, [x, 20, 8, 14], 7);
    const frame = send([x, 20, 8, 14]);
    t.deepEqual(frame.encodings, [x === 10 ? pixels : copy]);
    t.true(frame.exact);
  }
  paintRect(fb, [0, 0, WIDTH, HEIGHT], () => PAPER);
  send([0, 0, WIDTH, HEIGHT]);
  drawLetter(fb, [50, 20, 8, 14], 7);
  const gone = send([50, 20, 8, 14]);
  t.true(gone.payloadFine);
  t.true(gone.exact);
});

test('a cursor that blinks has no payload', (t) => {
  const { fb, send } = desk();
  for (const colour of [0, PAPER, 0, PAPER]) {
    paintRect(fb, [40, 40, 2, 20], () => colour);
    const frame = send([40, 40, 2, 20]);
    t.deepEqual(frame.encodings, [solid]);
    t.is(frame.payload.length, 0);
    t.true(frame.exact);
  }
});

test('only who can read it is sent it, and large changes are not', (t) => {
  const { fb, send } = desk();
  drawLetter(fb, [50, 20, 8, 14], 7);
  const { encodings } = send([50, 20, 8, 14], { fine: false });
  t.true([pixels, delta, tinted].includes(encodings[0] as never));
  const random = new Random(1);
  paintRect(fb, [0, 0, WIDTH, HEIGHT], () => random.next());
  const large = send([0, 0, WIDTH, HEIGHT]);
  t.false(large.payloadFine);
  t.true(large.exact);
});

test('a page of text is told so when that is wanted, a photograph is not', (t) => {
  const page = () => {
    const one = desk();
    for (let i = 0; i < 400; i++)
      drawLetter(one.fb, [10 + (i % 30) * 9, 10 + Math.floor(i / 30) * 13, 8, 12], (i * 7) % 26);
    return one;
  };
  const all: Rect = [0, 0, WIDTH, HEIGHT];
  const [plain, { fb, send }] = [page().send(all, { level: 12 }), page()];
  const thorough = send(all, { thorough: true });
  t.deepEqual([plain.payloadFine, thorough.payloadFine], [false, true]);
  t.true(thorough.exact);
  t.log(`${plain.payload.length} and ${thorough.payload.length} bytes`);
  t.true(thorough.payload.length < plain.payload.length);
  const random = new Random(1);
  paintRect(fb, all, () => random.next());
  const photograph = send(all, { thorough: true });
  t.false(photograph.payloadFine);
  t.true(photograph.exact);
});

test('random sequences arrive exactly, in a browser too', (t) => {
  for (let seed = 1; seed <= 3; seed++) {
    const random = new Random(seed);
    const { fb, encoder, send } = desk();
    const small = new Framebuffer(60, 40);
    for (let i = 0; i < 60; i++) {
      randomStep(random, small);
      const [x, y] = [random.within(0, WIDTH - 60), random.within(0, HEIGHT - 40)];
      const at = (row: number) => row * small.width * 4;
      for (let row = 0; row < 40; row++)
        fb.bytes.set(small.bytes.subarray(at(row), at(row + 1)), ((y + row) * WIDTH + x) * 4);
      if (random.within(0, 15) === 0) encoder.reset();
      const options = {
        key: random.within(0, 15) === 0,
        fine: random.within(0, 3) > 0,
        thorough: i % 2 === 0,
      };
      const frame = send([x, y, 60, 40], options);
      t.true(frame.exact, `seed ${seed} step ${i}`);
    }
  }
});

test('bytes that anybody wrote before stay readable', (t) => {
  const fb = new Framebuffer(12, 3);
  const rgba = new Uint8ClampedArray(12 * 3 * 4);
  const regions = Int32Array.of(solid, 0, 0, 12, 3, PAPER, 0, pixels, 2, 0, 8, 3, 0, 0);
  const payload = Uint8Array.from(GOLDEN.payload);
  for (const decoder of [new Decoder(fb), new BrowserDecoder(pictureOver(rgba, 12, 3))])
    decoder.apply(regions, payload, false, [], true);
  const shown = Array.from({ length: 36 }, (_, i) => {
    const [b = 0, g = 0, r = 0] = fb.bytes.subarray(i * 4);
    t.deepEqual([...rgba.subarray(i * 4, i * 4 + 3)], [r, g, b]);
    return ((r << 16) | (g << 8) | b).toString(16);
  });
  t.deepEqual(shown, GOLDEN.shown);
});

const refused = test.macro({
  title: (given) => `refused: ${given}`,
  exec(t, regions: number[], compressed: boolean, message: RegExp) {
    const fb = new Framebuffer(70, 50);
    const rgba = new Uint8ClampedArray(70 * 50 * 4);
    for (const decoder of [new Decoder(fb), new BrowserDecoder(pictureOver(rgba, 70, 50))]) {
      const apply = () =>
        decoder.apply(Int32Array.from(regions), new Uint8Array(3), compressed, [], true);
      t.throws(apply, { instanceOf: RangeError, message });
    }
    t.true(fb.bytes.every((byte, i) => byte === (i % 4 === 3 ? fb.bytes[3] : 0)));
  },
});

test('compressed twice', refused, [pixels, 0, 0, 9, 9, 0, 0], true, /compressed again/);
test('a difference', refused, [delta, 0, 0, 9, 9, 0, 0], false, /^region 0 .*not of a fine/);
test('a colour line', refused, [tinted, 0, 0, 9, 9, 0, 0], false, /^region 0 .*not of a fine/);
test('nothing that takes it', refused, [solid, 0, 0, 9, 9, 0, 0], false, /without a region/);
