import { Encoder, Framebuffer } from '../../native/pixels/index.ts';

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
      ({ framebuffer }) => framebuffer.width === width && framebuffer.height === height,
    );
    const [kept] = at < 0 ? [] : this.#kept.splice(at, 1);
    return (
      kept ?? { framebuffer: new Framebuffer(width, height), encoder: new Encoder(width, height) }
    );
  }

  /** Nothing may be under way with it. */
  put(canvas: Canvas): void {
    canvas.encoder.reset();
    this.#kept.push(canvas);
    if (this.#kept.length > MAX_KEPT) this.#kept.shift();
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
    this.#kept.length = 0;
    this.quickLink = false;
  }
}
