import type { Output } from '../../../appliance/compositor/output/output.ts';
import type { Scene } from '../../../appliance/compositor/scene/scene.ts';
import type { OutputStreamDeps } from '../../../appliance/encode/output-stream.ts';
import { composite, DRAW_STRIDE, Framebuffer } from '../../../native/pixels/index.ts';

export interface Paint {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
  readonly rgb: number;
}

/** A scene of coloured rectangles that keeps the damage as the real one does. */
export class PaintedScene {
  readonly output: { id: number; widthPx: number; heightPx: number; refreshMhz: number };
  #paints: Paint[] = [];
  #damage: number[] = [];
  callbacks = 0;
  presented = 0;
  discarded = 0;
  #asked = false;

  constructor(widthPx: number, heightPx: number) {
    this.output = { id: 0, widthPx, heightPx, refreshMhz: 1_000_000 };
  }

  paint(paint: Paint): void {
    this.#paints.push(paint);
    this.#damage.push(paint.x, paint.y, paint.w, paint.h);
  }

  /** Nothing of what was painted may be seen from now on. */
  cover(): void {
    this.#scene.covered++;
    this.#scene.isCovered = true;
    this.#paints = [];
    this.#scene.damageAll();
  }

  /** The next frame taken answers one application. */
  ask(): void {
    this.#asked = true;
  }

  resize(widthPx: number, heightPx: number): void {
    Object.assign(this.output, { widthPx, heightPx });
  }

  /** What a terminal should show. */
  picture(): Framebuffer {
    const { widthPx, heightPx } = this.output;
    const picture = new Framebuffer(widthPx, heightPx);
    composite(picture, this.#list(), [], Int32Array.of(0, 0, widthPx, heightPx));
    return picture;
  }

  get deps(): Pick<OutputStreamDeps, 'output' | 'scene'> {
    return { output: this.output as unknown as Output, scene: this.#scene as unknown as Scene };
  }

  readonly #scene = {
    damageAll: () => {
      this.#damage = [0, 0, this.output.widthPx, this.output.heightPx];
    },
    takeDamage: () => Int32Array.from(this.#damage.splice(0)),
    damagedPixels: () => this.#damagedPixels,
    takeCopies: () => new Int32Array(0),
    displayList: () => ({ list: this.#list(), sources: [] }),
    frameTaken: () => this.#feedback(),
    frameComposed: () => {},
    takeFeedback: () => this.#feedback(),
    covered: 0,
    isCovered: false,
    has: () => true,
  };

  get #damagedPixels(): number {
    let pixels = 0;
    for (let i = 0; i < this.#damage.length; i += 4)
      pixels += (this.#damage[i + 2] ?? 0) * (this.#damage[i + 3] ?? 0);
    return pixels;
  }

  #feedback() {
    const empty = !this.#asked;
    this.#asked = false;
    return {
      empty,
      awaitsSight: !empty,
      sendFrameCallbacks: () => void this.callbacks++,
      presented: () => void this.presented++,
      discardFeedbacks: () => void this.discarded++,
    };
  }

  #list(): Float64Array {
    const list = new Float64Array((this.#paints.length + 1) * DRAW_STRIDE);
    const { widthPx, heightPx } = this.output;
    const all = [{ x: 0, y: 0, w: widthPx, h: heightPx, rgb: 0x202020 }, ...this.#paints];
    for (const [index, { x, y, w, h, rgb }] of all.entries())
      list.set([0, 0, x, y, w, h, 0, 0, 0, 0, 0, 1, 0xff000000 + rgb, 1, 0], index * DRAW_STRIDE);
    return list;
  }
}
