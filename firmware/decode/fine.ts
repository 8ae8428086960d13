import { BitReader, Chances } from './bits.ts';
import { fromWire, type Picture, toWire } from './picture.ts';
import type { Region } from './regions.ts';

/** Pixels 0xRRGGBB around the next one: beside and above it as they are, and what was there before. */
interface Around {
  readonly w: number;
  readonly n: number;
  readonly nw: number;
  readonly ne: number;
  readonly ww: number;
  readonly o: number;
  readonly ow: number;
  readonly on: number;
}

/** Of 65536: that an update begins with forgetting all. */
const ANEW = 64;

function bits(...conditions: readonly boolean[]): number {
  return conditions.reduce((sum, condition, i) => sum | (condition ? 1 << i : 0), 0);
}

/** Paints small changes pixel by pixel, each told from its neighbours: the counterpart of native/pixels/fine.c. */
export class FinePainter {
  readonly #left = new Chances(256);
  readonly #above = new Chances(32);
  readonly #before = new Chances(8);
  readonly #corner = new Chances(4);
  readonly #green = [new Chances(256), new Chances(256)] as const;
  readonly #known = new Chances(2);
  readonly #blue = new Chances(256);
  readonly #red = new Chances(256);
  readonly #byGreen = new Uint32Array(256);
  #bits = new BitReader(new Uint8Array());
  constructor() {
    this.forget();
  }

  /** What follows is read from these bytes. */
  open(payload: Uint8Array): void {
    this.#bits = new BitReader(payload);
    if (this.#bits.bitOf(ANEW) === 1) this.forget();
  }

  paint(picture: Picture, region: Region): void {
    const { x, y, w, h } = region;
    let oldAbove = row(picture, x - 1, y - 1, w + 1);
    for (let line = y; line < y + h; line++) {
      const above = row(picture, x - 1, line - 1, w + 2);
      const old = row(picture, x - 1, line, w + 1);
      this.#paintRow(picture, region, line, above, old, oldAbove);
      oldAbove = old;
    }
  }

  /** Overwrites what was learned. */
  forget(): void {
    for (const chances of [this.#left, this.#above, this.#before, this.#corner, this.#known])
      chances.begin();
    for (const chances of [...this.#green, this.#blue, this.#red]) chances.begin();
    for (let green = 0; green < 256; green++) this.#byGreen[green] = green * 0x010101;
  }

  #paintRow(
    { pixels, width }: Picture,
    { x, w: count }: Region,
    line: number,
    above: Uint32Array,
    old: Uint32Array,
    oldAbove: Uint32Array,
  ): void {
    const start = line * width + x;
    let ww = x > 1 ? toWire(pixels[start - 2] as number) : 0;
    let w = old[0] as number;
    for (let i = 0; i < count; i++) {
      const [nw = 0, n = 0, ne = 0] = [above[i], above[i + 1], above[i + 2]];
      const [ow = 0, o = 0, on = 0] = [old[i], old[i + 1], oldAbove[i + 1]];
      const rgb = this.#pixel({ w, n, nw, ne, ww, o, ow, on });
      ww = w;
      w = rgb;
      pixels[start + i] = fromWire(rgb);
    }
  }

  #pixel({ w, n, nw, ne, ww, o, ow, on }: Around): number {
    const left = bits(w === n, n === nw, n === ne, w === nw, w === ww, o === ow, o === on, o === w);
    if (this.#asked(this.#left, left)) return w;
    const above = bits(n === ne, n === nw, w === nw, o === n, o === on);
    if (w !== n && this.#asked(this.#above, above)) return n;
    const isNew = o !== w && o !== n;
    if (isNew && this.#asked(this.#before, bits(o === ow, o === on, n === nw))) return o;
    const isOther = ne !== w && ne !== n && ne !== o;
    if (isOther && this.#asked(this.#corner, bits(n === nw, w === nw))) return ne;
    return this.#colour(w === n ? 1 : 0);
  }

  #asked(chances: Chances, context: number): boolean {
    return this.#bits.bit(chances, context) === 1;
  }

  #colour(context: 0 | 1): number {
    const green = this.#bits.byte(this.#green[context]);
    const known = this.#byGreen[green] as number;
    if (this.#asked(this.#known, context)) return known;
    const blue = (green + this.#bits.byte(this.#blue)) & 255;
    const red = (green + this.#bits.byte(this.#red)) & 255;
    const rgb = (red << 16) | (green << 8) | blue;
    this.#byGreen[green] = rgb;
    return rgb;
  }
}

/** Pixels 0xRRGGBB of a line from x on; 0 outside of the picture. */
function row({ pixels, width }: Picture, x: number, line: number, count: number): Uint32Array {
  const wire = new Uint32Array(count);
  if (line < 0) return wire;
  const start = line * width;
  for (let i = 0; i < count; i++)
    if (x + i >= 0 && x + i < width) wire[i] = toWire(pixels[start + x + i] as number);
  return wire;
}
