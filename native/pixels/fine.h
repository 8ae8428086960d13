/* Small changes (a letter, a cursor) in a few bytes: pixel by pixel, each told from its neighbours.
 *
 * For a region, rows from the top, pixels 0xRRGGBB from the left. X is the next pixel; W, N, NW,
 * NE, WW its neighbours in the picture as it is by then, O what is at its place before the region,
 * OW and ON what was left of that and above it. What lies outside of the picture is 0. Choices,
 * each by wr_bits_code with the chance that its context numbers (see fine.c):
 *
 *   X = W?   X = N?   X = O?   X = NE?     a question is left out whose pixel was asked for before
 *   otherwise X's green, bit by bit from the top; then whether X is the colour of that green that
 *   was told last (at first the grey); otherwise blue and red, each less green modulo 256, bit by
 * bit.
 *
 * What was learned goes on from region to region and from update to update. So that both sides know
 * the same, an update begins with a choice of the fixed chance 64/65536: 1 forgets everything. */
#ifndef WR_FINE_H
#define WR_FINE_H

#include "bits.h"
#include "picture.h"

struct wr_fine_model {
  struct wr_chance left[256], above[32], before[8], corner[4];
  struct wr_chance green[2][256], known[2], blue[256], red[256];
  uint32_t by_green[256];
};

struct wr_fine {
  struct wr_fine_model model;
  struct wr_bits bits;
  uint32_t *rows; /* around the row that is coded */
  int32_t width;  /* that they serve */
};

void wr_fine_finish(struct wr_fine *fine);
/* Overwrites what was learned and the pixels that it holds. */
void wr_fine_forget(struct wr_fine *fine);
/* Nothing is learned yet. */
void wr_fine_init(struct wr_fine *fine);
/* Begins an update. Writes whether everything is forgotten, or reads it. */
void wr_fine_begin(struct wr_fine *fine, bool anew);
/* Room for regions of that width; false without memory. */
bool wr_fine_reserve(struct wr_fine *fine, int32_t width);

/* The region lies inside the picture; room was reserved. `wanted` has the same size as `shown` and
 * is what is written; NULL: reads. Either way `shown` shows the region afterwards. */
void wr_fine_code(struct wr_fine *fine, struct wr_picture *shown, const struct wr_rect *r,
                  const struct wr_picture *wanted);

#endif
