#include "paint.h"

#include <string.h>

void wr_paint_solid(struct wr_picture *p, const struct wr_rect *r, uint32_t rgb) {
  for (int32_t y = 0; y < r->h; y++) {
    uint32_t *row = wr_picture_at(p, r->x, r->y + y);
    for (int32_t x = 0; x < r->w; x++)
      row[x] = rgb | WR_PIXEL_OPAQUE;
  }
}

void wr_paint_copy(struct wr_picture *p, int32_t sx, int32_t sy, const struct wr_rect *to) {
  const size_t bytes = (size_t)to->w * sizeof(uint32_t);
  for (int32_t i = 0; i < to->h; i++) {
    const int32_t y = to->y > sy ? to->h - 1 - i : i;
    memmove(wr_picture_at(p, to->x, to->y + y), wr_picture_at(p, sx, sy + y), bytes);
  }
}

void wr_paint_from(struct wr_picture *p, const struct wr_picture *from, const struct wr_rect *r) {
  for (int32_t y = r->y; y < r->y + r->h && r->w > 0; y++)
    memcpy(wr_picture_at(p, r->x, y), wr_picture_at(from, r->x, y),
           (size_t)r->w * sizeof(uint32_t));
}
