/* Finds content that an application moved inside its own surface, from the pixels alone. */
#ifndef WR_SCROLL_H
#define WR_SCROLL_H

#include "region.h"
#include "shift.h"

struct wr_scroll {
  uint32_t *old_hashes, *new_hashes; /* of the lines of one strip */
  int32_t *gains;
  struct wr_scroll_slot {
    uint32_t hash;
    int32_t line; /* the shown line plus 1; 0 free, -1 more than one line has this hash */
  } * slots;
  int slot_bits;
  struct wr_scroll_vote {
    int32_t count, first, last; /* lines that agree on this shift, and the span they lie in */
  } * votes;
  struct wr_shifts shifts;
  uint32_t misses;     /* changed frames in a row without scrolling */
  struct wr_copy last; /* found */
  bool lasts;          /* and may go on in the next frame */
};

/* For pictures of that size. Call finish after a failure, too. */
bool wr_scroll_init(struct wr_scroll *scroll, int32_t width, int32_t height);
void wr_scroll_finish(struct wr_scroll *scroll);

/* Of what differs within the damage and can be explained by a move, the move that explains most; it
 * leaves at most half of what differs where it goes. A guess from samples. Source and destination
 * lie inside the picture. */
bool wr_scroll_find(struct wr_scroll *scroll, const struct wr_picture *shown,
                    const struct wr_picture *wanted, const struct wr_rect *damage,
                    struct wr_copy *copy);

/* The move found last once more, without a search; false when it does not explain as much. */
bool wr_scroll_again(struct wr_scroll *scroll, const struct wr_picture *shown,
                     const struct wr_picture *wanted, const struct wr_rect *damage,
                     struct wr_copy *copy);

#endif
