#include "lines.h"
#include "checksum.h"
#include "dispatch.h"

/* Factors without a pattern between neighbours: a plain multiple of the position would let letters
 * that trade places hash alike. */
WR_KERNEL void fill_factors(uint32_t *factors) {
  for (uint32_t i = 0; i < WR_TILE; i++) {
    uint32_t f = (i + 1) * WR_HASH_SEED;
    f = (f ^ f >> 15) * WR_HASH_FOLD;
    factors[i] = (f ^ f >> 13) | 1;
  }
}

/* A weighted sum rather than the chain of wr_tile_hash: its products do not wait for each other. */
WR_KERNEL void hash_rows(const struct wr_picture *p, const struct wr_rect *r, uint32_t *hashes) {
  uint32_t factors[WR_TILE];
  fill_factors(factors);
  for (int32_t y = 0; y < r->h; y++) {
    const uint32_t *row = wr_picture_at(p, r->x, r->y + y);
    wr_lanes sum = {0}, v, f;
    for (int32_t x = 0; x < WR_TILE; x += WR_LANES) {
      wr_lanes_load(&v, row + x);
      wr_lanes_load(&f, factors + x);
      sum += (v & WR_PIXEL_RGB) * f;
    }
    uint32_t hash = 0;
    for (int i = 0; i < WR_LANES; i++)
      hash += sum[i];
    hashes[y] = hash;
  }
}

WR_DISPATCH(void, wr_lines_hash_rows, hash_rows,
            (const struct wr_picture *p, const struct wr_rect *r, uint32_t *hashes), (p, r, hashes))

#define ROWS_AT_ONCE 4

/* Several rows for each pass over the sums, which are memory too. */
WR_KERNEL void add_rows(const uint32_t *rows, size_t stride, const uint32_t *factors, int32_t n,
                        uint32_t *hashes) {
  int32_t x = 0;
  for (; x + WR_LANES <= n; x += WR_LANES) {
    wr_lanes sum, v;
    wr_lanes_load(&sum, hashes + x);
    for (int i = 0; i < ROWS_AT_ONCE; i++) {
      wr_lanes_load(&v, rows + (size_t)i * stride + x);
      sum += (v & WR_PIXEL_RGB) * factors[i];
    }
    memcpy(hashes + x, &sum, sizeof sum);
  }
  for (; x < n; x++)
    for (int i = 0; i < ROWS_AT_ONCE; i++)
      hashes[x] += (rows[(size_t)i * stride + (size_t)x] & WR_PIXEL_RGB) * factors[i];
}

WR_KERNEL void hash_columns(const struct wr_picture *p, const struct wr_rect *r, uint32_t *hashes) {
  uint32_t factors[WR_TILE];
  fill_factors(factors);
  memset(hashes, 0, (size_t)r->w * sizeof *hashes);
  for (int32_t y = 0; y < WR_TILE; y += ROWS_AT_ONCE)
    add_rows(wr_picture_at(p, r->x, r->y + y), (size_t)p->width, factors + y, r->w, hashes);
}

WR_DISPATCH(void, wr_lines_hash_columns, hash_columns,
            (const struct wr_picture *p, const struct wr_rect *r, uint32_t *hashes), (p, r, hashes))

WR_KERNEL void column_gains(const struct wr_picture *shown, const struct wr_picture *wanted,
                            const struct wr_copy *c, int32_t step, int32_t *gains) {
  memset(gains, 0, (size_t)c->w * sizeof *gains);
  for (int32_t y = 0; y < c->h; y += step) {
    const uint32_t *want = wr_picture_at(wanted, c->dx, c->dy + y);
    const uint32_t *old = wr_picture_at(shown, c->dx, c->dy + y);
    const uint32_t *moved = wr_picture_at(shown, c->sx, c->sy + y);
    for (int32_t x = 0; x < c->w; x++)
      gains[x] +=
          (((old[x] ^ want[x]) & WR_PIXEL_RGB) != 0) - (((moved[x] ^ want[x]) & WR_PIXEL_RGB) != 0);
  }
}

WR_DISPATCH(void, wr_lines_column_gains, column_gains,
            (const struct wr_picture *shown, const struct wr_picture *wanted,
             const struct wr_copy *copy, int32_t step, int32_t *gains),
            (shown, wanted, copy, step, gains))
