/* Samples that a video decoder gives to pixels. */
#ifndef WR_RGB_H
#define WR_RGB_H

#include "picture.h"

struct wr_samples {
  const uint8_t *y, *u, *v;
  int y_stride, chroma_stride;
  int32_t width, height;
  bool limited, full_chroma; /* 4:4:4 instead of 4:2:0 */
  bool together;             /* NV12: u and v take turns, and v is u + 1 */
};

/* BT.709 samples to width*height pixels. Chroma of 4:2:0 lies amid its four pixels and is
 * interpolated between them. */
void wr_rgb_from_samples(const struct wr_samples *in, uint32_t *pixels);

/* The same of 4:2:0 samples and of the picture of what they lose, of the same size and 4:2:0, too:
 * see chroma-detail.h. */
void wr_rgb_with_detail(const struct wr_samples *in, const struct wr_samples *detail,
                        uint32_t *pixels);

#endif
