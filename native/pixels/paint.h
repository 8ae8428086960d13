/* The region encodings that need no payload; encoder and decoder must do the very same. */
#ifndef WR_PAINT_H
#define WR_PAINT_H

#include "picture.h"

/* Both rectangles lie inside the picture. */
void wr_paint_solid(struct wr_picture *p, const struct wr_rect *r, uint32_t rgb);

/* Takes what another picture of the same size has there; nothing for sides of 0 or less. */
void wr_paint_from(struct wr_picture *p, const struct wr_picture *from, const struct wr_rect *r);

/* As if the source were read completely before the first pixel is written. */
void wr_paint_copy(struct wr_picture *p, int32_t sx, int32_t sy, const struct wr_rect *to);

#endif
