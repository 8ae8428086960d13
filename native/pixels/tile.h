/* Kernels over one tile or one rectangle: compare, bound, hash, count. AVX2 where the CPU has it.
 */
#ifndef WR_TILE_H
#define WR_TILE_H

#include "picture.h"

#define WR_TILE 64

static inline int32_t wr_tiles_across(int32_t side) { return (side + WR_TILE - 1) / WR_TILE; }

/* The smallest rectangle inside `within` that holds every pixel in which a and b differ.
 * Both pictures have the same size. False when there is none. */
bool wr_tile_diff(const struct wr_picture *a, const struct wr_picture *b,
                  const struct wr_rect *within, struct wr_rect *changed);

/* The hash of one tile as docs of checksum.h define it. */
uint32_t wr_tile_hash(const struct wr_picture *p, const struct wr_rect *tile);

#define WR_TILES_AT_ONCE 4
/* The hashes of as many tiles of one size, WR_TILE wide: sooner than one after the other. */
void wr_tile_hashes(const struct wr_picture *p, const struct wr_rect *tiles, uint32_t *hashes);

/* Whether the rectangle has one colour; gives it as 0xRRGGBB. */
bool wr_tile_solid(const struct wr_picture *p, const struct wr_rect *r, uint32_t *rgb);

/* Pixels in which n pixels at a and at b differ. */
uint32_t wr_row_differences(const uint32_t *a, const uint32_t *b, int32_t n);

/* Places where a pixel differs from its left neighbour: the cost of a run-length view of the
 * rectangle, for the picture itself and for its XOR with `base`. */
void wr_tile_breaks(const struct wr_picture *p, const struct wr_picture *base,
                    const struct wr_rect *r, uint32_t *plain, uint32_t *delta);

/* Pixels of the colour of the four to their left. */
uint32_t wr_tile_runs(const struct wr_picture *p, const struct wr_rect *r);

#endif
