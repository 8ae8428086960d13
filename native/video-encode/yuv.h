/* Pixels to the samples that a video encoder takes. */
#ifndef WR_YUV_H
#define WR_YUV_H

#include "picture.h"

/* Planes of BT.709 samples, full range, each chroma sample the mean of four pixels. */
struct wr_yuv {
  uint8_t *y, *u, *v;
  int32_t width, height; /* even */
};

/* Converts the part of `p` at (x, y). What lies outside of the picture repeats its edge; at least
 * one pixel lies inside. */
void wr_yuv_from_picture(const struct wr_picture *p, int32_t x, int32_t y, struct wr_yuv *out);

#endif
