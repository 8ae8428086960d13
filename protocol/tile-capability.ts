/** Tiles of 64x64 pixels in the memory that terminals give to each screen's tiles unless told otherwise: 64 MiB. */
export const DEFAULT_TILES = 4096;

const NAME = /^tiles:([1-9]\d{0,4})$/;

/** What a terminal says in its Hello of the tiles that it can keep for each output: `tiles:4096`. */
export const tileCapabilityName = (tiles: number): string => `tiles:${tiles}`;

/** How many tiles a terminal keeps for each output, by the capabilities of a Hello or an Attach; 0: none. */
export function findTileCapability(capabilities: readonly string[]): number {
  for (const name of capabilities) {
    const [, tiles] = NAME.exec(name) ?? [];
    if (tiles) return Number(tiles);
  }
  return 0;
}
