import type { Picture } from './picture.ts';
import { type Region, RegionEncoding, TILE } from './regions.ts';

interface Tile {
  readonly w: number;
  readonly h: number;
  readonly pixels: Uint32Array;
}

/** Each tile of a region that is a row of them. */
function* tilesOf({ x, w, a }: Region): Generator<{ slot: number; left: number; width: number }> {
  for (let i = 0; i * TILE < w; i++)
    yield { slot: a + i, left: x + i * TILE, width: Math.min(TILE, w - i * TILE) };
}

/** What an update does to the store, found out before any of it is done. */
export class TilePlan {
  readonly #store: TileStore;
  readonly #sizes = new Map<number, string>();

  constructor(store: TileStore) {
    this.#store = store;
  }

  /** @returns what is wrong with the region, which lies inside the picture */
  plan(region: Region): string | undefined {
    if (region.h > TILE) return 'tiles that are too high';
    const count = Math.ceil(region.w / TILE);
    if (region.a < 0 || region.a + count > this.#store.slots) return 'no such tile';
    for (const { slot, width } of tilesOf(region)) {
      const size = `${width}x${region.h}`;
      if (region.encoding === RegionEncoding.keep) this.#sizes.set(slot, size);
      else if ((this.#sizes.get(slot) ?? this.#store.sizeOf(slot)) !== size)
        return 'a tile of another size';
    }
    return undefined;
  }
}

/** The tiles that a terminal keeps for a server, which says in which slot each is. */
export class TileStore {
  /** It holds no more than this many tiles of 16 KiB. */
  readonly slots: number;
  readonly #tiles = new Map<number, Tile>();

  constructor(slots: number) {
    this.slots = slots;
  }

  sizeOf(slot: number): string | undefined {
    const tile = this.#tiles.get(slot);
    return tile && `${tile.w}x${tile.h}`;
  }

  keep({ pixels, width: stride }: Picture, region: Region): void {
    const { y, h } = region;
    for (const { slot, left, width } of tilesOf(region)) {
      const kept = new Uint32Array(width * h);
      for (let row = 0; row < h; row++) {
        const from = (y + row) * stride + left;
        kept.set(pixels.subarray(from, from + width), row * width);
      }
      this.#tiles.set(slot, { w: width, h, pixels: kept });
    }
  }

  paint({ pixels, width: stride }: Picture, region: Region): void {
    const { y, h } = region;
    for (const { slot, left, width } of tilesOf(region)) {
      const kept = this.#tiles.get(slot)?.pixels;
      for (let row = 0; kept && row < h; row++)
        pixels.set(kept.subarray(row * width, (row + 1) * width), (y + row) * stride + left);
    }
  }

  /** Overwrites all and lets go of it. */
  forget(): void {
    for (const { pixels } of this.#tiles.values()) pixels.fill(0);
    this.#tiles.clear();
  }
}
