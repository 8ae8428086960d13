import test from 'ava';
import { Decoder as BrowserDecoder, pictureOver } from '../../../firmware/decode/index.ts';
import {
  Decoder,
  type EncodeOptions,
  Encoder,
  Framebuffer,
  RegionEncoding,
} from '../../../native/pixels/index.ts';
import { firstDifference, paintRect, Random } from './pictures.ts';

const none = new Int32Array();
const [WIDTH, HEIGHT] = [300, 200];
const { tinted } = RegionEncoding;

/** A slope with grain, and a paragraph of letters in its midst. */
function photographAndText(): Framebuffer {
  const fb = new Framebuffer(WIDTH, HEIGHT);
  const random = new Random(5);
  const grain = () => random.within(0, 3) * 0x010101;
  paintRect(fb, [0, 0, WIDTH, HEIGHT], (x, y) => ((x + y) >> 2) * 0x010101 + 0x2010 + grain());
  paintRect(fb, [64, 64, 64, 64], (x, y) => ((x * 7 + y * 3) % 11 > 3 ? 0xffffff : 0x102030));
  return fb;
}

/** All of the picture for who knows nothing of it, as both decoders show it. */
function sent(fb: Framebuffer, options: Partial<EncodeOptions>) {
  const frame = new Encoder(WIDTH, HEIGHT).encode(fb, none, none, { level: 1, ...options });
  const shown = new Framebuffer(WIDTH, HEIGHT);
  const rgba = new Uint8ClampedArray(WIDTH * HEIGHT * 4);
  for (const decoder of [new Decoder(shown), new BrowserDecoder(pictureOver(rgba, WIDTH, HEIGHT))])
    decoder.apply(frame.regions, frame.payload, frame.payloadCompressed, [], frame.payloadFine);
  const inBrowser = rgba.every((value, i) => {
    const at = i % 4 === 0 ? i + 2 : i % 4 === 2 ? i - 2 : i;
    return value === (i % 4 === 3 ? 255 : fb.bytes[at]);
  });
  const rows = Array.from({ length: frame.regions.length / 7 }, (_, i) =>
    frame.regions.subarray(7 * i, 7 * i + 7),
  );
  return {
    exact: inBrowser && firstDifference(fb, shown, [0, 0, WIDTH, HEIGHT]) < 0,
    bytes: frame.payload.length,
    graded: rows.filter(([encoding, , , , , a, b]) => encoding === tinted && a === b),
    pixels: rows.reduce((sum, [encoding = 0, , , w = 0, h = 0]) => {
      return encoding < RegionEncoding.pixels ? sum : sum + w * h;
    }, 0),
  };
}

test('a photograph takes far fewer bytes, and text beside it is told as ever', (t) => {
  const fb = photographAndText();
  const [plain, graded] = [sent(fb, {}), sent(fb, { graded: true })];
  t.log(`${plain.bytes} and ${graded.bytes} bytes`);
  t.true(graded.bytes < 0.75 * plain.bytes);
  t.true(plain.exact && graded.exact);
  t.is(plain.graded.length, 0);
  t.true(graded.graded.length > 0);
  const holdsText = ([, x = 0, y = 0, w = 0, h = 0]: Int32Array) =>
    x < 128 && x + w > 64 && y < 128 && y + h > 64;
  t.false(graded.graded.some(holdsText));
});

test('no pixel is sent twice where both kinds meet', (t) => {
  t.true(sent(photographAndText(), { graded: true }).pixels <= WIDTH * HEIGHT);
});

test('noise is not told so: its neighbours say nothing', (t) => {
  const fb = new Framebuffer(WIDTH, HEIGHT);
  const random = new Random(1);
  paintRect(fb, [0, 0, WIDTH, HEIGHT], () => random.next());
  const { exact, graded } = sent(fb, { graded: true });
  t.true(exact);
  t.is(graded.length, 0);
});

test('bytes that anybody wrote before stay readable', (t) => {
  const regions = Int32Array.of(tinted, 1, 0, 2, 2, 0, 0);
  // Planes of green, blue and red.
  const payload = Uint8Array.of(16, 1, 2, 255, 5, 1, 255, 0, 250, 10, 6, 2);
  const fb = new Framebuffer(4, 2);
  const rgba = new Uint8ClampedArray(4 * 2 * 4);
  for (const decoder of [new Decoder(fb), new BrowserDecoder(pictureOver(rgba, 4, 2))])
    decoder.apply(regions, payload, false, [], false);
  const rgb = (x: number, y: number) => [...rgba.subarray((y * 4 + x) * 4, (y * 4 + x) * 4 + 3)];
  const bgr = (x: number, y: number) => [
    ...fb.bytes.subarray((y * 4 + x) * 4, (y * 4 + x) * 4 + 3),
  ];
  const wanted = [
    [1, 0, [10, 16, 21]],
    [2, 0, [21, 17, 23]],
    [1, 1, [18, 18, 22]],
    [2, 1, [19, 17, 21]],
  ] as const;
  for (const [x, y, [r, g, b]] of wanted) {
    t.deepEqual(rgb(x, y), [r, g, b]);
    t.deepEqual(bgr(x, y), [b, g, r]);
  }
});

test('regions of any width and height are the same in both decoders, whatever their bytes are', (t) => {
  const random = new Random(7);
  const [width, height] = [67, 9];
  for (const [w, h] of [
    [1, 1],
    [1, 9],
    [67, 1],
    [2, 2],
    [7, 3],
    [33, 8],
    [67, 9],
  ] as const) {
    const [x, y] = [random.within(0, width - w), random.within(0, height - h)];
    const colour = random.next() & 0xffffff;
    const regions = Int32Array.of(tinted, x, y, w, h, colour, colour);
    const payload = Uint8Array.from({ length: 3 * w * h }, () => random.within(0, 255));
    const fb = new Framebuffer(width, height);
    const rgba = new Uint8ClampedArray(width * height * 4);
    for (const decoder of [new Decoder(fb), new BrowserDecoder(pictureOver(rgba, width, height))])
      decoder.apply(regions, payload, false, [], false);
    for (let at = 0; at < rgba.length; at += 4)
      t.deepEqual([...rgba.subarray(at, at + 3)], [...fb.bytes.subarray(at, at + 3)].reverse());
    for (const wrong of [payload.subarray(1), Uint8Array.of(...payload, 0)])
      t.throws(() => new Decoder(fb).apply(regions, wrong, false, [], false));
  }
});
