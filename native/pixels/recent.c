#include "recent.h"
#include "tile.h"

/* Fewer pixels cost no more than a copy does. */
#define MIN_AREA 24
#define MAX_AREA (WR_TILE * WR_TILE)

static bool fits(const struct wr_rect *r) {
  return wr_rect_area(r) >= MIN_AREA && wr_rect_area(r) <= MAX_AREA;
}

static uint32_t hash_of(const struct wr_picture *p, const struct wr_rect *r) {
  return wr_tile_hash(p, r) ^ (uint32_t)r->w << 16 ^ (uint32_t)r->h;
}

bool wr_recent_find(const struct wr_recent *recent, const struct wr_picture *shown,
                    const struct wr_picture *p, const struct wr_rect *r, struct wr_rect *from) {
  if (!fits(r))
    return false;
  const uint32_t hash = hash_of(p, r);
  const struct wr_recent_place *place = &recent->places[hash % WR_RECENT_PLACES];
  if (place->hash != hash || place->rect.w != r->w || place->rect.h != r->h)
    return false;
  *from = place->rect;
  for (int32_t y = 0; y < r->h; y++)
    if (wr_row_differences(wr_picture_at(shown, from->x, from->y + y),
                           wr_picture_at(p, r->x, r->y + y), r->w))
      return false;
  return true;
}

void wr_recent_put(struct wr_recent *recent, const struct wr_picture *p, const struct wr_rect *r) {
  if (!fits(r))
    return;
  const uint32_t hash = hash_of(p, r);
  recent->places[hash % WR_RECENT_PLACES] = (struct wr_recent_place){hash, *r};
}
