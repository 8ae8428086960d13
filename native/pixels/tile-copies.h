/* The pixels of some of the tiles that a terminal keeps, those covered last: parts of them can be
 * found again exactly, which a tile's sums cannot tell. */
#ifndef WR_TILE_COPIES_H
#define WR_TILE_COPIES_H

#include "picture.h"

/* 6 MiB. */
#define WR_TILE_COPIES 384

struct wr_tile_copy {
  uint32_t *pixels; /* rows of w without padding; room for a whole tile */
  int32_t slot;     /* -1: none */
  int32_t w, h;
  uint32_t put; /* grows */
};

struct wr_tile_copies {
  int32_t slots;
  int16_t *where; /* by slot, -1: nowhere */
  uint32_t puts;
  int32_t count;
  struct wr_tile_copy items[WR_TILE_COPIES];
};

/* Empty, for that many slots. Without memory there are none. */
void wr_tile_copies_begin(struct wr_tile_copies *copies, int32_t slots);
void wr_tile_copies_finish(struct wr_tile_copies *copies);

/* The slot keeps what p shows there; takes the place of the copy that was put first. */
void wr_tile_copies_put(struct wr_tile_copies *copies, int32_t slot, const struct wr_picture *p,
                        const struct wr_rect *tile);
/* The slot keeps something else from now on. */
void wr_tile_copies_drop(struct wr_tile_copies *copies, int32_t slot);

/* NULL: there is none. */
const struct wr_tile_copy *wr_tile_copies_of(const struct wr_tile_copies *copies, int32_t slot);

#endif
