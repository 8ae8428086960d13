/* Films that have rested, or are none any more: what changes where they were is judged anew. */
#ifndef WR_REST_H
#define WR_REST_H

#include "copies.h"
#include "damage.h"
#include "motion.h"

/* Each film that has rested goes on where enough of it changes at once, and sleeps otherwise. After
 * the copies, as those are no motion of a film. */
void wr_rest_wake(struct wr_motion *motion, const struct wr_damage *damage,
                  const struct wr_picture *shown, const struct wr_picture *p);

/* Whether the copy cannot be made because something of it is lossy. Where it explains most of what
 * changes in a film, the film ends: as long as it is held for one, nothing can be copied. */
bool wr_rest_forbids(struct wr_motion *motion, const struct wr_picture *shown,
                     const struct wr_picture *p, const struct wr_copy *copy);

#endif
