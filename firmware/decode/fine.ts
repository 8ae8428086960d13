import { BitReader, type Chances, unlearn } from './bits.ts';
import { OPAQUE, type Picture } from './picture.ts';
import type { Region } from './regions.ts';

/** Of 65536: that an update begins with forgetting all. */
const ANEW = 64;
/** Canvas pixels as signed numbers: what compares quickest. */
const OUTSIDE = OPAQUE | 0;
/** All that is told of a pixel's neighbours when they are the same, and so were those before. */
const PAPER = 127;

/** Lines around the one that is painted, from two pixels before the region to one behind it. */
class Lines {
  /** Painted from the left. */
  here = new Int32Array();
  above = new Int32Array();
  /** What was there before. */
  old = new Int32Array();
  oldAbove = new Int32Array();

  reserve(count: number): void {
    if (this.here.length >= count) return;
    this.here = new Int32Array(count);
    this.above = new Int32Array(count);
    this.old = new Int32Array(count);
    this.oldAbove = new Int32Array(count);
  }

  next(): void {
    [this.above, this.here] = [this.here, this.above];
    [this.oldAbove, this.old] = [this.old, this.oldAbove];
  }

  forget(): void {
    for (const line of [this.here, this.above, this.old, this.oldAbove]) line.fill(0);
  }
}

/** Paints small changes pixel by pixel, each told from its neighbours: the counterpart of native/pixels/fine.c. */
export class FinePainter {
  readonly #left: Chances = new Uint32Array(256);
  readonly #above: Chances = new Uint32Array(32);
  readonly #before: Chances = new Uint32Array(8);
  readonly #corner: Chances = new Uint32Array(4);
  readonly #greenBesideEdges: Chances = new Uint32Array(256);
  readonly #greenInAreas: Chances = new Uint32Array(256);
  readonly #known: Chances = new Uint32Array(2);
  readonly #blue: Chances = new Uint32Array(256);
  readonly #red: Chances = new Uint32Array(256);
  /** As canvas pixels. */
  readonly #byGreen = new Int32Array(256);
  readonly #lines = new Lines();
  #bits = new BitReader(new Uint8Array());

  constructor() {
    this.#unlearn();
  }

  /** What follows is read from these bytes. */
  open(payload: Uint8Array): void {
    this.#bits = new BitReader(payload);
    if (this.#bits.bitOf(ANEW) === 1) this.#unlearn();
  }

  paint(picture: Picture, { x, y, w, h }: Region): void {
    const lines = this.#lines;
    lines.reserve(w + 3);
    load(picture, x - 2, y - 1, w + 3, lines.above, lines.oldAbove);
    for (let line = y; line < y + h; line++) {
      load(picture, x - 2, line, w + 3, lines.old, lines.here);
      this.#paintRow(w);
      picture.pixels.set(lines.here.subarray(2, w + 2), line * picture.width + x);
      lines.next();
    }
  }

  /** Overwrites what was learned, and pixels. */
  forget(): void {
    this.#unlearn();
    this.#lines.forget();
  }

  #unlearn(): void {
    for (const chances of [this.#left, this.#above, this.#before, this.#corner, this.#known])
      unlearn(chances);
    for (const chances of [this.#greenBesideEdges, this.#greenInAreas, this.#blue, this.#red])
      unlearn(chances);
    for (let green = 0; green < 256; green++) this.#byGreen[green] = OPAQUE | (green * 0x010101);
  }

  #paintRow(count: number): void {
    const { here, above, old, oldAbove } = this.#lines;
    const bits = this.#bits;
    const left = this.#left;
    let [ww = 0, w = 0, nw = 0, n = 0, ow = 0] = [here[0], here[1], above[1], above[2], old[1]];
    for (let i = 2; i < count + 2; i++) {
      const ne = above[i + 1] as number;
      const o = old[i] as number;
      const on = oldAbove[i] as number;
      const isPaper = ((w ^ n) | (n ^ nw) | (n ^ ne) | (w ^ ww) | (o ^ ow) | (o ^ on)) === 0;
      const context = isPaper
        ? PAPER | (o === w ? 128 : 0)
        : (w === n ? 1 : 0) |
          (n === nw ? 2 : 0) |
          (n === ne ? 4 : 0) |
          (w === nw ? 8 : 0) |
          (w === ww ? 16 : 0) |
          (o === ow ? 32 : 0) |
          (o === on ? 64 : 0) |
          (o === w ? 128 : 0);
      ww = w;
      if (bits.bit(left, context) === 0) w = this.#other(context, w, n, ne, o);
      here[i] = w;
      nw = n;
      n = ne;
      ow = o;
    }
  }

  /** The pixel that is not as its left one. @param left what is known of its neighbours, as above */
  #other(left: number, w: number, n: number, ne: number, o: number): number {
    const bits = this.#bits;
    const isN = o === n ? 8 : 0;
    const above = ((left >> 2) & 1) | (left & 2) | ((left >> 1) & 4) | isN | ((left >> 2) & 16);
    if (w !== n && bits.bit(this.#above, above) === 1) return n;
    if (o !== w && o !== n) {
      const before = ((left >> 5) & 3) | ((left << 1) & 4);
      if (bits.bit(this.#before, before) === 1) return o;
    }
    if (ne !== w && ne !== n && ne !== o) {
      const corner = ((left >> 1) & 1) | ((left >> 2) & 2);
      if (bits.bit(this.#corner, corner) === 1) return ne;
    }
    return this.#colour(left & 1);
  }

  /** @param area 1: left and above are the same */
  #colour(area: number): number {
    const bits = this.#bits;
    const green = bits.byte(area === 1 ? this.#greenInAreas : this.#greenBesideEdges);
    const known = this.#byGreen[green] as number;
    if (bits.bit(this.#known, area) === 1) return known;
    const blue = (green + bits.byte(this.#blue)) & 255;
    const red = (green + bits.byte(this.#red)) & 255;
    const pixel = OPAQUE | (blue << 16) | (green << 8) | red;
    this.#byGreen[green] = pixel;
    return pixel;
  }
}

/** Pixels of a line from x on, twice; black outside of the picture. */
function load(
  { pixels, width }: Picture,
  x: number,
  line: number,
  count: number,
  to: Int32Array,
  copy: Int32Array,
): void {
  const start = line * width;
  for (let i = 0; i < count; i++) {
    const inside = line >= 0 && x + i >= 0 && x + i < width;
    const pixel = inside ? (pixels[start + x + i] as number) | OPAQUE : OUTSIDE;
    to[i] = pixel;
    copy[i] = pixel;
  }
}
