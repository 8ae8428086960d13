/* How the pixels of one region lie in the payload.
 *
 * A region of n = w*h pixels takes 3n bytes: n bytes of green, then n of blue, then n of red, rows
 * from the top. Green is as is. Blue and red are stored as the difference (modulo 256) to a
 * prediction from green along the line between two colours a and b (0xRRGGBB):
 *
 *   d = b.green - a.green
 *   d = 0:  predicted(channel) = green
 *   else:   predicted(channel) = a.channel + floor((2 t + d) / (2 d)) modulo 256
 *           with t = (green - a.green) * (b.channel - a.channel)
 *
 * Text is a blend of two colours, greys lie on the line black-white: their differences are zero
 * nearly everywhere, which halves what zstd has to code and the time that it takes.
 * A region of encoding DELTA goes through the same after XOR with the picture. */
#ifndef WR_PLANES_H
#define WR_PLANES_H

#include "region.h"

#define WR_LINE_BLACK 0x000000
#define WR_LINE_WHITE 0xffffff

/* Writes 3*w*h bytes. `base` is read for DELTA only. The region lies inside both pictures. */
void wr_planes_pack(const struct wr_region *r, const struct wr_picture *p,
                    const struct wr_picture *base, uint8_t *out);

/* Reads 3*w*h bytes and changes the picture inside the region. */
void wr_planes_unpack(const struct wr_region *r, const uint8_t *in, struct wr_picture *p);

/* Sets the region's a and b: the line that leaves the fewest differences among two candidates. */
void wr_planes_choose_line(struct wr_region *r, const struct wr_picture *p);

#endif
