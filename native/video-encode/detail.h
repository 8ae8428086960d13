/* The chroma that 4:2:0 loses: see chroma-detail.h. */
#ifndef WR_DETAIL_H
#define WR_DETAIL_H

#include "yuv.h"

/* Writes the detail of the part of `p` at (x, y) as a picture of out's size. What lies outside of
 * the picture repeats its edge. False when memory is short. */
bool wr_detail_from_picture(const struct wr_picture *p, int32_t x, int32_t y, struct wr_yuv *out);

/* How many of 1000 blocks have detail that a person would miss; looks at every 32nd row of blocks
 * of that part, beginning with the one that `turn` says. */
int32_t wr_detail_share(const struct wr_picture *p, int32_t x, int32_t y, int32_t width,
                        int32_t height, uint32_t turn);

#endif
