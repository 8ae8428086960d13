/** Prints the time of each step of the display path at 1080p: best and median of some runs, in milliseconds. */
import { Decoder as BrowserDecoder, checksum, pictureOver } from '../../firmware/decode/index.ts';
import {
  composite,
  Decoder,
  DrawKind,
  Encoder,
  Framebuffer,
  PixelImage,
} from '../../native/pixels/index.ts';

const WIDTH = 1920;
const HEIGHT = 1080;
/* Fresh memory is several times slower for the first runs, and a running session has none. */
const WARM_UP_RUNS = 20;
const RUNS = 21;
const everything = Int32Array.of(0, 0, WIDTH, HEIGHT);
const none = new Int32Array();

function measure(name: string, run: () => void, prepare: () => void = () => {}): void {
  const times: number[] = [];
  for (let i = 0; i < WARM_UP_RUNS + RUNS; i++) {
    prepare();
    const start = performance.now();
    run();
    if (i >= WARM_UP_RUNS) times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  const [best, median] = [times[0] as number, times[RUNS >> 1] as number];
  console.log(`${name.padEnd(44)} ${best.toFixed(2).padStart(7)} ${median.toFixed(2).padStart(7)}`);
}

/** Rows of letters drawn as 8x16 cells of grey levels, with gaps: as compressible as a terminal full of text. */
function textScreen(fb: Framebuffer, seed: number): void {
  fb.fill(0x242424);
  const pixels = new Uint32Array(fb.bytes.buffer);
  for (let line = 0; line < HEIGHT / 16 - 1; line++) {
    const length = 60 + ((line * 37 + seed) % 160);
    for (let column = 0; column < length; column++) {
      const letter = (Math.imul(line * 251 + column + seed, 0x9e3779b1) >>> 24) % 40;
      if (letter > 26) continue;
      for (let i = 0; i < 7 * 9; i++) {
        const level = Math.imul(letter * 64 + i + 1, 0x85ebca6b) >>> 24;
        const grey = level < 140 ? 0x24 : level;
        const at = (line * 16 + 4 + Math.floor(i / 7)) * WIDTH + column * 8 + (i % 7);
        pixels[at] = grey * 0x010101;
      }
    }
  }
}

function image(alpha: number): PixelImage {
  const pixels = new Uint32Array(WIDTH * HEIGHT).fill(((alpha << 24) | 0x203040) >>> 0);
  return new PixelImage(WIDTH, HEIGHT, new Uint8Array(pixels.buffer));
}

function drawList(opaque: boolean, extra: { alpha?: number; scale?: number } = {}): Float64Array {
  const scale = extra.scale ?? 1;
  return Float64Array.of(
    ...[DrawKind.image, 0, 0, 0, WIDTH, HEIGHT, 0, 0, WIDTH / scale, HEIGHT / scale],
    ...[0, extra.alpha ?? 1, 0, opaque ? 1 : 0, scale === 1 ? 0 : 1],
  );
}

function benchComposite(): void {
  const fb = new Framebuffer(WIDTH, HEIGHT);
  const solid = image(255);
  const glass = image(128);
  const draw = (list: Float64Array, source: PixelImage) => () =>
    composite(fb, list, [source.source], everything);
  measure('composite: opaque copy (blit)', draw(drawList(true), solid));
  measure('composite: blend', draw(drawList(false), glass));
  measure('composite: blend with alpha', draw(drawList(false, { alpha: 0.5 }), glass));
  measure('composite: bilinear, twice the size', draw(drawList(true, { scale: 2 }), solid));
}

function benchCodec(): void {
  const [a, b] = [new Framebuffer(WIDTH, HEIGHT), new Framebuffer(WIDTH, HEIGHT)];
  textScreen(a, 1);
  textScreen(b, 2);
  const encoder = new Encoder(WIDTH, HEIGHT);
  const encode = (fb: Framebuffer, key = false) =>
    encoder.encode(fb, everything, none, { level: 1, key });
  const first = encode(a);
  measure('encode: unchanged screen (diff)', () => encode(a));
  measure('encode: key frame of a text screen', () => encode(a, true));
  let turn = 0;
  measure('encode: every line of text changed', () => encode(turn++ % 2 === 0 ? b : a));
  encode(a);
  const key = encode(a, true);
  console.log(
    `${'  bytes of the key frame, regions'.padEnd(44)} ${key.payload.length}, ${key.regions.length / 7}`,
  );
  const pixels = new Uint32Array(a.bytes.buffer);
  const all = Int32Array.of(0, 0, WIDTH, HEIGHT);
  const hint = Int32Array.of(0, 16, 0, 0, WIDTH, HEIGHT - 16);
  measure(
    'encode: scroll by a line, with a copy hint',
    () => encoder.encode(a, all, hint, { level: 1 }),
    () => pixels.copyWithin(0, 16 * WIDTH),
  );
  textScreen(a, 1);
  encode(a, true);
  let bytes = 0;
  measure(
    'encode: scroll by three lines, found',
    () => {
      bytes = encode(a).payload.length;
    },
    () => {
      const lines = pixels.slice(0, 48 * WIDTH);
      pixels.copyWithin(0, 48 * WIDTH);
      pixels.set(lines, (HEIGHT - 48) * WIDTH);
    },
  );
  console.log(`${'  bytes of its payload'.padEnd(44)} ${bytes}`);
  let seed = 1;
  measure(
    'encode: every pixel changed (noise)',
    () => encode(a),
    () => {
      for (let i = 0; i < pixels.length; i++) pixels[i] = seed = Math.imul(seed, 0x915f77f5) + 1;
    },
  );
  const target = new Framebuffer(WIDTH, HEIGHT);
  const decoder = new Decoder(target);
  measure('decode: key frame, native', () =>
    decoder.apply(first.regions, first.payload, first.payloadCompressed),
  );
  const picture = pictureOver(new Uint8ClampedArray(WIDTH * HEIGHT * 4), WIDTH, HEIGHT);
  const browser = new BrowserDecoder(picture);
  measure('decode: key frame, TypeScript', () =>
    browser.apply(first.regions, first.payload, first.payloadCompressed),
  );
  measure('checksum: whole picture, native', () => target.checksum());
  measure('checksum: whole picture, TypeScript', () => checksum(picture));
}

function benchTyping(): void {
  const fb = new Framebuffer(WIDTH, HEIGHT);
  textScreen(fb, 1);
  const encoder = new Encoder(WIDTH, HEIGHT);
  encoder.encode(fb, everything, none, { level: 1 });
  const pixels = new Uint32Array(fb.bytes.buffer);
  let column = 0;
  let bytes = 0;
  measure(
    'encode: a typed letter',
    () => {
      const damage = Int32Array.of(column * 8, 1060, 8, 16);
      bytes = encoder.encode(fb, damage, none, { level: 1 }).payload.length;
    },
    () => {
      column++;
      for (let i = 0; i < 7 * 9; i++) {
        const level = Math.imul(column * 64 + i, 0x85ebca6b) >>> 24;
        const at = (1063 + Math.floor(i / 7)) * WIDTH + column * 8 + (i % 7);
        pixels[at] = (level < 140 ? 0x24 : level) * 0x010101;
      }
    },
  );
  console.log(`${'  bytes of its payload'.padEnd(44)} ${bytes}`);
}

/** Noisy gradients: as compressible as a photograph. */
function photograph(fb: Framebuffer): void {
  const pixels = new Uint32Array(fb.bytes.buffer);
  let seed = 1;
  for (let i = 0; i < pixels.length; i++) {
    seed = Math.imul(seed, 0x915f77f5) + 1;
    const [x, y] = [i % WIDTH, Math.floor(i / WIDTH)];
    const [red, green, blue] = [x >> 3, y >> 3, (x + y) >> 4];
    pixels[i] =
      ((red & 127) + (seed >>> 27)) * 0x10000 +
      ((green + ((seed >>> 22) & 31)) << 8) +
      (blue + ((seed >>> 17) & 31));
  }
}

/** An application draws its window of 800x600 over a photograph, by another step each time, and says no more than where. */
function benchDrag(): void {
  const [wall, fb] = [new Framebuffer(WIDTH, HEIGHT), new Framebuffer(WIDTH, HEIGHT)];
  const text = new Framebuffer(WIDTH, HEIGHT);
  photograph(wall);
  textScreen(text, 1);
  const encoder = new Encoder(WIDTH, HEIGHT);
  const encode = (damage: Int32Array, key = false) =>
    encoder.encode(fb, damage, none, { level: 1, tiles: 4096, fine: true, key });
  const draw = (x: number, y: number) => {
    const [to, from] = [new Uint32Array(fb.bytes.buffer), new Uint32Array(text.bytes.buffer)];
    for (let row = 0; row < 600; row++)
      to.set(from.subarray(row * WIDTH, row * WIDTH + 800), (y + row) * WIDTH + x);
  };
  fb.bytes.set(wall.bytes);
  encode(everything, true);
  let [x, y, turn, bytes] = [400, 200, 0, 0];
  let damage = Int32Array.of(x, y, 800, 600);
  measure(
    'encode: a window drawn elsewhere, found',
    () => {
      bytes = encode(damage).payload.length;
    },
    () => {
      turn++;
      const before = [x, y, 800, 600];
      x += (turn % 20 < 10 ? 1 : -1) * (3 + (turn % 10));
      y += (turn % 14 < 7 ? 1 : -1) * (2 + (turn % 7));
      fb.bytes.set(wall.bytes);
      draw(x, y);
      damage = Int32Array.of(...before, x, y, 800, 600);
    },
  );
  console.log(`${'  bytes of its payload'.padEnd(44)} ${bytes}`);
}

console.log(`${'1920x1080, ms'.padEnd(44)}    best  median`);
benchComposite();
benchCodec();
benchTyping();
benchDrag();
