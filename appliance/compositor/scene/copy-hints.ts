import { fromUpright } from '../region/transform.ts';
import type { ScreenShape } from './display-list.ts';
import type { PixelBox } from './pixel-grid.ts';

/** Smaller pieces cost less as pixels than as hints to look at. */
const MIN_AREA_PX = 64 * 64;
const MAX_HINTS = 8;

/** Moved pictures, as hints for an encoder: it compares before it copies, so a hint may be wrong. */
export class CopyHints {
  static readonly none = new Int32Array(0);
  readonly #screen: ScreenShape;
  readonly #numbers: number[] = [];

  constructor(screen: ScreenShape) {
    this.#screen = screen;
  }

  /** Both boxes in upright pixels; only what is on the screen before and after can be copied. */
  add(from: PixelBox, to: PixelBox): void {
    const dx = to.left - from.left;
    const dy = to.top - from.top;
    const resized = to.right - from.right !== dx || to.bottom - from.bottom !== dy;
    if (resized || (dx === 0 && dy === 0) || this.#numbers.length >= MAX_HINTS * 6) return;
    const { width, height, transform } = this.#screen;
    const left = Math.max(to.left, 0, dx);
    const top = Math.max(to.top, 0, dy);
    const w = Math.min(to.right, width, width + dx) - left;
    const h = Math.min(to.bottom, height, height + dy) - top;
    if (w <= 0 || h <= 0 || w * h < MIN_AREA_PX) return;
    const target = { x: left, y: top, width: w, height: h };
    const source = { ...target, x: left - dx, y: top - dy };
    const t = fromUpright(target, transform, width, height);
    const s = fromUpright(source, transform, width, height);
    this.#numbers.push(s.x, s.y, t.x, t.y, t.width, t.height);
  }

  /** Source x, y, target x, y, width, height per hint. */
  toArray(): Int32Array {
    return this.#numbers.length === 0 ? CopyHints.none : Int32Array.from(this.#numbers);
  }
}
