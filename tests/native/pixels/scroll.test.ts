import test from 'ava';
import { Decoder as BrowserDecoder, pictureOver } from '../../../firmware/decode/index.ts';
import {
  Decoder,
  type EncodedFrame,
  Encoder,
  Framebuffer,
  RegionEncoding,
} from '../../../native/pixels/index.ts';
import { firstDifference, moveRect, paintRect, pixelsOf, Random, type Rect } from './pictures.ts';

const none = new Int32Array();
const PAPER = 0xf4f1ea;

/** Letters of 6x9 in cells of 8x16, many of each: rows repeat only by accident, blank ones often. */
function textPage(random: Random, fb: Framebuffer, [x, y, w, h]: Rect): void {
  paintRect(fb, [x, y, w, h], () => PAPER);
  const pixels = pixelsOf(fb);
  for (let top = y; top + 16 <= y + h; top += 16) {
    const end = x + 8 * random.within(0, Math.floor(w / 8));
    for (let left = x; left + 8 <= end; left += 8) {
      const letter = random.within(0, 31);
      if (letter > 26) continue;
      for (let i = 0; i < 54; i++) {
        const level = Math.imul(letter * 64 + i + 1, 0x85ebca6b) >>> 24;
        if (level < 140) continue;
        pixels[(top + 4 + Math.floor(i / 6)) * fb.width + left + (i % 6)] = level * 0x010101;
      }
    }
  }
}

function copiesOf(frame: EncodedFrame): number[][] {
  const all: number[][] = [];
  for (let i = 0; i < frame.regions.length; i += 7) all.push([...frame.regions.subarray(i, i + 7)]);
  return all.filter((region) => region[0] === RegionEncoding.copy).map((region) => region.slice(1));
}

/** Shifts what the rectangle shows and draws new text where nothing came from. */
function scroll(random: Random, fb: Framebuffer, [x, y, w, h]: Rect, dx: number, dy: number): void {
  const [aw, ah] = [Math.abs(dx), Math.abs(dy)];
  const [ox, oy] = [Math.max(dx, 0), Math.max(dy, 0)];
  moveRect(fb, x + ox - dx, y + oy - dy, [x + ox, y + oy, w - aw, h - ah]);
  if (ah > 0) textPage(random, fb, [x, dy > 0 ? y : y + h - ah, w, ah]);
  if (aw > 0) textPage(random, fb, [dx > 0 ? x : x + w - aw, y, aw, h]);
}

test('scrolling a page of text costs less than a tenth of sending it again', (t) => {
  const [width, height] = [1920, 1080];
  const page: Rect = [0, 16, width, height - 16];
  const random = new Random(11);
  const fb = new Framebuffer(width, height);
  fb.fill(PAPER);
  textPage(random, fb, page);
  const encoder = new Encoder(width, height);
  const whole = encoder.encode(fb, none, none, { level: 1 }).payload.length;
  scroll(random, fb, page, 0, -48);
  const frame = encoder.encode(fb, Int32Array.of(...page), none, { level: 1 });
  t.true(frame.payload.length < whole / 10, `${frame.payload.length} of ${whole} bytes`);
  t.is(copiesOf(frame).length, 1);
});

test('a pane scrolls beside a static sidebar and under a static header', (t) => {
  const [width, height] = [800, 600];
  const pane: Rect = [211, 37, 540, 530];
  for (const [dx, dy] of [
    [0, -48],
    [0, 31],
    [-25, 0],
    [60, 0],
    [13, -29],
    [-7, 3],
  ] as const) {
    const random = new Random(12);
    const fb = new Framebuffer(width, height);
    textPage(random, fb, [0, 0, width, height]);
    textPage(random, fb, pane);
    const encoder = new Encoder(width, height);
    const whole = encoder.encode(fb, none, none, { level: 1 }).payload.length;
    scroll(random, fb, pane, dx, dy);
    const frame = encoder.encode(fb, Int32Array.of(0, 0, width, height), none, { level: 1 });
    const [x = 0, y = 0, , , sx = 0, sy = 0] = copiesOf(frame)[0] ?? [];
    t.deepEqual([x - sx, y - sy], [dx, dy]);
    t.true(frame.payload.length < whole / 5, `${frame.payload.length} of ${whole}, ${dx},${dy}`);
  }
});

test('two panes that scroll at once, by different steps, are two copies', (t) => {
  const [width, height] = [1000, 700];
  const panes: Rect[] = [
    [10, 40, 470, 640],
    [510, 40, 480, 640],
  ];
  const random = new Random(21);
  const [fb, shown] = [new Framebuffer(width, height), new Framebuffer(width, height)];
  textPage(random, fb, [0, 0, width, height]);
  for (const pane of panes) textPage(random, fb, pane);
  const encoder = new Encoder(width, height);
  const decoder = new Decoder(shown);
  const send = (damage: Int32Array): EncodedFrame => {
    const frame = encoder.encode(fb, damage, none, { level: 1 });
    decoder.apply(frame.regions, frame.payload, frame.payloadCompressed);
    t.is(firstDifference(fb, shown, [0, 0, width, height]), -1);
    return frame;
  };
  const whole = send(none).payload.length;
  scroll(random, fb, panes[0] as Rect, 0, -48);
  scroll(random, fb, panes[1] as Rect, 0, 32);
  const frame = send(Int32Array.of(...panes.flat()));
  const moves = copiesOf(frame).map(([, y = 0, , , , sy = 0]) => y - sy);
  t.deepEqual(moves.sort(), [-48, 32]);
  t.true(frame.payload.length < whole / 4, `${frame.payload.length} of ${whole} bytes`);
});

/** As compressible as a photograph. */
function photograph(fb: Framebuffer, seed: number): void {
  const random = new Random(seed);
  paintRect(fb, [0, 0, fb.width, fb.height], (x, y) => {
    const grain = random.within(0, 15);
    return ((x >> 2) + grain) * 0x10000 + (((y >> 2) + grain) << 8) + (((x + y) >> 3) & 255);
  });
}

test('a window that its application draws anew elsewhere is a copy, and uncovers what is kept', (t) => {
  const [width, height, w, h] = [900, 700, 400, 300];
  const random = new Random(31);
  const [wall, window] = [new Framebuffer(width, height), new Framebuffer(w, h)];
  const [fb, shown] = [new Framebuffer(width, height), new Framebuffer(width, height)];
  photograph(wall, 1);
  textPage(random, window, [0, 0, w, h]);
  const encoder = new Encoder(width, height);
  const decoder = new Decoder(shown, 512);
  const send = (damage: number[], key = false): EncodedFrame => {
    const options = { level: 1, tiles: 512, key };
    const frame = encoder.encode(fb, Int32Array.from(damage), none, options);
    decoder.apply(frame.regions, frame.payload, frame.payloadCompressed);
    t.is(firstDifference(fb, shown, [0, 0, width, height]), -1);
    return frame;
  };
  const draw = (x: number, y: number): number[] => {
    fb.bytes.set(wall.bytes);
    const pixels = pixelsOf(fb);
    for (let row = 0; row < h; row++) {
      pixels.set(pixelsOf(window).subarray(row * w, (row + 1) * w), (y + row) * width + x);
    }
    return [x, y, w, h];
  };
  fb.bytes.set(wall.bytes);
  send([], true);
  let old = draw(200, 200);
  const whole = send(old).payload.length;
  const path = [
    [211, 207],
    [222, 214],
    [201, 230],
    [300, 199],
    [299, 131],
    [200, 200],
  ] as const;
  for (const [x, y] of path) {
    const next = draw(x, y);
    const clock = [0, 0, 10, 10];
    const frame = send([...old, ...next, ...clock]);
    const [cx = 0, cy = 0, , , sx = 0, sy = 0] = copiesOf(frame)[0] ?? [];
    t.deepEqual([cx - sx, cy - sy], [x - (old[0] ?? 0), y - (old[1] ?? 0)]);
    t.true(frame.payload.length < whole / 20, `${frame.payload.length} of ${whole} bytes`);
    old = next;
  }
});

test('a change that is no scroll gives no copy', (t) => {
  const random = new Random(13);
  const fb = new Framebuffer(640, 480);
  const encoder = new Encoder(640, 480);
  for (let i = 0; i < 12; i++) {
    paintRect(fb, [0, 0, 640, 480], () => random.next());
    const frame = encoder.encode(fb, Int32Array.of(0, 0, 640, 480), none, { level: 1 });
    t.deepEqual(copiesOf(frame), []);
  }
});

test('scrolling is found again soon after a video', (t) => {
  const random = new Random(14);
  const all: Rect = [0, 0, 640, 480];
  const fb = new Framebuffer(640, 480);
  const encoder = new Encoder(640, 480);
  const send = () => encoder.encode(fb, Int32Array.of(...all), none, { level: 1 });
  for (let i = 0; i < 30; i++) {
    paintRect(fb, all, () => random.next());
    send();
  }
  textPage(random, fb, all);
  send();
  const copies: number[] = [];
  for (let i = 0; i < 6; i++) {
    scroll(random, fb, all, 0, -16);
    copies.push(copiesOf(send()).length);
  }
  t.deepEqual(copies.slice(4), [1, 1]);
});

/** Scrolls by any amount with something drawn over it, now and then a random change instead. */
function scrollStep(random: Random, fb: Framebuffer): Int32Array {
  const { width, height } = fb;
  const [x, y] = [random.within(0, width >> 2), random.within(0, height >> 2)];
  const pane: Rect = [
    x,
    y,
    random.within(width >> 1, width - x),
    random.within(height >> 1, height - y),
  ];
  const reach = Math.min(pane[2], pane[3]) - 1;
  const shift = random.within(0, 2 * reach) - reach;
  const across = random.within(0, 2 * reach) - reach;
  const kind = random.within(0, 4);
  if (kind === 0) textPage(random, fb, pane);
  else if (kind === 1) scroll(random, fb, pane, shift, 0);
  else if (kind === 2) scroll(random, fb, pane, across, shift);
  else scroll(random, fb, pane, 0, shift);
  if (random.within(0, 1) === 0) {
    const overlay: Rect = [
      pane[0] + random.within(0, pane[2] - 1),
      pane[1] + random.within(0, pane[3] - 1),
      1,
      1,
    ];
    const w = random.within(1, pane[0] + pane[2] - overlay[0]);
    const h = random.within(1, pane[1] + pane[3] - overlay[1]);
    paintRect(fb, [overlay[0], overlay[1], w, h], () => random.next());
  }
  return Int32Array.of(...pane);
}

for (const [width, height] of [
  [129, 128],
  [333, 257],
  [1001, 601],
] as const) {
  test(`both decoders follow random scrolls at ${width}x${height}`, (t) => {
    const random = new Random(width);
    const fb = new Framebuffer(width, height);
    const shown = new Framebuffer(width, height);
    const decoder = new Decoder(shown);
    const screen = new Uint8ClampedArray(width * height * 4);
    const browser = new BrowserDecoder(pictureOver(screen, width, height));
    const encoder = new Encoder(width, height);
    textPage(random, fb, [0, 0, width, height]);
    let damage: Int32Array = none;
    let copies = 0;
    for (let i = 0; i < 60; i++) {
      const frame = encoder.encode(fb, damage, none, { level: 1 });
      decoder.apply(frame.regions, frame.payload, frame.payloadCompressed);
      browser.apply(frame.regions, frame.payload, frame.payloadCompressed);
      t.is(firstDifference(fb, shown, [0, 0, width, height]), -1, `step ${i}`);
      t.is(frame.checksum, shown.checksum(), `checksum, step ${i}`);
      copies += copiesOf(frame).length;
      damage = scrollStep(random, fb);
    }
    t.is(browserDifference(screen, shown), -1);
    if (width > 300) t.true(copies > 10, `${copies} copies`);
  });
}

/** Index of the first pixel in which a canvas differs; -1 when equal. */
function browserDifference(screen: Uint8ClampedArray, fb: Framebuffer): number {
  return pixelsOf(fb).findIndex(
    (pixel, i) =>
      screen[4 * i] !== ((pixel >>> 16) & 255) ||
      screen[4 * i + 1] !== ((pixel >>> 8) & 255) ||
      screen[4 * i + 2] !== (pixel & 255),
  );
}
