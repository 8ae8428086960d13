#include "damage.h"

static int32_t max32(int32_t a, int32_t b) { return a > b ? a : b; }
static int32_t min32(int32_t a, int32_t b) { return a < b ? a : b; }

struct wr_rect wr_damage_union(struct wr_rect a, struct wr_rect b) {
  if (a.width <= 0 || a.height <= 0)
    return b;
  if (b.width <= 0 || b.height <= 0)
    return a;
  int32_t left = min32(a.x, b.x), top = min32(a.y, b.y);
  int32_t right = max32(a.x + a.width, b.x + b.width);
  int32_t bottom = max32(a.y + a.height, b.y + b.height);
  return (struct wr_rect){left, top, right - left, bottom - top};
}

void wr_damage_add(struct wr_damage *damage, struct wr_rect rect) {
  if (damage->count < WR_DAMAGE_MAX) {
    damage->rects[damage->count++] = rect;
    return;
  }
  struct wr_rect *last = &damage->rects[WR_DAMAGE_MAX - 1];
  *last = wr_damage_union(*last, rect);
}
