import { composite, type EncodedFrame } from '../../native/pixels/index.ts';
import type { Output } from '../compositor/output/output.ts';
import type { Scene } from '../compositor/scene/scene.ts';
import type { Canvas } from './canvas-shelf.ts';
import { withStrongPayload } from './strong-payload.ts';

/** A terminal that comes back sooner gets its pictures as any other. */
const REST_MS = 100;
/** Each frame, about: what is typed comes in between on a link that is not quick. */
const SLICE_BYTES = 64 * 1024;
/** Nobody waits for it, and every byte less is one less while somebody does. More than this saves next to nothing, up to 12. */
const LEVEL = 7;
/** 40 Mbit/s: text told pixel by pixel takes a terminal less time than its bytes would take such a link. */
const THOROUGH_BYTES_PER_MS = 5000;
/** 12 Mbit/s: what is less of a photograph after 0.15 s of a processor is felt. */
const STRONG_BYTES_PER_MS = 1500;
/** When more than this share of the output has changed, what was prepared would mostly be sent for nothing. */
const STALE_SHARE = 1 / 8;
/** That make payloads smaller. */
const WORKERS = 2;
const NONE = new Int32Array(0);

/** What a picture is of and for whom: it serves nobody else. */
export interface PictureWish {
  readonly scene: Scene;
  readonly output: Output;
  /** As the terminal before could do it. */
  readonly tiles: number;
  readonly fine: boolean;
  readonly graded: boolean;
}

/**
 * Composes and encodes what an output shows while no terminal is there, so that the next one that is like the last
 * gets it at once. The canvas is this one's until it is ready or given up.
 */
export class PreparedPicture implements Disposable {
  readonly canvas: Canvas;
  readonly #wish: PictureWish;
  readonly #scale: number;
  readonly #transform: number;
  readonly #covered: number;
  readonly #bytesPerMs: number;
  #timer: NodeJS.Timeout | null;
  #frames: EncodedFrame[] | null = null;
  #working = false;
  #ended = false;
  #changedPx = 0;

  /** @param bytesPerMs what the link carries that it is for, as far as anybody knows */
  constructor(canvas: Canvas, wish: PictureWish, bytesPerMs = Number.POSITIVE_INFINITY) {
    this.canvas = canvas;
    this.#bytesPerMs = bytesPerMs;
    this.#wish = wish;
    this.#scale = wish.output.scale;
    this.#transform = wish.output.transform;
    this.#covered = wish.scene.covered;
    this.#timer = setTimeout(() => void this.#prepare(), REST_MS);
    this.#timer.unref();
  }

  /** A worker is at the canvas. */
  get working(): boolean {
    return this.#working;
  }

  /** Frames that show the picture to a terminal that shows nothing; null: there are none for this wish. */
  framesFor({ scene, output, tiles, fine, graded }: PictureWish): EncodedFrame[] | null {
    const own = this.#wish;
    const isSame =
      output === own.output &&
      output.scale === this.#scale &&
      output.transform === this.#transform &&
      tiles === own.tiles &&
      fine === own.fine &&
      graded === own.graded;
    return isSame && !scene.isCovered && scene.covered === this.#covered ? this.#frames : null;
  }

  /** @param damage x, y, w, h each, that nobody saw */
  changed(output: Output, damage: Int32Array): void {
    if (output !== this.#wish.output || this.#working) return;
    for (let i = 0; i < damage.length; i += 4)
      this.#changedPx += (damage[i + 2] ?? 0) * (damage[i + 3] ?? 0);
    if (this.#changedPx > output.widthPx * output.heightPx * STALE_SHARE) this.#frames = null;
  }

  async #prepare(): Promise<void> {
    this.#timer = null;
    const { scene, output, tiles, fine, graded } = this.#wish;
    const { framebuffer, encoder } = this.canvas;
    const { width, height } = framebuffer;
    const fits = output.widthPx === width && output.heightPx === height;
    if (!fits || scene.isCovered || !scene.has(output)) return;
    const { list, sources } = scene.displayList(output);
    composite(framebuffer, list, sources, Int32Array.of(0, 0, width, height));
    const thorough = this.#bytesPerMs < THOROUGH_BYTES_PER_MS;
    const options = { level: LEVEL, tiles, fine, thorough, graded, budgetBytes: SLICE_BYTES };
    const frames: EncodedFrame[] = [];
    this.#working = true;
    try {
      for (let waits = true; waits && !this.#ended; ) {
        const key = frames.length === 0;
        const frame = await encoder.encodeAsync(framebuffer, NONE, NONE, { ...options, key });
        frames.push(frame);
        waits = frame.waiting !== undefined;
      }
      this.#frames = frames;
      if (this.#bytesPerMs < STRONG_BYTES_PER_MS) this.#strengthen(frames);
    } catch {
      // Without memory for it: who comes gets the picture as it is made.
      this.#frames = null;
    } finally {
      this.#working = false;
    }
  }

  /** They can be sent all the while. */
  #strengthen(frames: EncodedFrame[]): void {
    const entries = frames.entries();
    const work = async (): Promise<void> => {
      for (const [i, frame] of entries) {
        const strong = await withStrongPayload(frame).catch(() => frame);
        if (this.#frames !== frames) return;
        frames[i] = strong;
      }
    };
    for (let i = 0; i < WORKERS; i++) void work();
  }

  /** The canvas is somebody else's, or nobody's. */
  [Symbol.dispose](): void {
    this.#ended = true;
    this.#frames = null;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
