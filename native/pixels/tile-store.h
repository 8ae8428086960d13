/* The tiles that a terminal keeps. Every number comes from a server and is checked: an update that
 * is refused leaves the store as it was, and it never holds more than it was made for. */
#ifndef WR_TILE_STORE_H
#define WR_TILE_STORE_H

#include "region.h"

struct wr_tile_store {
  int32_t slots;
  struct wr_stored_tile {
    uint32_t *pixels; /* room for a whole tile; NULL before the first one */
    uint8_t w, h;     /* 0: nothing is stored */
    uint8_t planned_w, planned_h;
  } * tiles;
};

/* False without memory for the list; tiles take theirs as they come. */
bool wr_tile_store_init(struct wr_tile_store *store, int32_t slots);
void wr_tile_store_finish(struct wr_tile_store *store);
/* Overwrites all that is stored and lets go of it. */
void wr_tile_store_forget(struct wr_tile_store *store);

/* To be asked for each KEEP and KEPT of an update in order, before anything of it is painted.
 * Returns why not, or NULL. */
const char *wr_tile_store_plan(struct wr_tile_store *store, const struct wr_region *region);
/* The update is refused after all: takes back what was planned for these regions. */
void wr_tile_store_unplan(struct wr_tile_store *store, const struct wr_region *regions,
                          size_t count);
/* As planned. */
void wr_tile_store_keep(struct wr_tile_store *store, const struct wr_picture *p,
                        const struct wr_region *region);
void wr_tile_store_paint(const struct wr_tile_store *store, struct wr_picture *p,
                         const struct wr_region *region);

#endif
