/* A tile amid a film that plays. That it moves on is seen in a few of its rows, and only those are
 * kept of the picture that it shows: to compare and to copy all of a film for each of its pictures
 * takes more time than to find what else there is. */
#ifndef WR_FILM_TILE_H
#define WR_FILM_TILE_H

#include "motion.h"

struct wr_film_tile {
  struct wr_picture *shown; /* what the terminal shows, or should where that is lossy */
  const struct wr_picture *wanted;
  int32_t tx, ty;
  bool few_rows; /* are enough, if they say that it moves */
};

/* Like wr_tile_diff. Where not all is kept of what the tile shows, all of it has changed. */
bool wr_film_tile_differs(struct wr_motion *motion, const struct wr_film_tile *tile,
                          const struct wr_rect *within, struct wr_rect *changed);

/* Video shows the part from now on, or goes on to, as was just found. */
void wr_film_tile_leave(struct wr_motion *motion, const struct wr_film_tile *tile,
                        const struct wr_rect *part);

#endif
