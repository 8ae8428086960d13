#include "tile-copies.h"
#include "tile.h"

#include <stdlib.h>
#include <string.h>

void wr_tile_copies_finish(struct wr_tile_copies *c) {
  for (int32_t i = 0; i < c->count; i++)
    free(c->items[i].pixels);
  free(c->where);
  c->where = NULL;
  c->slots = c->count = 0;
}

void wr_tile_copies_begin(struct wr_tile_copies *c, int32_t slots) {
  wr_tile_copies_finish(c);
  if (slots <= 0 || !(c->where = malloc((size_t)slots * sizeof *c->where)))
    return;
  memset(c->where, 0xff, (size_t)slots * sizeof *c->where);
  c->slots = slots;
}

void wr_tile_copies_drop(struct wr_tile_copies *c, int32_t slot) {
  if (slot >= c->slots || c->where[slot] < 0)
    return;
  struct wr_tile_copy *copy = &c->items[c->where[slot]];
  copy->slot = -1;
  copy->put = 0;
  c->where[slot] = -1;
}

static struct wr_tile_copy *oldest(struct wr_tile_copies *c) {
  struct wr_tile_copy *found = &c->items[0];
  for (int32_t i = 1; i < c->count; i++)
    if (c->items[i].put < found->put)
      found = &c->items[i];
  return found;
}

static struct wr_tile_copy *room(struct wr_tile_copies *c) {
  if (c->count == WR_TILE_COPIES) {
    struct wr_tile_copy *copy = oldest(c);
    if (copy->slot >= 0)
      c->where[copy->slot] = -1;
    return copy;
  }
  struct wr_tile_copy *copy = &c->items[c->count];
  copy->pixels = malloc(WR_TILE * WR_TILE * sizeof *copy->pixels);
  if (!copy->pixels)
    return NULL;
  c->count++;
  return copy;
}

void wr_tile_copies_put(struct wr_tile_copies *c, int32_t slot, const struct wr_picture *p,
                        const struct wr_rect *tile) {
  if (slot >= c->slots)
    return;
  c->puts++;
  if (c->where[slot] >= 0) {
    c->items[c->where[slot]].put = c->puts;
    return;
  }
  struct wr_tile_copy *copy = room(c);
  if (!copy)
    return;
  *copy = (struct wr_tile_copy){copy->pixels, slot, tile->w, tile->h, c->puts};
  c->where[slot] = (int16_t)(copy - c->items);
  for (int32_t y = 0; y < tile->h; y++)
    memcpy(copy->pixels + y * tile->w, wr_picture_at(p, tile->x, tile->y + y),
           (size_t)tile->w * sizeof *copy->pixels);
}

const struct wr_tile_copy *wr_tile_copies_of(const struct wr_tile_copies *c, int32_t slot) {
  return slot >= 0 && slot < c->slots && c->where[slot] >= 0 ? &c->items[c->where[slot]] : NULL;
}
