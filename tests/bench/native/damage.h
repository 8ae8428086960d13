#pragma once
#include <stddef.h>
#include "canvas.h"

#define WR_DAMAGE_MAX 8

/** What changed since the last frame; beyond the maximum, rects grow into the last one. */
struct wr_damage {
  size_t count;
  struct wr_rect rects[WR_DAMAGE_MAX];
};

struct wr_rect wr_damage_union(struct wr_rect a, struct wr_rect b);

void wr_damage_add(struct wr_damage *damage, struct wr_rect rect);
