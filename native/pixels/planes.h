/* How the pixels of one region lie in the payload.
 *
 * A region of n = w*h pixels takes 3n bytes: n bytes of green, then n of blue, then n of red, rows
 * from the top. Green is as is. Blue and red are stored as the difference (modulo 256) to a
 * prediction from green. PIXELS and DELTA predict green itself: greys leave zeros. TINTED predicts
 * the colour with that green on the line between two colours a and b:
 *
 *   d = b.green - a.green
 *   d = 0:  predicted(channel) = green
 *   else:   predicted(channel) = a.channel + floor((2 t + d) / (2 d)) modulo 256
 *           with t = (green - a.green) * (b.channel - a.channel)
 *
 * With a = b there is no line: the region is GRADED, which terminals say that they read. Each plane
 * is that of PIXELS, and each value of it the difference (modulo 256) to the one on its left in the
 * region, the first of a row to the first of the row above, that of the first row to 0. What
 * changes a little from pixel to pixel leaves small numbers.
 *
 * Text is a blend of two colours, so the differences are zero nearly everywhere, which halves what
 * zstd has to code and the time that it takes. DELTA is XORed with the picture first. */
#ifndef WR_PLANES_H
#define WR_PLANES_H

#include "region.h"

/* Writes 3*w*h bytes. `base` is read for DELTA only. The region lies inside both pictures. */
void wr_planes_pack(const struct wr_region *r, const struct wr_picture *p,
                    const struct wr_picture *base, uint8_t *out);

/* Reads 3*w*h bytes and changes the picture inside the region. */
void wr_planes_unpack(const struct wr_region *r, const uint8_t *in, struct wr_picture *p);

/* Turns a region of PIXELS or DELTA into a GRADED one, or else one of PIXELS into TINTED where the
 * line leaves fewer differences than grey does. */
void wr_planes_predict(struct wr_region *r, const struct wr_picture *p, bool gradual);

/* Whether GRADED suits these pixels: they differ from each other, and little. */
bool wr_planes_gradual(const struct wr_picture *p, const struct wr_rect *r);

#endif
