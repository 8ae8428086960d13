#include "checksum.h"
#include "tile.h"

uint32_t wr_checksum_mix(uint32_t tile_index, uint32_t hash) {
  uint32_t m = hash + (tile_index + 1) * WR_HASH_SEED;
  m = (m ^ m >> 16) * WR_HASH_FOLD;
  m = (m ^ m >> 13) * 0xc2b2ae35u;
  return m ^ m >> 16;
}

void wr_checksum_row(const struct wr_picture *p, int32_t ty, const uint8_t *which,
                     uint32_t *hashes) {
  struct wr_rect tiles[WR_TILES_AT_ONCE];
  uint32_t at[WR_TILES_AT_ONCE], found[WR_TILES_AT_ONCE];
  int count = 0;
  for (int32_t tx = 0; tx < wr_tiles_across(p->width); tx++) {
    if (which && !which[tx])
      continue;
    tiles[count] = wr_tile_rect(tx, ty, p->width, p->height);
    at[count] = (uint32_t)tx;
    if (tiles[count].w < WR_TILE) {
      hashes[tx] = wr_tile_hash(p, &tiles[count]);
      continue;
    }
    if (++count < WR_TILES_AT_ONCE)
      continue;
    wr_tile_hashes(p, tiles, found);
    for (count = WR_TILES_AT_ONCE; count > 0; count--)
      hashes[at[count - 1]] = found[count - 1];
  }
  while (count-- > 0)
    hashes[at[count]] = wr_tile_hash(p, &tiles[count]);
}

uint32_t wr_checksum_picture(const struct wr_picture *p) {
  const int32_t across = wr_tiles_across(p->width), down = wr_tiles_across(p->height);
  uint32_t sum = 0, hashes[WR_CHECKSUM_ACROSS];
  for (int32_t ty = 0; ty < down; ty++) {
    wr_checksum_row(p, ty, NULL, hashes);
    for (int32_t tx = 0; tx < across; tx++)
      sum += wr_checksum_mix((uint32_t)(ty * across + tx), hashes[tx]);
  }
  return sum;
}
