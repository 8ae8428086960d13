import { type Canvas, CanvasShelf } from '../../../../appliance/encode/canvas-shelf.ts';
import type { PictureWish } from '../../../../appliance/encode/prepared-picture.ts';
import { composite, type EncodedFrame, Encoder } from '../../../../native/pixels/index.ts';

const NONE = new Int32Array(0);
/** Of a frame that is prepared: most pictures take some. */
const PREPARED_BYTES = 2000;

/** Encodes at once, but gives what a worker would have made only when told: sequences can be run again exactly. */
class HeldEncoder extends Encoder {
  readonly #held: (() => void)[];

  constructor(width: number, height: number, held: (() => void)[]) {
    super(width, height);
    this.#held = held;
  }

  override encodeAsync(...job: Parameters<Encoder['encode']>): Promise<EncodedFrame> {
    const frame = this.encode(...job);
    return new Promise((resolve) => this.#held.push(() => resolve(frame)));
  }
}

interface Ready {
  readonly canvas: Canvas;
  readonly wish: PictureWish;
  readonly scale: number;
  readonly transform: number;
  readonly covered: number;
  readonly frames: EncodedFrame[];
}

/** Canvases whose worker threads are in the hands of the test. */
export class HeldShelf extends CanvasShelf {
  readonly #held: (() => void)[] = [];
  readonly #ready: Ready[] = [];
  /** Whoever leaves now is away for long enough that its picture is prepared. */
  prepares = false;

  override put(canvas: Canvas, wish: PictureWish | null = null): void {
    super.put(canvas);
    if (wish && this.prepares) this.#prepare(wish);
  }

  override takePrepared({ scene, output, tiles, fine, graded }: PictureWish) {
    for (const { wish, scale, transform, covered, canvas, frames } of this.#ready.splice(0)) {
      const { width, height } = canvas.framebuffer;
      if (output !== wish.output || scene.covered !== covered || scene.isCovered) continue;
      if (output.scale !== scale || output.transform !== transform) continue;
      if (output.widthPx !== width || output.heightPx !== height) continue;
      const isSame = tiles === wish.tiles && fine === wish.fine && graded === wish.graded;
      if (isSame) return { canvas, frames };
    }
    return null;
  }

  #prepare(wish: PictureWish): void {
    const { scene, output, tiles, fine, graded } = wish;
    if (scene.isCovered || !scene.has(output)) return;
    const { widthPx, heightPx, scale, transform } = output;
    const canvas = this.take(widthPx, heightPx);
    const { list, sources } = scene.displayList(output);
    composite(canvas.framebuffer, list, sources, Int32Array.of(0, 0, widthPx, heightPx));
    const frames: EncodedFrame[] = [];
    for (let waits = true; waits; ) {
      const options = {
        level: 1,
        tiles,
        fine,
        graded,
        budgetBytes: PREPARED_BYTES,
        key: frames.length === 0,
      };
      const frame = canvas.encoder.encode(canvas.framebuffer, NONE, NONE, options);
      frames.push(frame);
      waits = frame.waiting !== undefined;
    }
    const { covered } = scene;
    this.#ready.push({ canvas, wish, scale, transform, covered, frames });
  }

  override take(width: number, height: number): Canvas {
    const { framebuffer, encoder } = super.take(width, height);
    if (encoder instanceof HeldEncoder) return { framebuffer, encoder };
    return { framebuffer, encoder: new HeldEncoder(width, height, this.#held) };
  }

  /** The worker that has been at it for longest is done. @returns false when none is at work */
  finishOne(): boolean {
    const done = this.#held.shift();
    done?.();
    return done !== undefined;
  }
}
