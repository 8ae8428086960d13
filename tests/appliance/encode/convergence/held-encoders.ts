import { type Canvas, CanvasShelf } from '../../../../appliance/encode/canvas-shelf.ts';
import { type EncodedFrame, Encoder } from '../../../../native/pixels/index.ts';

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

/** Canvases whose worker threads are in the hands of the test. */
export class HeldShelf extends CanvasShelf {
  readonly #held: (() => void)[] = [];

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
