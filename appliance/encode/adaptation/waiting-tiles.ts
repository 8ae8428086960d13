import { TILE_PX } from '../../../native/pixels/index.ts';

/** Edges in pixels, right and bottom exclusive. */
export interface Place {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Tiles of a picture that a slow link has not had time for yet. */
export class WaitingTiles {
  readonly #tiles: Uint8Array;
  readonly #across: number;
  readonly #down: number;

  /** @param tiles row by row, 1 for each that waits */
  constructor(tiles: Uint8Array, widthPx: number) {
    this.#tiles = tiles;
    this.#across = Math.ceil(widthPx / TILE_PX);
    this.#down = tiles.length / this.#across;
  }

  /** Whether a tile that lies there completely waits: one at the edge may wait for what is beside. */
  within({ left, top, right, bottom }: Place): boolean {
    const x1 = Math.min(this.#across, Math.floor(right / TILE_PX));
    const y1 = Math.min(this.#down, Math.floor(bottom / TILE_PX));
    const x0 = Math.max(0, Math.ceil(left / TILE_PX));
    for (let y = Math.max(0, Math.ceil(top / TILE_PX)); y < y1 && x0 < x1; y++) {
      const row = this.#tiles.subarray(y * this.#across + x0, y * this.#across + x1);
      if (row.includes(1)) return true;
    }
    return false;
  }
}
