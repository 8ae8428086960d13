#include "copies.h"
#include "tile.h"

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
  for (int32_t y = 0; y < c->h; y += wr_copy_sample_rows(c)) {
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
                      const struct wr_copy *c, int share) {
  int64_t without, with;
  count_differences(shown, p, c, &without, &with);
  return share * with <= without && without - with >= COPY_MIN_GAIN;
}

/* The smallest rectangle around both; w = 0 is none. */
static void include(struct wr_rect *bounds, const struct wr_rect *r) {
  if (bounds->w == 0) {
    *bounds = *r;
    return;
  }
  const int32_t x0 = r->x < bounds->x ? r->x : bounds->x;
  const int32_t y0 = r->y < bounds->y ? r->y : bounds->y;
  const int32_t x1 = r->x + r->w, y1 = r->y + r->h;
  const int32_t bx1 = bounds->x + bounds->w, by1 = bounds->y + bounds->h;
  *bounds = (struct wr_rect){x0, y0, (x1 > bx1 ? x1 : bx1) - x0, (y1 > by1 ? y1 : by1) - y0};
}

/* Of one size: large enough for moves, or a part of what is. */
static void include_all(struct wr_rect *bounds, const struct wr_rect *damage, size_t count,
                        const struct wr_picture *p, bool large) {
  const struct wr_rect b = *bounds;
  for (size_t i = 0; i < count; i++) {
    struct wr_rect r = damage[i];
    if (!wr_rect_clip(&r, p->width, p->height) || large != (wr_rect_area(&r) >= SCROLL_MIN_AREA))
      continue;
    const bool near = b.w == 0 || (r.x <= b.x + b.w + WR_TILE && b.x <= r.x + r.w + WR_TILE &&
                                   r.y <= b.y + b.h + WR_TILE && b.y <= r.y + r.h + WR_TILE);
    if (large || near)
      include(bounds, &r);
  }
}

bool wr_damage_is_large(const struct wr_rect *damage, size_t count, const struct wr_picture *p,
                        struct wr_rect *bounds) {
  int64_t area = 0;
  for (size_t i = 0; i < count; i++) {
    struct wr_rect r = damage[i];
    area += wr_rect_clip(&r, p->width, p->height) ? wr_rect_area(&r) : 0;
  }
  *bounds = (struct wr_rect){0, 0, 0, 0};
  include_all(bounds, damage, count, p, true);
  /* A clock that ticks elsewhere is no reason to look at all that lies between. */
  include_all(bounds, damage, count, p, false);
  return area >= SCROLL_MIN_AREA;
}
