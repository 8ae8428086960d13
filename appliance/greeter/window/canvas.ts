import type { View } from '../drawing/picture.ts';
import type { Piece } from '../drawing/piece.ts';
import { intersection, isEmpty, type Rectangle, same } from './rectangle.ts';
import { drawPixels } from './svg-pixels.ts';

interface Drawn {
  readonly box: Rectangle;
  readonly svg: string;
  /** XRGB, row by row. */
  readonly pixels: Uint32Array;
}

/** Holds the picture in pieces and draws only those that have changed. */
export class Canvas {
  #drawn = new Map<string, Drawn>();
  #ground = 0;
  #size: Rectangle = { left: 0, top: 0, right: 0, bottom: 0 };

  /**
   * Takes a new picture.
   * @param scale buffer pixels per logical pixel
   * @returns where it differs from the one before
   */
  async update(
    view: View,
    { width, height }: { width: number; height: number },
    scale: number,
  ): Promise<Rectangle[]> {
    const size = { left: 0, top: 0, right: width, bottom: height };
    const ground = Number.parseInt(view.ground.slice(1), 16);
    const fresh = ground !== this.#ground || !same(size, this.#size);
    const pixelsPerUnit = view.zoom * scale;
    const before = fresh ? new Map<string, Drawn>() : this.#drawn;
    const after = new Map<string, Drawn>();
    const changed: Rectangle[] = fresh ? [size] : [];
    for (const piece of view.pieces) {
      const box = boxOf(piece, pixelsPerUnit);
      const visible = intersection(box, size);
      if (isEmpty(visible)) continue;
      const old = before.get(piece.key);
      const svg = svgOf(piece, box, view.ground);
      if (old && old.svg === svg && same(old.box, box)) {
        after.set(piece.key, old);
        continue;
      }
      after.set(piece.key, { box, svg, pixels: await drawPixels(svg) });
      changed.push(visible);
      if (old && !same(old.box, box)) changed.push(intersection(old.box, size));
    }
    for (const [key, { box }] of before) {
      if (!after.has(key)) changed.push(intersection(box, size));
    }
    this.#drawn = after;
    this.#ground = ground;
    this.#size = size;
    return changed.filter((box) => !isEmpty(box));
  }

  /** Brings a part of the picture into a buffer of the last size. */
  paint(target: Uint32Array, part: Rectangle): void {
    const stride = this.#size.right;
    for (let y = part.top; y < part.bottom; y++) {
      target.fill(this.#ground, y * stride + part.left, y * stride + part.right);
    }
    for (const { box, pixels } of this.#drawn.values()) {
      const { left, top, right, bottom } = intersection(box, part);
      if (right <= left) continue;
      const width = box.right - box.left;
      for (let y = top; y < bottom; y++) {
        const from = (y - box.top) * width - box.left;
        target.set(pixels.subarray(from + left, from + right), y * stride + left);
      }
    }
  }
}

const boxOf = ({ x, y, width, height }: Piece, pixelsPerUnit: number): Rectangle => ({
  left: Math.round(x * pixelsPerUnit),
  top: Math.round(y * pixelsPerUnit),
  right: Math.round((x + width) * pixelsPerUnit),
  bottom: Math.round((y + height) * pixelsPerUnit),
});

const svgOf = (piece: Piece, box: Rectangle, ground: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${box.right - box.left}" height="${box.bottom - box.top}" ` +
  `viewBox="0 0 ${piece.width} ${piece.height}" preserveAspectRatio="none">` +
  `<rect width="100%" height="100%" fill="${ground}"/>${piece.svg}</svg>`;
