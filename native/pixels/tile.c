#include "tile.h"
#include "dispatch.h"
#include "checksum.h"

WR_KERNEL uint32_t lanes_or(const wr_lanes *v) {
  uint32_t all = 0;
  for (int i = 0; i < WR_LANES; i++)
    all |= (*v)[i];
  return all;
}

WR_KERNEL uint32_t row_difference(const uint32_t *a, const uint32_t *b, int32_t n) {
  wr_lanes sum = {0}, va, vb;
  uint32_t rest = 0;
  int32_t x = 0;
  for (; x + WR_LANES <= n; x += WR_LANES) {
    wr_lanes_load(&va, a + x);
    wr_lanes_load(&vb, b + x);
    sum |= va ^ vb;
  }
  for (; x < n; x++)
    rest |= a[x] ^ b[x];
  return (rest | lanes_or(&sum)) & WR_PIXEL_RGB;
}

/* One reduction for the whole rectangle: most tiles of most frames end here. */
WR_KERNEL bool rect_differs(const uint32_t *a, const uint32_t *b, size_t stride, int32_t w,
                            int32_t h) {
  wr_lanes sum = {0}, va, vb;
  uint32_t rest = 0;
  for (int32_t y = 0; y < h; y++, a += stride, b += stride) {
    int32_t x = 0;
    for (; x + WR_LANES <= w; x += WR_LANES) {
      wr_lanes_load(&va, a + x);
      wr_lanes_load(&vb, b + x);
      sum |= va ^ vb;
    }
    for (; x < w; x++)
      rest |= a[x] ^ b[x];
  }
  return ((rest | lanes_or(&sum)) & WR_PIXEL_RGB) != 0;
}

WR_KERNEL void columns_changed(const uint32_t *a, const uint32_t *b, size_t stride, int32_t w,
                               int32_t h, int32_t *left, int32_t *right) {
  uint32_t columns[WR_TILE] = {0};
  for (int32_t y = 0; y < h; y++, a += stride, b += stride)
    for (int32_t x = 0; x < w; x++)
      columns[x] |= a[x] ^ b[x];
  *left = 0;
  *right = w;
  while (!(columns[*left] & WR_PIXEL_RGB))
    ++*left;
  while (!(columns[*right - 1] & WR_PIXEL_RGB))
    --*right;
}

WR_KERNEL bool tile_diff(const struct wr_picture *pa, const struct wr_picture *pb,
                         const struct wr_rect *r, struct wr_rect *changed) {
  const size_t stride = (size_t)pa->width;
  const uint32_t *a = wr_picture_at(pa, r->x, r->y), *b = wr_picture_at(pb, r->x, r->y);
  if (!rect_differs(a, b, stride, r->w, r->h))
    return false;
  int32_t top = 0, bottom = r->h, left, right;
  while (!row_difference(a + (size_t)top * stride, b + (size_t)top * stride, r->w))
    top++;
  while (
      !row_difference(a + (size_t)(bottom - 1) * stride, b + (size_t)(bottom - 1) * stride, r->w))
    bottom--;
  columns_changed(a + (size_t)top * stride, b + (size_t)top * stride, stride, r->w, bottom - top,
                  &left, &right);
  *changed = (struct wr_rect){r->x + left, r->y + top, right - left, bottom - top};
  return true;
}

WR_DISPATCH(bool, wr_tile_diff, tile_diff,
            (const struct wr_picture *a, const struct wr_picture *b, const struct wr_rect *within,
             struct wr_rect *changed),
            (a, b, within, changed))

WR_KERNEL void hash_begin(wr_lanes *lanes) {
  for (uint32_t i = 0; i < WR_LANES; i++)
    (*lanes)[i] = (i + 1) * WR_HASH_SEED;
}

WR_KERNEL void hash_lanes(wr_lanes *lanes, const uint32_t *pixels) {
  wr_lanes v;
  wr_lanes_load(&v, pixels);
  *lanes = (*lanes ^ (v & WR_PIXEL_RGB)) * WR_HASH_PRIME;
  *lanes ^= *lanes >> 15;
}

WR_KERNEL uint32_t hash_end(const wr_lanes *lanes) {
  uint32_t hash = 0;
  for (int i = 0; i < WR_LANES; i++) {
    hash = (hash ^ (*lanes)[i]) * WR_HASH_FOLD;
    hash ^= hash >> 13;
  }
  return hash;
}

WR_KERNEL uint32_t tile_hash(const struct wr_picture *p, const struct wr_rect *r) {
  wr_lanes lanes;
  hash_begin(&lanes);
  for (int32_t y = 0; y < r->h; y++) {
    const uint32_t *row = wr_picture_at(p, r->x, r->y + y);
    int32_t x = 0;
    for (; x + WR_LANES <= r->w; x += WR_LANES)
      hash_lanes(&lanes, row + x);
    for (; x < r->w; x++) {
      uint32_t lane = (lanes[x % WR_LANES] ^ (row[x] & WR_PIXEL_RGB)) * WR_HASH_PRIME;
      lanes[x % WR_LANES] = lane ^ lane >> 15;
    }
  }
  return hash_end(&lanes);
}

WR_DISPATCH(uint32_t, wr_tile_hash, tile_hash,
            (const struct wr_picture *p, const struct wr_rect *tile), (p, tile))

/* Each multiplication waits for the one before of its tile. */
WR_KERNEL void tile_hashes(const struct wr_picture *p, const struct wr_rect *tiles,
                           uint32_t *hashes) {
  const int32_t w = tiles[0].w, h = tiles[0].h;
  wr_lanes lanes[WR_TILES_AT_ONCE];
  for (int k = 0; k < WR_TILES_AT_ONCE; k++)
    hash_begin(&lanes[k]);
  for (int32_t y = 0; y < h; y++)
    for (int32_t x = 0; x < w; x += WR_LANES)
      for (int k = 0; k < WR_TILES_AT_ONCE; k++)
        hash_lanes(&lanes[k], wr_picture_at(p, tiles[k].x + x, tiles[k].y + y));
  for (int k = 0; k < WR_TILES_AT_ONCE; k++)
    hashes[k] = hash_end(&lanes[k]);
}

WR_DISPATCH(void, wr_tile_hashes, tile_hashes,
            (const struct wr_picture *p, const struct wr_rect *tiles, uint32_t *hashes),
            (p, tiles, hashes))

WR_KERNEL bool tile_solid(const struct wr_picture *p, const struct wr_rect *r, uint32_t *rgb) {
  const uint32_t first = *wr_picture_at(p, r->x, r->y);
  for (int32_t y = 0; y < r->h; y++) {
    const uint32_t *row = wr_picture_at(p, r->x, r->y + y);
    uint32_t differs = 0;
    for (int32_t x = 0; x < r->w; x++)
      differs |= row[x] ^ first;
    if (differs & WR_PIXEL_RGB)
      return false;
  }
  *rgb = first & WR_PIXEL_RGB;
  return true;
}

WR_DISPATCH(bool, wr_tile_solid, tile_solid,
            (const struct wr_picture *p, const struct wr_rect *r, uint32_t *rgb), (p, r, rgb))

WR_KERNEL uint32_t row_differences(const uint32_t *a, const uint32_t *b, int32_t n) {
  uint32_t count = 0;
  for (int32_t x = 0; x < n; x++)
    count += ((a[x] ^ b[x]) & WR_PIXEL_RGB) != 0;
  return count;
}

WR_DISPATCH(uint32_t, wr_row_differences, row_differences,
            (const uint32_t *a, const uint32_t *b, int32_t n), (a, b, n))

WR_KERNEL void tile_breaks(const struct wr_picture *p, const struct wr_picture *base,
                           const struct wr_rect *r, uint32_t *plain, uint32_t *delta) {
  uint32_t plain_count = 0, delta_count = 0;
  for (int32_t y = 0; y < r->h; y++) {
    const uint32_t *row = wr_picture_at(p, r->x, r->y + y);
    const uint32_t *old = wr_picture_at(base, r->x, r->y + y);
    for (int32_t x = 1; x < r->w; x++) {
      const uint32_t step = (row[x] ^ row[x - 1]) & WR_PIXEL_RGB;
      const uint32_t old_step = (old[x] ^ old[x - 1]) & WR_PIXEL_RGB;
      plain_count += step != 0;
      delta_count += step != old_step;
    }
  }
  *plain = plain_count;
  *delta = delta_count;
}

WR_DISPATCH(void, wr_tile_breaks, tile_breaks,
            (const struct wr_picture *p, const struct wr_picture *base, const struct wr_rect *r,
             uint32_t *plain, uint32_t *delta),
            (p, base, r, plain, delta))

WR_KERNEL uint32_t tile_runs(const struct wr_picture *p, const struct wr_rect *r) {
  uint32_t count = 0;
  for (int32_t y = 0; y < r->h; y++) {
    const uint32_t *row = wr_picture_at(p, r->x, r->y + y);
    for (int32_t x = 4; x < r->w; x++) {
      const uint32_t near = (row[x] ^ row[x - 1]) | (row[x] ^ row[x - 2]);
      const uint32_t far = (row[x] ^ row[x - 3]) | (row[x] ^ row[x - 4]);
      count += ((near | far) & WR_PIXEL_RGB) == 0;
    }
  }
  return count;
}

WR_DISPATCH(uint32_t, wr_tile_runs, tile_runs,
            (const struct wr_picture *p, const struct wr_rect *r), (p, r))
