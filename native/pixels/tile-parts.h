/* Finds tiles that show again a part of what was covered at their place: a window moves on. */
#ifndef WR_TILE_PARTS_H
#define WR_TILE_PARTS_H

#include "tile-copies.h"

/* What was covered last at a place: slots plus one, 0 for none, the newest first. */
#define WR_TILE_UNDER 4
struct wr_tile_under {
  uint16_t slots[WR_TILE_UNDER];
};

/* Takes the place of one without a copy, or else of the oldest. */
void wr_tile_under_add(struct wr_tile_under *under, const struct wr_tile_copies *copies,
                       int32_t slot);

/* The slot whose tile explains most of what differs between what is shown and what p has within
 * `changed`, -1 when it is not worth a word. `over`: what covers a part of the tile still,
 * w = 0 for nothing; all that lies beside it is as the slot has it. */
int32_t wr_tile_part_find(const struct wr_tile_copies *copies, const struct wr_tile_under *under,
                          const struct wr_picture *shown, const struct wr_picture *p,
                          const struct wr_rect *tile, const struct wr_rect *changed,
                          struct wr_rect *over);

#endif
