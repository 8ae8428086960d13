/* Places that stand out by their own pixels, not by where they are: content has the same ones
 * wherever it moved. */
#ifndef WR_ANCHORS_H
#define WR_ANCHORS_H

#include "picture.h"

/* What an anchor is named by, from its place to the right and down. */
#define WR_ANCHOR_WIDTH 32
#define WR_ANCHOR_HEIGHT 24

struct wr_anchor {
  uint32_t hash;
  uint16_t x, y;
};

/* Of the places in the rectangle, on every `step`th row, at which colours change: one of 2^rarity,
 * from the top, at most `limit`. Left out is most of what the other picture has at the same places.
 * Returns how many. */
size_t wr_anchors_find(const struct wr_picture *p, const struct wr_picture *other,
                       const struct wr_rect *r, int32_t step, int rarity, struct wr_anchor *anchors,
                       size_t limit);

#endif
