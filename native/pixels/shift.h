/* Finds by how much content moved in both directions at once: a window that an application draws at
 * another place, a map that is dragged. */
#ifndef WR_SHIFT_H
#define WR_SHIFT_H

#include "anchors.h"

/* What is at (x, y) was at (x + dx, y + dy); rows in which that was seen. */
struct wr_shift {
  int32_t dx, dy, first, last;
};

struct wr_shifts {
  struct wr_anchor *anchors;
  struct wr_shift_slot {
    struct wr_anchor anchor;
    int32_t seen; /* 0: free; more than once: tells nothing */
  } * slots;
  struct wr_shift_vote {
    struct wr_shift shift;
    int32_t count; /* 0: free */
  } * votes;
};

/* Call finish after a failure, too. */
bool wr_shifts_init(struct wr_shifts *shifts);
void wr_shifts_finish(struct wr_shifts *shifts);

/* The shift of most of what moved within the rectangle, in which about that many pixels changed; a
 * guess from some of it. */
bool wr_shifts_find(struct wr_shifts *shifts, const struct wr_picture *shown,
                    const struct wr_picture *wanted, const struct wr_rect *r, int64_t changed,
                    struct wr_shift *shift);

#endif
