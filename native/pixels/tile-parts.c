#include "tile-parts.h"
#include "boxes.h"
#include "tile.h"

#include <string.h>

/* Three regions cost about as much as that many pixels of a photograph. */
#define MIN_GAIN 24

void wr_tile_under_add(struct wr_tile_under *u, const struct wr_tile_copies *copies, int32_t slot) {
  const uint16_t name = (uint16_t)(slot + 1);
  int at = 0;
  while (at < WR_TILE_UNDER - 1 && u->slots[at] != name &&
         wr_tile_copies_of(copies, u->slots[at] - 1))
    at++;
  memmove(u->slots + 1, u->slots, (size_t)at * sizeof *u->slots);
  u->slots[0] = name;
}

static bool is_column(const struct wr_tile_copy *copy, const struct wr_picture *p,
                      const struct wr_rect *tile, const struct wr_rect *r, int32_t x) {
  const uint32_t *a = copy->pixels + (r->y - tile->y) * copy->w + x - tile->x;
  for (int32_t y = r->y; y < r->y + r->h; y++, a += copy->w)
    if ((*a ^ *wr_picture_at(p, x, y)) & WR_PIXEL_RGB)
      return false;
  return true;
}

static bool is_row(const struct wr_tile_copy *copy, const struct wr_picture *p,
                   const struct wr_rect *tile, const struct wr_rect *r, int32_t y) {
  const uint32_t *a = copy->pixels + (y - tile->y) * copy->w + r->x - tile->x;
  return !wr_row_differences(a, wr_picture_at(p, r->x, y), r->w);
}

/* What comes back reaches one of the edges of what changed, all along. */
static bool has_edge(const struct wr_tile_copy *copy, const struct wr_picture *p,
                     const struct wr_rect *tile, const struct wr_rect *changed) {
  return is_row(copy, p, tile, changed, changed->y) ||
         is_row(copy, p, tile, changed, changed->y + changed->h - 1) ||
         is_column(copy, p, tile, changed, changed->x) ||
         is_column(copy, p, tile, changed, changed->x + changed->w - 1);
}

/* The smallest rectangle that holds all in which p is not as the copy has it. */
static struct wr_rect what_covers(const struct wr_tile_copy *copy, const struct wr_picture *p,
                                  const struct wr_rect *tile) {
  int32_t x0 = tile->w, x1 = 0, y0 = tile->h, y1 = 0;
  for (int32_t y = 0; y < tile->h; y++) {
    const uint32_t *a = copy->pixels + y * copy->w, *b = wr_picture_at(p, tile->x, tile->y + y);
    if (!wr_row_differences(a, b, tile->w))
      continue;
    y0 = y < y0 ? y : y0;
    y1 = y + 1;
    int32_t left = 0, right = tile->w;
    while (left < x0 && !((a[left] ^ b[left]) & WR_PIXEL_RGB))
      left++;
    while (right > x1 && !((a[right - 1] ^ b[right - 1]) & WR_PIXEL_RGB))
      right--;
    x0 = left < x0 ? left : x0;
    x1 = right > x1 ? right : x1;
  }
  if (y1 == 0)
    return (struct wr_rect){0, 0, 0, 0};
  return (struct wr_rect){tile->x + x0, tile->y + y0, x1 - x0, y1 - y0};
}

static int32_t differences(const struct wr_picture *shown, const struct wr_picture *p,
                           const struct wr_rect *r) {
  int32_t count = 0;
  for (int32_t y = r->y; y < r->y + r->h && r->w > 0; y++)
    count +=
        (int32_t)wr_row_differences(wr_picture_at(shown, r->x, y), wr_picture_at(p, r->x, y), r->w);
  return count;
}

static int32_t gain(const struct wr_picture *shown, const struct wr_picture *p,
                    const struct wr_rect *changed, const struct wr_rect *over) {
  struct wr_rect beside[WR_BESIDE];
  int32_t count = 0;
  if (over->w == 0)
    return differences(shown, p, changed);
  wr_rect_beside(changed, over, beside);
  for (int i = 0; i < WR_BESIDE; i++)
    count += differences(shown, p, &beside[i]);
  return count;
}

int32_t wr_tile_part_find(const struct wr_tile_copies *copies, const struct wr_tile_under *under,
                          const struct wr_picture *shown, const struct wr_picture *p,
                          const struct wr_rect *tile, const struct wr_rect *changed,
                          struct wr_rect *over) {
  int32_t best = MIN_GAIN - 1, slot = -1;
  for (int i = 0; i < WR_TILE_UNDER; i++) {
    const struct wr_tile_copy *copy = wr_tile_copies_of(copies, under->slots[i] - 1);
    if (!copy || copy->w != tile->w || copy->h != tile->h || !has_edge(copy, p, tile, changed))
      continue;
    const struct wr_rect covered = what_covers(copy, p, tile);
    const int32_t gained = gain(shown, p, changed, &covered);
    if (gained <= best)
      continue;
    best = gained;
    slot = copy->slot;
    *over = covered;
  }
  return slot;
}
