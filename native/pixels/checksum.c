#include "checksum.h"
#include "tile.h"

uint32_t wr_checksum_mix(uint32_t tile_index, uint32_t hash) {
  uint32_t m = hash + (tile_index + 1) * WR_HASH_SEED;
  m = (m ^ m >> 16) * WR_HASH_FOLD;
  m = (m ^ m >> 13) * 0xc2b2ae35u;
  return m ^ m >> 16;
}

uint32_t wr_checksum_picture(const struct wr_picture *p) {
  const int32_t across = wr_tiles_across(p->width), down = wr_tiles_across(p->height);
  uint32_t sum = 0;
  for (int32_t ty = 0; ty < down; ty++)
    for (int32_t tx = 0; tx < across; tx++) {
      const struct wr_rect tile = wr_tile_rect(tx, ty, p->width, p->height);
      sum += wr_checksum_mix((uint32_t)(ty * across + tx), wr_tile_hash(p, &tile));
    }
  return sum;
}
