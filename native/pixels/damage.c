#include "damage.h"
#include "tile.h"

#include <stdlib.h>
#include <string.h>

bool wr_damage_init(struct wr_damage *d, int32_t width, int32_t height) {
  d->width = width;
  d->height = height;
  d->across = wr_tiles_across(width);
  d->down = wr_tiles_across(height);
  d->tiles = calloc((size_t)d->across * (size_t)d->down, sizeof *d->tiles);
  return d->tiles != NULL;
}

void wr_damage_finish(struct wr_damage *d) { free(d->tiles); }

void wr_damage_clear(struct wr_damage *d) {
  memset(d->tiles, 0, (size_t)d->across * (size_t)d->down * sizeof *d->tiles);
}

static void grow(struct wr_damage_tile *t, int32_t x0, int32_t y0, int32_t x1, int32_t y1) {
  const bool empty = t->x1 == 0;
  if (empty || x0 < t->x0)
    t->x0 = (uint8_t)x0;
  if (empty || y0 < t->y0)
    t->y0 = (uint8_t)y0;
  if (empty || x1 > t->x1)
    t->x1 = (uint8_t)x1;
  if (empty || y1 > t->y1)
    t->y1 = (uint8_t)y1;
}

static int32_t clamp_to_tile(int32_t v) { return v < 0 ? 0 : v > WR_TILE ? WR_TILE : v; }

void wr_damage_add(struct wr_damage *d, const struct wr_rect *rect) {
  struct wr_rect r = *rect;
  if (!wr_rect_clip(&r, d->width, d->height))
    return;
  for (int32_t ty = r.y / WR_TILE; ty <= (r.y + r.h - 1) / WR_TILE; ty++)
    for (int32_t tx = r.x / WR_TILE; tx <= (r.x + r.w - 1) / WR_TILE; tx++)
      grow(&d->tiles[ty * d->across + tx], clamp_to_tile(r.x - tx * WR_TILE),
           clamp_to_tile(r.y - ty * WR_TILE), clamp_to_tile(r.x + r.w - tx * WR_TILE),
           clamp_to_tile(r.y + r.h - ty * WR_TILE));
}

bool wr_damage_in_tile(const struct wr_damage *d, int32_t tx, int32_t ty, struct wr_rect *rect) {
  const struct wr_damage_tile *t = &d->tiles[ty * d->across + tx];
  if (t->x1 == 0)
    return false;
  *rect =
      (struct wr_rect){tx * WR_TILE + t->x0, ty * WR_TILE + t->y0, t->x1 - t->x0, t->y1 - t->y0};
  return true;
}
