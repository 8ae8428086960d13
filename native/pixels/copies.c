#include "copies.h"
#include "tile.h"

/* A copy is judged on every fourth row. */
#define COPY_SAMPLE_ROWS 4
/* Fewer pixels saved than this in the sample, and the region header costs more. */
#define COPY_MIN_GAIN 24
/* Below this much damage a scroll saves little. */
#define SCROLL_MIN_AREA (128 * 128)

bool wr_copy_clip(struct wr_copy *c, int32_t width, int32_t height) {
  struct wr_rect to = {c->dx, c->dy, c->w, c->h};
  if (!wr_rect_clip(&to, width, height))
    return false;
  const int64_t sx = (int64_t)c->sx + to.x - c->dx, sy = (int64_t)c->sy + to.y - c->dy;
  if (sx < -WR_PICTURE_MAX_SIDE || sy < -WR_PICTURE_MAX_SIDE || sx > width || sy > height)
    return false;
  struct wr_rect from = {(int32_t)sx, (int32_t)sy, to.w, to.h};
  if (!wr_rect_clip(&from, width, height))
    return false;
  *c = (struct wr_copy){
      from.x, from.y, to.x + (int32_t)(from.x - sx), to.y + (int32_t)(from.y - sy), from.w, from.h};
  return c->sx != c->dx || c->sy != c->dy;
}

/* Of a sample, the pixels that differ without the copy and after it. */
static void count_differences(const struct wr_picture *shown, const struct wr_picture *p,
                              const struct wr_copy *c, int64_t *without, int64_t *with) {
  *without = *with = 0;
  for (int32_t y = 0; y < c->h; y += COPY_SAMPLE_ROWS) {
    const uint32_t *wanted = wr_picture_at(p, c->dx, c->dy + y);
    *without += wr_row_differences(wr_picture_at(shown, c->dx, c->dy + y), wanted, c->w);
    *with += wr_row_differences(wr_picture_at(shown, c->sx, c->sy + y), wanted, c->w);
  }
}

bool wr_copy_helps(const struct wr_picture *shown, const struct wr_picture *p,
                   const struct wr_copy *c) {
  int64_t without, with;
  count_differences(shown, p, c, &without, &with);
  return without - with >= COPY_MIN_GAIN;
}

bool wr_copy_explains(const struct wr_picture *shown, const struct wr_picture *p,
                      const struct wr_copy *c) {
  int64_t without, with;
  count_differences(shown, p, c, &without, &with);
  return 2 * with <= without;
}

bool wr_damage_is_large(const struct wr_rect *damage, size_t count, const struct wr_picture *p,
                        struct wr_rect *bounds) {
  int64_t area = 0;
  int32_t x0 = p->width, y0 = p->height, x1 = 0, y1 = 0;
  for (size_t i = 0; i < count; i++) {
    struct wr_rect r = damage[i];
    if (!wr_rect_clip(&r, p->width, p->height))
      continue;
    area += wr_rect_area(&r);
    x0 = r.x < x0 ? r.x : x0;
    y0 = r.y < y0 ? r.y : y0;
    x1 = r.x + r.w > x1 ? r.x + r.w : x1;
    y1 = r.y + r.h > y1 ? r.y + r.h : y1;
  }
  *bounds = (struct wr_rect){x0, y0, x1 - x0, y1 - y0};
  return area >= SCROLL_MIN_AREA;
}
