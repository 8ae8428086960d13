import { type EncodedFrame, Encoder, Framebuffer } from '../../native/pixels/index.ts';
import type { Output } from '../compositor/output/output.ts';
import { type PictureWish, PreparedPicture } from './prepared-picture.ts';

/** What one output's pictures are made with. */
export interface Canvas {
  readonly framebuffer: Framebuffer;
  readonly encoder: Encoder;
}

/** As many outputs as people usually have. */
const MAX_KEPT = 2;
/** A person who takes a card from one desk to the next is there by then. */
const KEPT_MS = 60_000;

/**
 * Keeps canvases between one terminal and the next for a while. To make them anew costs megabytes that the kernel
 * has to hand out, and at every other time a full collection of V8, which counts them: 20 ms while somebody waits.
 */
export class CanvasShelf {
  readonly #kept: Canvas[] = [];
  readonly #prepared: PreparedPicture[] = [];
  readonly #onCleared: () => void;
  #clearing: NodeJS.Timeout | null = null;
  /** The terminal before had a quick link; who goes from one desk to the next probably finds another. */
  quickLink = false;

  /** @param onCleared what was kept is garbage now */
  constructor(onCleared: () => void = () => {}) {
    this.#onCleared = onCleared;
  }

  /** Its picture may be an older one of the session's: all of it has to be painted. */
  take(width: number, height: number): Canvas {
    const at = this.#kept.findIndex(
      (canvas) =>
        canvas.framebuffer.width === width &&
        canvas.framebuffer.height === height &&
        !this.#prepared.some((prepared) => prepared.canvas === canvas && prepared.working),
    );
    const [kept] = at < 0 ? [] : this.#kept.splice(at, 1);
    if (kept) {
      this.#preparedOn(kept)?.[Symbol.dispose]();
      kept.encoder.reset();
    }
    return (
      kept ?? { framebuffer: new Framebuffer(width, height), encoder: new Encoder(width, height) }
    );
  }

  /** A canvas whose encoder has made these frames already, which must be the next that are sent; null: there is none. */
  takePrepared(wish: PictureWish): { canvas: Canvas; frames: EncodedFrame[] } | null {
    for (const prepared of this.#prepared) {
      const frames = prepared.framesFor(wish);
      if (!frames) continue;
      const { canvas } = prepared;
      this.#preparedOn(canvas)?.[Symbol.dispose]();
      this.#kept.splice(this.#kept.indexOf(canvas), 1);
      return { canvas, frames };
    }
    return null;
  }

  /** Of an output that nobody looks at. @param damage x, y, w, h each */
  changed(output: Output, damage: Int32Array): void {
    for (const prepared of this.#prepared) prepared.changed(output, damage);
  }

  /**
   * Nothing may be under way with it.
   * @param wish what the next terminal will probably need
   * @param bytesPerMs what its link will carry, probably
   */
  put(
    canvas: Canvas,
    wish: PictureWish | null = null,
    bytesPerMs = Number.POSITIVE_INFINITY,
  ): void {
    canvas.encoder.reset();
    this.#kept.push(canvas);
    if (wish) this.#prepared.push(new PreparedPicture(canvas, wish, bytesPerMs));
    if (this.#kept.length > MAX_KEPT) this.#drop(this.#kept.shift());
    if (this.#clearing) clearTimeout(this.#clearing);
    this.#clearing = setTimeout(() => {
      this[Symbol.dispose]();
      this.#onCleared();
    }, KEPT_MS);
    this.#clearing.unref();
  }

  [Symbol.dispose](): void {
    if (this.#clearing) clearTimeout(this.#clearing);
    this.#clearing = null;
    for (const canvas of this.#kept.splice(0)) this.#drop(canvas);
    this.quickLink = false;
  }

  #drop(canvas: Canvas | undefined): void {
    if (canvas) this.#preparedOn(canvas)?.[Symbol.dispose]();
  }

  /** It is the caller's to dispose. */
  #preparedOn(canvas: Canvas): PreparedPicture | null {
    const at = this.#prepared.findIndex((prepared) => prepared.canvas === canvas);
    return at < 0 ? null : (this.#prepared.splice(at, 1)[0] ?? null);
  }
}
