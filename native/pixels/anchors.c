#include "anchors.h"
#include "dispatch.h"
#include "tile.h"

#include "checksum.h"

/* Places that are looked at one by one when any of them is an anchor. */
#define GROUP 32
/* Pixels that say whether a place is one: even two colours have patterns enough in so many. */
#define REACH 8
#define PAIRS (GROUP + REACH)
#define PIXELS (PAIRS + 1)
#define ROW_ANCHORS_MAX 1024
#define PATCH_WIDTH 16
#define PATCH_HEIGHT 8

/* pairs[i] tells the pixels i and i + 1. */
WR_KERNEL void mix_pairs(const uint32_t *pixels, uint32_t *pairs) {
  for (int32_t x = 0; x < PAIRS; x += WR_LANES) {
    wr_lanes a, b;
    wr_lanes_load(&a, pixels + x);
    wr_lanes_load(&b, pixels + x + 1);
    a = (a & WR_PIXEL_RGB) * WR_HASH_SEED + (b & WR_PIXEL_RGB) * WR_HASH_FOLD;
    memcpy(pairs + x, &a, sizeof a);
  }
}

WR_KERNEL bool any_lane(const wr_lanes *v) {
  uint64_t parts[sizeof *v / 8], any = 0;
  memcpy(parts, v, sizeof parts);
  for (size_t i = 0; i < sizeof *v / 8; i++)
    any |= parts[i];
  return any != 0;
}

/* Sets marks[i] where a place is an anchor; false when none of the group is. */
WR_KERNEL bool mark_group(const uint32_t *pixels, int rarity, uint32_t *marks) {
  uint32_t pairs[PAIRS];
  wr_lanes all = {0};
  mix_pairs(pixels, pairs);
  for (int32_t x = 0; x < GROUP; x += WR_LANES) {
    wr_lanes a, b, sum, p;
    wr_lanes_load(&a, pixels + x);
    wr_lanes_load(&b, pixels + x + 1);
    wr_lanes_load(&sum, pairs + x);
    for (int i = 2; i < REACH; i += 2) {
      wr_lanes_load(&p, pairs + x + i);
      sum += p << 3 * i | p >> (32 - 3 * i);
    }
    a = (wr_lanes)(((a ^ b) & WR_PIXEL_RGB) != 0) & (wr_lanes)(sum >> (32 - rarity) == 0);
    all |= a;
    memcpy(marks + x, &a, sizeof a);
  }
  return any_lane(&all);
}

WR_KERNEL bool is_same(const uint32_t *pixels, const uint32_t *other) {
  wr_lanes all = {0}, a, b;
  for (int32_t x = 0; x < GROUP; x += WR_LANES) {
    wr_lanes_load(&a, pixels + x);
    wr_lanes_load(&b, other + x);
    all |= (a ^ b) & WR_PIXEL_RGB;
  }
  return !any_lane(&all);
}

/* Places 0 to n - 1 of a row with room for the width of an anchor behind each; returns how many. */
WR_KERNEL int32_t find_in_row(const uint32_t *row, const uint32_t *other, int32_t n, int rarity,
                              uint16_t *places) {
  uint32_t marks[GROUP], rest[PIXELS];
  int32_t count = 0;
  for (int32_t x = 0; x < n; x += GROUP) {
    const uint32_t *pixels = row + x;
    const int32_t left = n + WR_ANCHOR_WIDTH - 1 - x;
    if (left >= PIXELS && is_same(pixels, other + x))
      continue;
    if (left < PIXELS) {
      for (int32_t i = 0; i < PIXELS; i++)
        rest[i] = pixels[i < left ? i : left - 1];
      pixels = rest;
    }
    if (!mark_group(pixels, rarity, marks))
      continue;
    for (int32_t i = 0; i < GROUP && x + i < n && count < ROW_ANCHORS_MAX; i++)
      if (marks[i])
        places[count++] = (uint16_t)(x + i);
  }
  return count;
}

/* Two patches, one below the other's corner: lines of text have many parts in common, and so have
 * columns, but seldom both. */
static uint32_t name_of(const struct wr_picture *p, int32_t x, int32_t y) {
  const struct wr_rect one = {x, y, PATCH_WIDTH, PATCH_HEIGHT};
  const struct wr_rect other = {x + WR_ANCHOR_WIDTH - PATCH_WIDTH,
                                y + WR_ANCHOR_HEIGHT - PATCH_HEIGHT, PATCH_WIDTH, PATCH_HEIGHT};
  return wr_tile_hash(p, &one) * WR_HASH_SEED + wr_tile_hash(p, &other);
}

WR_KERNEL size_t find(const struct wr_picture *p, const struct wr_picture *other,
                      const struct wr_rect *r, int32_t step, int rarity, struct wr_anchor *anchors,
                      size_t limit) {
  uint16_t places[ROW_ANCHORS_MAX];
  const int32_t n = r->w - WR_ANCHOR_WIDTH + 1;
  size_t count = 0;
  for (int32_t y = r->y; n > 0 && y + WR_ANCHOR_HEIGHT <= r->y + r->h; y += step) {
    const int32_t found =
        find_in_row(wr_picture_at(p, r->x, y), wr_picture_at(other, r->x, y), n, rarity, places);
    for (int32_t i = 0; i < found; i++) {
      const int32_t x = r->x + places[i];
      if (count == limit)
        return count;
      anchors[count++] = (struct wr_anchor){name_of(p, x, y), (uint16_t)x, (uint16_t)y};
    }
  }
  return count;
}

WR_DISPATCH(size_t, wr_anchors_find, find,
            (const struct wr_picture *p, const struct wr_picture *other, const struct wr_rect *r,
             int32_t step, int rarity, struct wr_anchor *anchors, size_t limit),
            (p, other, r, step, rarity, anchors, limit))
