#ifndef WR_BACKGROUND_H
#define WR_BACKGROUND_H

#include "picture.h"

/* The colour that most of a coarse grid of samples have, 0xRRGGBB: one solid region then paints
 * most of a desktop, and the rest of a key frame is an ordinary difference to it. */
uint32_t wr_background_of(const struct wr_picture *p);

#endif
