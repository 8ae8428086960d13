#include "tile-store.h"

#include <stdlib.h>
#include <string.h>

#define TILE_BYTES (WR_TILE * WR_TILE * sizeof(uint32_t))

bool wr_tile_store_init(struct wr_tile_store *s, int32_t slots) {
  s->slots = slots;
  s->tiles = slots > 0 ? calloc((size_t)slots, sizeof *s->tiles) : NULL;
  return slots <= 0 || s->tiles;
}

void wr_tile_store_forget(struct wr_tile_store *s) {
  for (int32_t i = 0; i < s->slots; i++) {
    if (s->tiles[i].pixels)
      explicit_bzero(s->tiles[i].pixels, TILE_BYTES);
    free(s->tiles[i].pixels);
  }
  if (s->tiles)
    memset(s->tiles, 0, (size_t)s->slots * sizeof *s->tiles);
}

void wr_tile_store_finish(struct wr_tile_store *s) {
  if (s->tiles)
    wr_tile_store_forget(s);
  free(s->tiles);
  *s = (struct wr_tile_store){0};
}

/* A region lies inside the picture: its sides are small. */
static int32_t tiles_of(const struct wr_region *r) { return wr_tiles_across(r->w); }

static uint8_t width_of(const struct wr_region *r, int32_t i) {
  const int32_t rest = r->w - i * WR_TILE;
  return (uint8_t)(rest < WR_TILE ? rest : WR_TILE);
}

const char *wr_tile_store_plan(struct wr_tile_store *s, const struct wr_region *r) {
  if (r->h > WR_TILE)
    return "tiles that are too high";
  if (r->a < 0 || r->a >= s->slots || tiles_of(r) > s->slots - r->a)
    return "no such tile";
  for (int32_t i = 0; i < tiles_of(r); i++) {
    struct wr_stored_tile *t = &s->tiles[r->a + i];
    const uint8_t w = width_of(r, i), h = (uint8_t)r->h;
    if (r->encoding == WR_ENCODING_KEPT) {
      if (t->planned_w != w || t->planned_h != h)
        return "a tile of another size";
      continue;
    }
    if (!t->pixels && !(t->pixels = malloc(TILE_BYTES)))
      return "no memory for a tile";
    t->planned_w = w;
    t->planned_h = h;
  }
  return NULL;
}

void wr_tile_store_unplan(struct wr_tile_store *s, const struct wr_region *regions, size_t count) {
  for (size_t k = 0; k < count; k++) {
    const struct wr_region *r = &regions[k];
    if (r->encoding != WR_ENCODING_KEEP || r->a < 0 || r->w > WR_PICTURE_MAX_SIDE)
      continue;
    for (int32_t i = 0; i < tiles_of(r) && i < s->slots - r->a; i++) {
      struct wr_stored_tile *t = &s->tiles[r->a + i];
      t->planned_w = t->w;
      t->planned_h = t->h;
    }
  }
}

void wr_tile_store_keep(struct wr_tile_store *s, const struct wr_picture *p,
                        const struct wr_region *r) {
  for (int32_t i = 0; i < tiles_of(r); i++) {
    struct wr_stored_tile *t = &s->tiles[r->a + i];
    t->w = width_of(r, i);
    t->h = (uint8_t)r->h;
    for (int32_t y = 0; y < r->h; y++)
      memcpy(t->pixels + y * t->w, wr_picture_at(p, r->x + i * WR_TILE, r->y + y),
             t->w * sizeof(uint32_t));
  }
}

void wr_tile_store_paint(const struct wr_tile_store *s, struct wr_picture *p,
                         const struct wr_region *r) {
  for (int32_t i = 0; i < tiles_of(r); i++) {
    const struct wr_stored_tile *t = &s->tiles[r->a + i];
    for (int32_t y = 0; y < r->h; y++)
      memcpy(wr_picture_at(p, r->x + i * WR_TILE, r->y + y), t->pixels + y * t->w,
             t->w * sizeof(uint32_t));
  }
}
