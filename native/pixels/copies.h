/* Whether a move of pixels is possible, and worth more than sending them. */
#ifndef WR_COPIES_H
#define WR_COPIES_H

#include "region.h"

/* Clips a copy so that source and destination lie inside; a clipped edge moves both. False when
 * nothing is left, or nothing moves. Safe for any six numbers. */
bool wr_copy_clip(struct wr_copy *copy, int32_t width, int32_t height);

/* A copy is judged on one of so many rows; of a high one they are no multiple of a line's height,
 * so as not to see the gaps between lines alone. */
static inline int32_t wr_copy_sample_rows(const struct wr_copy *copy) {
  return copy->h < 256 ? 4 : copy->h < 512 ? 8 : 13;
}

/* Whether it brings what is shown nearer to p. The copy lies inside. */
bool wr_copy_helps(const struct wr_picture *shown, const struct wr_picture *p,
                   const struct wr_copy *copy);

/* Whether it helps and leaves at most one of `share` pixels that differ there to be sent: what a
 * guess has to do, since it also moves pixels to where nothing changed, and spoils what a menu or a
 * kept tile would cost. */
bool wr_copy_explains(const struct wr_picture *shown, const struct wr_picture *p,
                      const struct wr_copy *copy, int share);

/* The damage's bounding box within p, without small changes far from large ones; false when there
 * is too little to look for moves in. */
bool wr_damage_is_large(const struct wr_rect *damage, size_t count, const struct wr_picture *p,
                        struct wr_rect *bounds);

#endif
