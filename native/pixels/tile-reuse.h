/* Decides which tiles a terminal is to keep, and which it has. */
#ifndef WR_TILE_REUSE_H
#define WR_TILE_REUSE_H

#include "region.h"
#include "tile-cache.h"
#include "tile-parts.h"

struct wr_tile_reuse {
  struct wr_tile_cache cache;
  struct wr_tile_copies copies;
  int32_t across, down;
  struct wr_tile_under *under; /* by place */
  int32_t scratch;             /* first of a row of slots for what covers parts; -1: none */
  bool copied;                 /* something was, in this frame */
  bool anew;                   /* the terminal has begun to keep in this frame */
  int32_t parts_left, spare;   /* parts and needless regions that this frame may have */
  struct wr_tile_run {
    uint32_t frame;  /* of the last large change */
    uint32_t length; /* large changes into what is not kept */
  } * runs;
  /* Tiles of the row that is looked at which the terminal has. */
  struct wr_reused_tile {
    struct wr_rect rect;
    int32_t slot;
    struct wr_rect over; /* covers a part of it; w = 0: nothing does */
  } * row;
  int32_t count;
};

bool wr_tile_reuse_init(struct wr_tile_reuse *reuse, int32_t across, int32_t down);
void wr_tile_reuse_finish(struct wr_tile_reuse *reuse);
/* The terminal keeps nothing yet, and at most that many tiles. */
void wr_tile_reuse_begin(struct wr_tile_reuse *reuse, int32_t tiles);

/* Another frame begins. */
void wr_tile_reuse_frame(struct wr_tile_reuse *reuse);

/* Whether it is worth a look. */
bool wr_tile_reuse_wanted(struct wr_tile_reuse *reuse, int32_t tx, int32_t ty,
                          const struct wr_rect *changed);

/* A slot in which the terminal is to keep the tile as it shows it; -1: it has it, or need not. */
int32_t wr_tile_reuse_keep(struct wr_tile_reuse *reuse, const struct wr_picture *shown,
                           const struct wr_rect *tile);

/* The slot that has the tile; -1: none, or one colour says it. */
int32_t wr_tile_reuse_find(struct wr_tile_reuse *reuse, const struct wr_picture *p,
                           const struct wr_rect *tile);

/* Adds the tile to the row when the terminal has what it shows beside something that covers it
 * still. NULL: it does not, or pixels are cheaper. */
const struct wr_reused_tile *wr_tile_reuse_part(struct wr_tile_reuse *reuse,
                                                const struct wr_picture *shown,
                                                const struct wr_picture *p,
                                                const struct wr_rect *tile,
                                                const struct wr_rect *changed);

/* Regions that keep what a copy is about to cover, of tiles that none of it covers yet. */
void wr_tile_reuse_cover(struct wr_tile_reuse *reuse, const struct wr_picture *shown,
                         const struct wr_rect *from, const struct wr_rect *to,
                         struct wr_region *regions, size_t *count);

/* A region for a row of tiles is far smaller than one for each. */
void wr_tile_row_add(struct wr_region *regions, size_t *count, int32_t encoding,
                     const struct wr_rect *r, int32_t slot);

/* Regions that show the row, which ends; to come after those that keep what they cover. */
void wr_tile_reuse_show(struct wr_tile_reuse *reuse, struct wr_region *regions, size_t *count);

#endif
