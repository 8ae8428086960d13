#include "film-tile.h"
#include "dispatch.h"
#include "paint.h"

/* A row of so many is looked at, and the last one. */
#define ROWS_APART 8
/* A smaller part costs little anyway. */
#define MIN_SIDE 16

static int32_t row_after(int32_t y, int32_t h) {
  return y == h - 1 ? h : y + ROWS_APART < h ? y + ROWS_APART : h - 1;
}

WR_KERNEL uint32_t lanes_or(const wr_lanes *v) {
  uint32_t all = 0;
  for (int i = 0; i < WR_LANES; i++)
    all |= (*v)[i];
  return all & WR_PIXEL_RGB;
}

WR_KERNEL void add_difference(wr_lanes *sum, const uint32_t *a, const uint32_t *b) {
  wr_lanes va, vb;
  wr_lanes_load(&va, a);
  wr_lanes_load(&vb, b);
  *sum |= va ^ vb;
}

/* Each row differs, and somewhere each end of them: so all of the rectangle changed. */
WR_KERNEL bool moves_all_over(const struct wr_picture *shown, const struct wr_picture *wanted,
                              const struct wr_rect *r) {
  wr_lanes left = {0}, right = {0};
  for (int32_t y = 0; y < r->h; y = row_after(y, r->h)) {
    const uint32_t *a = wr_picture_at(shown, r->x, r->y + y);
    const uint32_t *b = wr_picture_at(wanted, r->x, r->y + y);
    wr_lanes row = {0};
    for (int32_t x = 0; x + WR_LANES <= r->w; x += WR_LANES)
      add_difference(&row, a + x, b + x);
    if (!lanes_or(&row))
      return false;
    add_difference(&left, a, b);
    add_difference(&right, a + r->w - WR_LANES, b + r->w - WR_LANES);
  }
  return lanes_or(&left) && lanes_or(&right);
}

static bool all_moves(const struct wr_picture *shown, const struct wr_picture *wanted,
                      const struct wr_rect *r);
WR_DISPATCH(bool, all_moves, moves_all_over,
            (const struct wr_picture *shown, const struct wr_picture *wanted,
             const struct wr_rect *r),
            (shown, wanted, r))

static bool goes_on(struct wr_motion *m, const struct wr_film_tile *f, const struct wr_rect *r) {
  struct wr_rect part;
  const struct wr_stream *s = wr_motion_stream_at(m, f->tx, f->ty, &part);
  return s && !s->sleeps && wr_rect_same(&part, r) && r->w >= MIN_SIDE && r->h >= MIN_SIDE &&
         all_moves(f->shown, f->wanted, r);
}

static struct wr_rect both(const struct wr_rect *a, const struct wr_rect *b) {
  const int32_t x0 = a->x < b->x ? a->x : b->x, y0 = a->y < b->y ? a->y : b->y;
  const int32_t ax = a->x + a->w, bx = b->x + b->w, ay = a->y + a->h, by = b->y + b->h;
  return (struct wr_rect){x0, y0, (ax > bx ? ax : bx) - x0, (ay > by ? ay : by) - y0};
}

bool wr_film_tile_differs(struct wr_motion *m, const struct wr_film_tile *f,
                          const struct wr_rect *within, struct wr_rect *changed) {
  struct wr_motion_tile *t = &m->tiles[f->ty * m->across + f->tx];
  t->few_rows = f->few_rows && wr_rect_same(&t->lossy, within) && goes_on(m, f, within);
  if (!t->few_rows && !t->behind)
    return wr_tile_diff(f->shown, f->wanted, within, changed);
  *changed = both(within, &t->lossy);
  return true;
}

void wr_film_tile_leave(struct wr_motion *m, const struct wr_film_tile *f,
                        const struct wr_rect *part) {
  struct wr_motion_tile *t = &m->tiles[f->ty * m->across + f->tx];
  wr_motion_set_lossy(m, f->tx, f->ty, part);
  t->behind = t->few_rows;
  if (!t->behind)
    return wr_paint_from(f->shown, f->wanted, part);
  for (int32_t y = 0; y < part->h; y = row_after(y, part->h)) {
    const struct wr_rect row = {part->x, part->y + y, part->w, 1};
    wr_paint_from(f->shown, f->wanted, &row);
  }
}
