import type { EncodedFrame, Framebuffer } from '../../../native/pixels/index.ts';

/** A small deterministic generator (mulberry32), so that a failing sequence can be run again by its seed. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  }

  /** A whole number in low..high, both included. */
  within(low: number, high: number): number {
    return low + (this.next() % (high - low + 1));
  }
}

export type Rect = readonly [x: number, y: number, w: number, h: number];

export function pixelsOf(fb: Framebuffer): Uint32Array {
  return new Uint32Array(fb.bytes.buffer);
}

export function randomRect(random: Random, width: number, height: number): Rect {
  const x = random.within(0, width - 1);
  const y = random.within(0, height - 1);
  return [x, y, random.within(1, width - x), random.within(1, height - y)];
}

/** @param colour of the pixel at (x, y), counted from the rectangle's corner */
export function paintRect(
  fb: Framebuffer,
  [x, y, w, h]: Rect,
  colour: (x: number, y: number) => number,
): void {
  const pixels = pixelsOf(fb);
  for (let row = y; row < y + h; row++) {
    for (let column = x; column < x + w; column++) {
      pixels[row * fb.width + column] = colour(column - x, row - y);
    }
  }
}

/** Moves a rectangle as a scroll or a window move does; both places lie inside. */
export function moveRect(fb: Framebuffer, sx: number, sy: number, [x, y, w, h]: Rect): void {
  const pixels = pixelsOf(fb);
  const before = pixels.slice();
  for (let row = 0; row < h; row++) {
    const from = (sy + row) * fb.width + sx;
    pixels.set(before.subarray(from, from + w), (y + row) * fb.width + x);
  }
}

/** Index of the first pixel inside the rectangle in which the pictures differ, X ignored; -1 when equal. */
export function firstDifference(a: Framebuffer, b: Framebuffer, [x, y, w, h]: Rect): number {
  const pa = pixelsOf(a);
  const pb = pixelsOf(b);
  for (let row = y; row < y + h; row++) {
    for (let i = row * a.width + x; i < row * a.width + x + w; i++) {
      if ((((pa[i] as number) ^ (pb[i] as number)) & 0xffffff) !== 0) return i;
    }
  }
  return -1;
}

export interface Step {
  readonly damage: Int32Array;
  readonly copies: Int32Array;
}

/** Changes the picture as a desktop might, honestly damaged, with copy hints that are right, wrong or absurd. */
export function randomStep(random: Random, fb: Framebuffer): Step {
  const rect = randomRect(random, fb.width, fb.height);
  const [x, y, w, h] = rect;
  const copies: number[] = [];
  const base = random.next();
  switch (random.within(0, 6)) {
    case 0:
      paintRect(fb, rect, () => base);
      break;
    case 1:
      paintRect(fb, rect, () => random.next());
      break;
    case 2: // text-like: few colours in short runs
      paintRect(fb, rect, () => (random.within(0, 4) === 0 ? base : 0x242424));
      break;
    case 3: {
      const sx = random.within(0, fb.width - w);
      const sy = random.within(0, fb.height - h);
      moveRect(fb, sx, sy, rect);
      copies.push(sx, sy, x, y, w, h);
      break;
    }
    case 4: // tinted blend of two colours
      paintRect(fb, rect, () => random.within(0, 255) * 0x010001 + 0x2b00);
      break;
    case 5: // a photograph
      paintRect(fb, rect, (i, j) => 0x010203 * (i + j) + random.within(0, 3) * 0x010101);
      break;
    default: // a cursor-sized change
      paintRect(fb, [x, y, Math.min(w, 8), Math.min(h, 16)], () => base);
  }
  if (random.within(0, 3) === 0) {
    const wild = (): number => random.within(0, 6000) - 3000;
    copies.push(wild(), wild(), wild(), wild(), wild(), wild());
  }
  return { damage: Int32Array.of(...rect, -5, -5, 3, 3), copies: Int32Array.from(copies) };
}

export type Apply = (frame: EncodedFrame) => void;
