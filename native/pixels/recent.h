/* Where small boxes were drawn lately: what is drawn again may be copied from there. */
#ifndef WR_RECENT_H
#define WR_RECENT_H

#include "picture.h"

#define WR_RECENT_PLACES 1024

struct wr_recent {
  struct wr_recent_place {
    uint32_t hash;
    struct wr_rect rect;
  } places[WR_RECENT_PLACES];
};

/* A place that still shows what p has within r; verified pixel by pixel. */
bool wr_recent_find(const struct wr_recent *recent, const struct wr_picture *shown,
                    const struct wr_picture *p, const struct wr_rect *r, struct wr_rect *from);

/* p is drawn within r. */
void wr_recent_put(struct wr_recent *recent, const struct wr_picture *p, const struct wr_rect *r);

#endif
