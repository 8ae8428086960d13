import test from 'ava';
import {
  type KmsOutput,
  type KmsPicture,
  KmsScreen,
} from '../../../firmware/display/kms-screen.ts';
import type { BufferIndex } from '../../../native/drm/index.ts';

const WIDTH = 8;
const HEIGHT = 4;
const WHOLE = new Int32Array([0, 0, WIDTH, HEIGHT]);

/** Two buffers in memory; a flip is done when the test says so. */
class FakeOutput implements KmsOutput {
  readonly mode = { width: WIDTH, height: HEIGHT };
  readonly buffers = [0, 1].map(() => ({ pixels: new Uint8Array(WIDTH * HEIGHT * 4).fill(9) }));
  readonly flips: number[][] = [];
  shown: BufferIndex | null = null;
  flipping: BufferIndex | null = null;
  lights = 0;
  broken: Error | null = null;
  /** Flips are done at once, and no event comes. */
  immediate = false;
  sleeps = 0;
  drawn = 0;

  light(buffer: BufferIndex): void {
    if (this.broken) throw this.broken;
    this.lights += 1;
    this.shown = buffer;
  }

  sleep(): void {
    this.sleeps += 1;
    this.shown = null;
  }

  /** As if everything over the picture were of its first byte. */
  blend(
    buffer: BufferIndex,
    _below: KmsPicture,
    { bytes, width, height }: KmsPicture,
    x: number,
    y: number,
  ) {
    for (let row = y; row < Math.min(y + height, HEIGHT); row++)
      this.buffers[buffer]?.pixels.fill(
        bytes[0] ?? 0,
        (row * WIDTH + x) * 4,
        (row * WIDTH + x + width) * 4,
      );
  }

  draw(buffer: BufferIndex, picture: Uint8Array, width: number, height: number, rects: Int32Array) {
    if (buffer === this.shown) throw new Error('drawn into what is on the screen');
    for (let i = 0; i < rects.length; i += 4) {
      const [x = 0, y = 0, w = 0, h = 0] = rects.subarray(i, i + 4);
      this.drawn += w * h;
      for (let row = y; row < Math.min(y + h, height, HEIGHT); row++)
        for (let column = x; column < Math.min(x + w, width, WIDTH); column++)
          this.buffers[buffer]?.pixels.fill(
            picture[(row * width + column) * 4] ?? 0,
            (row * WIDTH + column) * 4,
            (row * WIDTH + column + 1) * 4,
          );
    }
  }

  flip(buffer: BufferIndex, rects: Int32Array): boolean {
    if (this.broken) throw this.broken;
    if (this.flipping !== null) throw new Error('a second flip under way');
    this.flips.push([...rects]);
    if (this.immediate) this.shown = buffer;
    else this.flipping = buffer;
    return !this.immediate;
  }

  get seen(): Uint8Array {
    return this.buffers[this.shown ?? 0]?.pixels ?? new Uint8Array();
  }
}

const made: KmsScreen[] = [];
test.after.always('flips that are under way hold nobody', () => {
  for (const screen of made) screen[Symbol.dispose]();
});

function setUp(width = WIDTH, height = HEIGHT) {
  const output = new FakeOutput();
  const failures: Error[] = [];
  let lit = 0;
  const screen = new KmsScreen({
    output,
    failed: (error) => failures.push(error),
    lit: () => {
      lit += 1;
    },
  });
  made.push(screen);
  const picture = { bytes: new Uint8Array(width * height * 4).fill(1), width, height };
  const presented: number[] = [];
  const show = (name: number, damage = WHOLE) =>
    screen.show(picture, damage, () => presented.push(name));
  const blank = (timeNs = 1) => {
    output.shown = output.flipping;
    output.flipping = null;
    screen.flipped(timeNs);
  };
  return { output, screen, picture, presented, failures, show, blank, lit: () => lit };
}

/** Both buffers have been shown; the next one lacks a pixel. */
function warmUp(show: (name: number, damage?: typeof WHOLE) => void, blank: () => void): void {
  show(1);
  show(2);
  blank();
  show(3, new Int32Array([0, 0, 1, 1]));
  blank();
}

test('the first picture sets the mode, each later one flips', (t) => {
  const { output, picture, presented, show, blank } = setUp();
  show(1);
  t.is(output.lights, 1);
  t.deepEqual(presented, [1]);
  picture.bytes.fill(2);
  show(2);
  t.deepEqual(presented, [1], 'not before it is on the screen');
  blank();
  t.deepEqual(presented, [1, 2]);
  t.true(output.seen.every((byte) => byte === 2));
});

test('a buffer gets what it missed while the other one was shown', (t) => {
  const { output, picture, show, blank } = setUp();
  show(1);
  show(2);
  blank();
  picture.bytes.fill(3, 0, 4);
  show(3, new Int32Array([0, 0, 1, 1]));
  blank();
  picture.bytes.fill(4, 4, 8);
  show(4, new Int32Array([1, 0, 1, 1]));
  blank();
  t.deepEqual([...output.seen], [...picture.bytes]);
  t.deepEqual(output.flips.at(-1), [0, 0, 1, 1, 1, 0, 1, 1]);
});

test('what changes while a flip is under way is in the next one, once', (t) => {
  const { output, presented, show, blank } = setUp();
  show(1);
  for (const name of [2, 3, 4]) show(name);
  t.is(output.flips.length, 1);
  blank();
  t.deepEqual(presented, [1, 2]);
  blank();
  t.deepEqual(presented, [1, 2, 3, 4]);
  t.is(output.flips.length, 2);
});

test('more rectangles than are kept one by one become the one around them', (t) => {
  const { output, show, blank } = setUp();
  warmUp(show, blank);
  const many = new Int32Array(4 * 2000).fill(1);
  many.set([4, 2, 2, 1], 400);
  show(3, many);
  t.deepEqual(output.flips.at(-1), [0, 0, 6, 3]);
});

test('a key press costs its own pixels twice, never the screen', (t) => {
  const { output, show, blank } = setUp();
  warmUp(show, blank);
  output.drawn = 0;
  show(3, new Int32Array([1, 1, 2, 1]));
  blank();
  show(4, new Int32Array([3, 1, 2, 1]));
  blank();
  t.is(output.drawn, 1 + 2 + 4);
});

test('what is drawn over the picture leaves it whole where it goes', (t) => {
  const { output, screen, picture, show, blank } = setUp();
  const pixel = { bytes: Uint8Array.of(8, 8, 8, 8), width: 1, height: 1 };
  show(1);
  show(2);
  blank();
  screen.cover({ picture: pixel, x: 2, y: 1 });
  blank();
  t.is(output.seen[(WIDTH + 2) * 4], 8);
  screen.cover({ picture: pixel, x: 5, y: 1 });
  blank();
  t.is(output.seen[(WIDTH + 2) * 4], 1);
  t.is(output.seen[(WIDTH + 5) * 4], 8);
  // What changes below it stays below it.
  picture.bytes.fill(3);
  show(3);
  blank();
  t.is(output.seen[(WIDTH + 5) * 4], 8);
  screen.cover(null);
  blank();
  t.true(output.seen.every((byte) => byte === 3));
  screen.cover(null);
  t.is(output.flipping, null);
});

test('while a monitor sleeps frames are acknowledged, and when it wakes it has the last of them', (t) => {
  const { output, screen, picture, presented, show, blank, lit } = setUp();
  show(1);
  show(2);
  screen.sleep();
  t.is(output.sleeps, 0, 'not before the flip is done');
  blank();
  t.is(output.sleeps, 1);
  picture.bytes.fill(5);
  show(3);
  t.deepEqual(presented, [1, 2, 3]);
  t.is(output.shown, null);
  screen.wake();
  t.is(lit(), 2);
  t.true(output.seen.every((byte) => byte === 5));
});

test('a screen that was given away is not touched until it is back', (t) => {
  const { output, screen, presented, show, lit } = setUp();
  show(1);
  show(2);
  screen.leave();
  t.deepEqual(presented, [1, 2]);
  output.flipping = null;
  output.shown = null;
  show(3);
  screen.sleep();
  t.deepEqual([output.shown, output.sleeps], [null, 0]);
  screen.wake();
  t.is(lit(), 2);
  t.deepEqual(presented, [1, 2, 3]);
});

test('a flip whose event is lost holds nobody up for ever', async (t) => {
  const { output, screen, presented, failures, show } = setUp();
  show(1);
  show(2);
  output.shown = null;
  const lit = Promise.withResolvers<void>();
  output.light = () => lit.resolve();
  await lit.promise;
  t.deepEqual(presented, [1, 2]);
  t.regex(failures[0]?.message ?? '', /no vertical blank/);
  screen[Symbol.dispose]();
});

test('blanking leaves nothing of the picture in either buffer', (t) => {
  const { output, screen, show, blank } = setUp();
  show(1);
  show(2);
  screen.blank();
  blank();
  blank();
  for (const { pixels } of output.buffers) t.true(pixels.every((byte) => byte === 0));
});

test('a small picture has the dark around it', (t) => {
  const { output, show } = setUp(2, 2);
  show(1);
  t.is(output.seen[0], 1);
  t.is(output.seen[2 * 4], 0);
  t.is(output.seen[2 * WIDTH * 4], 0);
});

test('without flip events frames are acknowledged at once', (t) => {
  const { output, presented, show } = setUp();
  output.immediate = true;
  for (const name of [1, 2, 3]) show(name);
  t.deepEqual(presented, [1, 2, 3]);
});

test('a screen that another program has is tried again, and everything is drawn anew', async (t) => {
  const { output, screen, picture, presented, failures, show } = setUp();
  show(1);
  output.broken = new Error('EACCES');
  show(2);
  t.deepEqual(presented, [1, 2], 'the session goes on');
  t.is(failures.length, 1);
  output.broken = null;
  output.shown = null;
  picture.bytes.fill(7);
  const lit = Promise.withResolvers<void>();
  output.light = (buffer) => {
    output.shown = buffer;
    lit.resolve();
  };
  await lit.promise;
  t.true(output.seen.every((byte) => byte === 7));
  screen[Symbol.dispose]();
});

test('whoever waits for a flip hears of it when the monitor goes', (t) => {
  const { screen, presented, show } = setUp();
  show(1);
  show(2);
  show(3);
  screen[Symbol.dispose]();
  t.deepEqual(presented, [1, 2, 3]);
});
