import type { Output } from '../output/output.ts';
import type { LayerName, SceneItem } from './scene-item.ts';

/** What is shown instead of everything else, and which outputs have yet to show it. */
export class Cover {
  /** 0xRRGGBB */
  readonly colour: number;
  readonly #unseen: Set<Output>;
  readonly #onHidden: () => void;
  #layers: ReadonlyMap<LayerName, readonly SceneItem[]> = new Map();

  constructor(colour: number, outputs: readonly Output[], onHidden: () => void) {
    this.colour = colour;
    this.#unseen = new Set(outputs);
    this.#onHidden = onHidden;
  }

  get layers(): ReadonlyMap<LayerName, readonly SceneItem[]> {
    return this.#layers;
  }

  setItems(items: readonly SceneItem[]): void {
    this.#layers = new Map([['overlay', items]]);
  }

  awaits(output: Output): boolean {
    return this.#unseen.has(output);
  }

  /** The output shows the cover, or shows nothing any more. */
  seenOn(output: Output): void {
    if (this.#unseen.delete(output) && this.#unseen.size === 0) this.#onHidden();
  }
}
