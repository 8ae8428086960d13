#include "tile-reuse.h"

#include <stdlib.h>

/* Smaller changes cost little as pixels, and what they cover is seldom seen again as it was. */
#define MIN_CHANGED_PIXELS (WR_TILE * WR_TILE / 8)
/* What changes again and again into what never was (a scroll, a film) is not looked at any more; a
 * change later than this many frames after the last one begins anew. */
#define RUN_GAP 3
#define RUN_TOO_LONG 8

bool wr_tile_reuse_init(struct wr_tile_reuse *u, int32_t across, int32_t down) {
  u->across = across;
  u->runs = calloc((size_t)across * (size_t)down, sizeof *u->runs);
  u->row = calloc((size_t)across, sizeof *u->row);
  return u->runs && u->row;
}

void wr_tile_reuse_finish(struct wr_tile_reuse *u) {
  wr_tile_cache_finish(&u->cache);
  free(u->runs);
  free(u->row);
}

void wr_tile_reuse_begin(struct wr_tile_reuse *u, int32_t tiles) {
  /* Without memory there is no reuse. */
  wr_tile_cache_begin(&u->cache, tiles);
}

bool wr_tile_reuse_wanted(struct wr_tile_reuse *u, int32_t tx, int32_t ty,
                          const struct wr_rect *changed) {
  if (u->cache.slots == 0 || wr_rect_area(changed) < MIN_CHANGED_PIXELS)
    return false;
  struct wr_tile_run *run = &u->runs[ty * u->across + tx];
  run->length = u->cache.frame - run->frame <= RUN_GAP ? run->length + 1 : 0;
  run->frame = u->cache.frame;
  return run->length < RUN_TOO_LONG;
}

int32_t wr_tile_reuse_keep(struct wr_tile_reuse *u, const struct wr_picture *shown,
                           const struct wr_rect *tile) {
  uint32_t rgb;
  if (wr_tile_solid(shown, tile, &rgb))
    return -1;
  const struct wr_tile_name name = wr_tile_cache_name(&u->cache, shown, tile);
  return wr_tile_cache_find(&u->cache, &name) >= 0 ? -1 : wr_tile_cache_put(&u->cache, &name);
}

int32_t wr_tile_reuse_find(struct wr_tile_reuse *u, const struct wr_picture *p,
                           const struct wr_rect *tile) {
  const size_t at = (size_t)(tile->y / WR_TILE * u->across + tile->x / WR_TILE);
  uint32_t rgb;
  if (u->cache.used == 0 || wr_tile_solid(p, tile, &rgb))
    return -1;
  const struct wr_tile_name name = wr_tile_cache_name(&u->cache, p, tile);
  const int32_t slot = wr_tile_cache_find(&u->cache, &name);
  if (slot >= 0)
    u->runs[at].length = 0;
  return slot;
}
