#include "tile-reuse.h"

#include "checksum.h"
#include "motion.h"

#include <stdlib.h>
#include <string.h>

/* Smaller changes cost little as pixels, and what they cover is seldom seen again as it was. */
#define MIN_CHANGED_PIXELS (WR_TILE * WR_TILE / 8)
/* What changes again and again into what never was (a scroll, a film) is not looked at any more; a
 * change later than this many frames after the last one begins anew. */
#define RUN_GAP 3
#define RUN_TOO_LONG 8
#define RUN_LONG_TO_COPY 2
/* With less room for tiles, none of it is for rows of parts. */
#define SCRATCH_SHARE 8
/* Of the regions that an update may have beyond two for each tile. */
#define SPARE_REGIONS 160

bool wr_tile_reuse_init(struct wr_tile_reuse *u, int32_t across, int32_t down) {
  u->across = across;
  u->down = down;
  u->scratch = -1;
  u->runs = calloc((size_t)across * (size_t)down, sizeof *u->runs);
  u->row = calloc((size_t)across, sizeof *u->row);
  u->under = calloc((size_t)across * (size_t)down, sizeof *u->under);
  return u->runs && u->row && u->under;
}

void wr_tile_reuse_finish(struct wr_tile_reuse *u) {
  wr_tile_cache_finish(&u->cache);
  wr_tile_copies_finish(&u->copies);
  free(u->under);
  free(u->runs);
  free(u->row);
}

void wr_tile_reuse_begin(struct wr_tile_reuse *u, int32_t tiles) {
  /* Without memory there is no reuse. */
  const int32_t kept = tiles - u->across;
  const bool parts = kept / SCRATCH_SHARE >= u->across;
  wr_tile_cache_begin(&u->cache, parts ? kept : tiles);
  u->scratch = parts && u->cache.slots == kept ? kept : -1;
  wr_tile_copies_begin(&u->copies, u->scratch < 0 ? 0 : kept);
  u->anew = true;
  memset(u->runs, 0, (size_t)u->across * (size_t)u->down * sizeof *u->runs);
  memset(u->under, 0, (size_t)u->across * (size_t)u->down * sizeof *u->under);
}

void wr_tile_reuse_frame(struct wr_tile_reuse *u) {
  u->cache.frame++;
  u->anew = u->copied = false;
  u->spare = SPARE_REGIONS;
  u->parts_left = u->across * u->down / 2;
}

static int32_t place_of(const struct wr_tile_reuse *u, const struct wr_rect *tile) {
  return tile->y / WR_TILE * u->across + tile->x / WR_TILE;
}

bool wr_tile_reuse_wanted(struct wr_tile_reuse *u, int32_t tx, int32_t ty,
                          const struct wr_rect *changed) {
  if (u->cache.slots == 0 || u->anew || wr_rect_area(changed) < MIN_CHANGED_PIXELS)
    return false;
  struct wr_tile_run *run = &u->runs[ty * u->across + tx];
  const bool again = run->frame != 0 && u->cache.frame - run->frame <= RUN_GAP;
  run->length = again ? run->length + 1 : 0;
  run->frame = u->cache.frame;
  return run->length < RUN_TOO_LONG;
}

int32_t wr_tile_reuse_keep(struct wr_tile_reuse *u, const struct wr_picture *shown,
                           const struct wr_rect *tile) {
  uint32_t rgb;
  if (wr_tile_solid(shown, tile, &rgb))
    return -1;
  const struct wr_tile_name name = wr_tile_cache_name(&u->cache, shown, tile);
  const int32_t known = wr_tile_cache_find(&u->cache, &name);
  const int32_t slot = known >= 0 ? known : wr_tile_cache_put(&u->cache, &name);
  if (slot < 0)
    return -1;
  if (known < 0)
    wr_tile_copies_drop(&u->copies, slot);
  const int32_t place = place_of(u, tile);
  /* What goes amid a scroll would push out what lies under it all, and text is cheap as pixels. */
  if (u->scratch >= 0 && u->runs[place].length < RUN_LONG_TO_COPY &&
      wr_motion_looks(shown, tile) != WR_LOOKS_GRAPHIC) {
    wr_tile_copies_put(&u->copies, slot, shown, tile);
    wr_tile_under_add(&u->under[place], &u->copies, slot);
  }
  return known >= 0 ? -1 : slot;
}

int32_t wr_tile_reuse_find(struct wr_tile_reuse *u, const struct wr_picture *p,
                           const struct wr_rect *tile) {
  uint32_t rgb;
  if (u->cache.used == 0 || wr_tile_solid(p, tile, &rgb))
    return -1;
  const struct wr_tile_name name = wr_tile_cache_name(&u->cache, p, tile);
  const int32_t slot = wr_tile_cache_find(&u->cache, &name);
  if (slot >= 0)
    u->runs[place_of(u, tile)].length = 0;
  return slot;
}

const struct wr_reused_tile *wr_tile_reuse_part(struct wr_tile_reuse *u,
                                                const struct wr_picture *shown,
                                                const struct wr_picture *p,
                                                const struct wr_rect *tile,
                                                const struct wr_rect *changed) {
  const int32_t place = place_of(u, tile);
  uint32_t rgb;
  /* With what goes kept, and a box of pixels, each has up to three regions more than other tiles.
   */
  if (u->scratch < 0 || u->under[place].slots[0] == 0 || u->parts_left == 0 ||
      u->spare < 3 * (u->count + 1) || wr_tile_solid(p, changed, &rgb))
    return NULL;
  struct wr_reused_tile part = {.rect = *tile};
  part.slot = wr_tile_part_find(&u->copies, &u->under[place], shown, p, tile, changed, &part.over);
  if (part.slot < 0)
    return NULL;
  wr_tile_cache_touch(&u->cache, part.slot);
  u->runs[place].length = 0;
  u->parts_left--;
  u->row[u->count] = part;
  return &u->row[u->count++];
}

void wr_tile_reuse_cover(struct wr_tile_reuse *u, const struct wr_picture *shown,
                         const struct wr_rect *from, const struct wr_rect *to,
                         struct wr_region *regions, size_t *count) {
  u->copied = true;
  for (int32_t ty = to->y / WR_TILE; ty <= (to->y + to->h - 1) / WR_TILE; ty++)
    for (int32_t tx = to->x / WR_TILE; tx <= (to->x + to->w - 1) / WR_TILE; tx++) {
      const struct wr_rect tile = wr_tile_rect(tx, ty, shown->width, shown->height);
      if (u->scratch < 0 || u->spare == 0 || wr_rect_meets(&tile, from) ||
          !wr_tile_reuse_wanted(u, tx, ty, &tile))
        continue;
      const int32_t slot = wr_tile_reuse_keep(u, shown, &tile);
      const size_t before = *count;
      if (slot >= 0)
        wr_tile_row_add(regions, count, WR_ENCODING_KEEP, &tile, slot);
      u->spare -= (int32_t)(*count - before);
    }
}

void wr_tile_row_add(struct wr_region *regions, size_t *count, int32_t encoding,
                     const struct wr_rect *r, int32_t slot) {
  struct wr_region *last = *count > 0 ? &regions[*count - 1] : NULL;
  if (last && last->encoding == encoding && last->y == r->y && last->h == r->h &&
      last->x + last->w == r->x && last->w % WR_TILE == 0 && last->a + last->w / WR_TILE == slot) {
    last->w += r->w;
    return;
  }
  regions[(*count)++] = (struct wr_region){encoding, r->x, r->y, r->w, r->h, slot, 0};
}

void wr_tile_reuse_show(struct wr_tile_reuse *u, struct wr_region *regions, size_t *count) {
  const size_t before = *count;
  int32_t allowed = 0;
  for (int32_t i = 0; i < u->count; i++)
    if (u->row[i].over.w > 0)
      wr_tile_row_add(regions, count, WR_ENCODING_KEEP, &u->row[i].over, u->scratch + i);
  for (int32_t i = 0; i < u->count; i++)
    wr_tile_row_add(regions, count, WR_ENCODING_KEPT, &u->row[i].rect, u->row[i].slot);
  for (int32_t i = 0; i < u->count; i++) {
    allowed += u->row[i].over.w == 0;
    if (u->row[i].over.w > 0)
      wr_tile_row_add(regions, count, WR_ENCODING_KEPT, &u->row[i].over, u->scratch + i);
  }
  const int32_t needless = (int32_t)(*count - before) - allowed;
  u->spare -= needless > 0 ? needless : 0;
  u->count = 0;
}
