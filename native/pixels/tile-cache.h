/* The server's account of the tiles that a terminal keeps: which is in which slot, and which was of
 * no use for longest. Pixels are not kept here: a tile is known by keyed sums whose key
 * nobody else has, so that no application can make two tiles that look the same to it. */
#ifndef WR_TILE_CACHE_H
#define WR_TILE_CACHE_H

#include "tile.h"

#define WR_CACHE_MAX_SLOTS 4096
#define WR_TILE_SUMS 4

struct wr_tile_name {
  uint64_t sums[WR_TILE_SUMS];
  int32_t w, h;
};

struct wr_tile_cache {
  int32_t slots; /* 0: there is none */
  int32_t used;
  uint32_t frame; /* to be counted up: what one frame uses stays until its end */
  uint32_t *key;
  struct wr_cache_slot *items;
  int32_t *heads; /* by hash */
  int32_t newest, oldest;
};

/* Empty, with that many slots; memory for them is taken here. False without memory: none then. */
bool wr_tile_cache_begin(struct wr_tile_cache *cache, int32_t slots);
void wr_tile_cache_finish(struct wr_tile_cache *cache);

/* m: the pixels of a whole tile, key: two words more per sum. */
void wr_tile_sums(const uint32_t *m, const uint32_t *key, uint64_t *sums);

struct wr_tile_name wr_tile_cache_name(const struct wr_tile_cache *cache,
                                       const struct wr_picture *p, const struct wr_rect *tile);

/* The slot that has it, which is of use again; -1 when there is none. */
int32_t wr_tile_cache_find(struct wr_tile_cache *cache, const struct wr_tile_name *name);

/* The slot is of use again. */
void wr_tile_cache_touch(struct wr_tile_cache *cache, int32_t slot);

/* A slot for what is not there yet; the oldest one's tile is forgotten when all are taken. -1: this
 * frame needs them all. */
int32_t wr_tile_cache_put(struct wr_tile_cache *cache, const struct wr_tile_name *name);

#endif
