#include "rest.h"
#include "tile.h"

/* A film goes on where one of so many of its tiles changes; less is a window that moves over it, or
 * something else that is there now. */
#define WAKING_PART 4
/* Less of a film than this says nothing of it. */
#define MOVED_PART 4
/* Of what changes there, one of so many may be left. */
#define UNEXPLAINED_PART 2

static bool goes_on(const struct wr_stream *s, const struct wr_damage *damage,
                    const struct wr_picture *shown, const struct wr_picture *p) {
  int32_t changed = 0, tiles = 0;
  struct wr_rect within, differs;
  for (int32_t ty = s->rect.y / WR_TILE; ty <= (s->rect.y + s->rect.h - 1) / WR_TILE; ty++)
    for (int32_t tx = s->rect.x / WR_TILE; tx <= (s->rect.x + s->rect.w - 1) / WR_TILE; tx++) {
      tiles++;
      changed +=
          wr_damage_in_tile(damage, tx, ty, &within) && wr_tile_diff(shown, p, &within, &differs);
    }
  return WAKING_PART * changed >= tiles;
}

void wr_rest_wake(struct wr_motion *m, const struct wr_damage *damage,
                  const struct wr_picture *shown, const struct wr_picture *p) {
  for (int i = 0; i < WR_STREAMS; i++) {
    struct wr_stream *s = &m->streams[i];
    s->sleeps = wr_motion_rested(s) && !goes_on(s, damage, shown, p);
  }
}

/* What of the copy lands in the rectangle. */
static bool part_in(struct wr_copy *c, const struct wr_rect *r) {
  struct wr_rect part = {c->dx - r->x, c->dy - r->y, c->w, c->h};
  if (!wr_rect_clip(&part, r->w, r->h))
    return false;
  const int32_t x = r->x + part.x, y = r->y + part.y;
  *c = (struct wr_copy){c->sx + x - c->dx, c->sy + y - c->dy, x, y, part.w, part.h};
  return true;
}

static bool is_over(const struct wr_stream *s, const struct wr_picture *shown,
                    const struct wr_picture *p, struct wr_copy copy) {
  return part_in(&copy, &s->rect) &&
         MOVED_PART * (int64_t)copy.w * copy.h >= wr_rect_area(&s->rect) &&
         wr_copy_explains(shown, p, &copy, UNEXPLAINED_PART);
}

bool wr_rest_forbids(struct wr_motion *m, const struct wr_picture *shown,
                     const struct wr_picture *p, const struct wr_copy *copy) {
  const struct wr_rect from = {copy->sx, copy->sy, copy->w, copy->h};
  if (!wr_motion_lossy_in(m, &from))
    return false;
  for (int i = 0; i < WR_STREAMS; i++)
    if (m->streams[i].active && is_over(&m->streams[i], shown, p, *copy))
      m->streams[i].active = false;
  return true;
}
