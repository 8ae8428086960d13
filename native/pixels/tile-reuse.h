/* Decides which tiles a terminal is to keep, and which it has. */
#ifndef WR_TILE_REUSE_H
#define WR_TILE_REUSE_H

#include "tile-cache.h"

struct wr_tile_reuse {
  struct wr_tile_cache cache;
  int32_t across;
  struct wr_tile_run {
    uint32_t frame;  /* of the last large change */
    uint32_t length; /* large changes into what is not kept */
  } * runs;
  /* Tiles of the row that is looked at which the terminal has. */
  struct wr_reused_tile {
    struct wr_rect rect;
    int32_t slot;
  } * row;
  int32_t count;
};

bool wr_tile_reuse_init(struct wr_tile_reuse *reuse, int32_t across, int32_t down);
void wr_tile_reuse_finish(struct wr_tile_reuse *reuse);
/* The terminal keeps nothing yet, and at most that many tiles. */
void wr_tile_reuse_begin(struct wr_tile_reuse *reuse, int32_t tiles);

/* Whether it is worth a look. */
bool wr_tile_reuse_wanted(struct wr_tile_reuse *reuse, int32_t tx, int32_t ty,
                          const struct wr_rect *changed);

/* A slot in which the terminal is to keep the tile as it shows it; -1: it has it, or need not. */
int32_t wr_tile_reuse_keep(struct wr_tile_reuse *reuse, const struct wr_picture *shown,
                           const struct wr_rect *tile);

/* The slot that has the tile; -1: none, or one colour says it. */
int32_t wr_tile_reuse_find(struct wr_tile_reuse *reuse, const struct wr_picture *p,
                           const struct wr_rect *tile);

#endif
