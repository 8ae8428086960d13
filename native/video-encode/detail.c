#include "detail.h"
#include "chroma-detail.h"

#include <stdlib.h>

/* BT.709 in 1/65536, as in yuv.c, for one pixel. */
#define U_RED (-7509)
#define U_GREEN (-25259)
#define V_GREEN (-29763)
#define V_BLUE (-3005)
#define OWN 32768
#define ZERO ((128 << 16) + (1 << 15))
#define NONE 128

/* Of a block's chroma: coefficients whose sum is less are grain, or edges that were smooth. */
#define MISSED 14
#define SHARE_STEP 32

/* Two rows of pixels, their chroma, and the means of their blocks. */
struct strip {
  uint8_t *u[2], *v[2], *mean_u, *mean_v;
};

/* Three of them, of which the middle one is looked at, and what its decoder interpolates. */
struct strips {
  struct strip at[3];
  uint32_t *row[2];
  uint16_t *mixed;
  uint8_t *wide[2];
  uint8_t *looked_at[6];
  uint8_t *memory;
  int32_t width;
};

#define ROWS_OF_STRIP 5
#define ROW_BYTES 4

static bool allocate(struct strips *s, int32_t width) {
  const size_t w = (size_t)width;
  /* Two rows of pixels and one of 16 bits; three strips; two wide rows; six halves. */
  uint8_t *at = malloc(w * (2 * ROW_BYTES + 2 + 3 * ROWS_OF_STRIP + 2 + 3) + 8);
  *s = (struct strips){.memory = at, .width = width};
  if (!at)
    return false;
  for (int k = 0; k < 2; k++, at += ROW_BYTES * w)
    s->row[k] = (uint32_t *)(void *)at;
  s->mixed = (uint16_t *)(void *)at;
  at += 2 * w + 4;
  for (int k = 0; k < 2; k++, at += w)
    s->wide[k] = at;
  for (int k = 0; k < 3; k++) {
    struct strip *strip = &s->at[k];
    for (int j = 0; j < 2; j++, at += 2 * w) {
      strip->u[j] = at;
      strip->v[j] = at + w;
    }
    strip->mean_u = at;
    strip->mean_v = at + w / 2;
    at += w;
  }
  for (int k = 0; k < 6; k++, at += w / 2)
    s->looked_at[k] = at;
  return true;
}

static int32_t clamp(int32_t v, int32_t max) { return v < 0 ? 0 : v > max ? max : v; }

static const uint32_t *row_of(const struct wr_picture *p, int32_t x, int32_t y, uint32_t *room,
                              int32_t width) {
  const int32_t row = clamp(y, p->height - 1);
  if (x + width <= p->width)
    return wr_picture_at(p, x, row);
  for (int32_t i = 0; i < width; i++)
    room[i] = *wr_picture_at(p, clamp(x + i, p->width - 1), row);
  return room;
}

WR_KERNEL uint8_t bounded(int32_t v) { return (uint8_t)(v < 0 ? 0 : v > 255 ? 255 : v); }

WR_KERNEL void chroma_kernel(const uint32_t *restrict row, uint8_t *restrict u, uint8_t *restrict v,
                             int32_t n) {
  for (int32_t i = 0; i < n; i++) {
    const uint32_t p = row[i];
    const int32_t red = (int32_t)(p >> 16 & 255), green = (int32_t)(p >> 8 & 255),
                  blue = (int32_t)(p & 255);
    u[i] = bounded((red * U_RED + green * U_GREEN + blue * OWN + ZERO) >> 16);
    v[i] = bounded((red * OWN + green * V_GREEN + blue * V_BLUE + ZERO) >> 16);
  }
}

WR_KERNEL void mean_kernel(uint8_t *const restrict rows[2], uint8_t *restrict mean, int32_t n) {
  const uint8_t *top = rows[0], *below = rows[1];
  for (int32_t i = 0; i < n; i++)
    mean[i] = (uint8_t)((top[2 * i] + top[2 * i + 1] + below[2 * i] + below[2 * i + 1] + 2) >> 2);
}

WR_KERNEL void strip_kernel(const uint32_t *top, const uint32_t *below, const struct strip *out,
                            int32_t width) {
  chroma_kernel(top, out->u[0], out->v[0], width);
  chroma_kernel(below, out->u[1], out->v[1], width);
  mean_kernel(out->u, out->mean_u, width / 2);
  mean_kernel(out->v, out->mean_v, width / 2);
}

static void convert(const uint32_t *top, const uint32_t *below, const struct strip *out,
                    int32_t width);
WR_DISPATCH(void, convert, strip_kernel,
            (const uint32_t *top, const uint32_t *below, const struct strip *out, int32_t width),
            (top, below, out, width))

struct coefficients {
  uint8_t *across, *down, *diagonal;
};

WR_KERNEL void coefficient_kernel(uint8_t *const rows[2], uint8_t *const wide[2],
                                  struct coefficients out, int32_t n) {
  const uint8_t *restrict top = rows[0], *restrict below = rows[1];
  const uint8_t *restrict wide_top = wide[0], *restrict wide_below = wide[1];
  uint8_t *restrict across = out.across, *restrict down = out.down,
                    *restrict diagonal = out.diagonal;
  for (int32_t i = 0; i < n; i++) {
    const int32_t a = top[2 * i] - wide_top[2 * i], b = top[2 * i + 1] - wide_top[2 * i + 1];
    const int32_t c = below[2 * i] - wide_below[2 * i],
                  d = below[2 * i + 1] - wide_below[2 * i + 1];
    across[i] = bounded((a - b + c - d + 4 * NONE + 2) >> 2);
    down[i] = bounded((a + b - c - d + 4 * NONE + 2) >> 2);
    diagonal[i] = bounded((a - b - c + d + 4 * NONE + 2) >> 2);
  }
}

/* A row of blocks of one of the two chromas. */
WR_KERNEL void coefficients_of(const struct strips *s, const uint8_t *above, uint8_t *const rows[2],
                               const uint8_t *mean, const uint8_t *beneath,
                               struct coefficients out) {
  const int32_t half = s->width / 2;
  wr_chroma_widen(mean, above, s->mixed, s->wide[0], half);
  wr_chroma_widen(mean, beneath, s->mixed, s->wide[1], half);
  coefficient_kernel(rows, s->wide, out, half);
}

WR_KERNEL void both_kernel(const struct strips *s, struct coefficients u, struct coefficients v) {
  const struct strip *a = &s->at[0], *b = &s->at[1], *c = &s->at[2];
  coefficients_of(s, a->mean_u, b->u, b->mean_u, c->mean_u, u);
  coefficients_of(s, a->mean_v, b->v, b->mean_v, c->mean_v, v);
}

static void both(const struct strips *s, struct coefficients u, struct coefficients v);
WR_DISPATCH(void, both, both_kernel,
            (const struct strips *s, struct coefficients u, struct coefficients v), (s, u, v))

static void load(struct strips *s, int k, const struct wr_picture *p, int32_t x, int32_t y) {
  convert(row_of(p, x, y, s->row[0], s->width), row_of(p, x, y + 1, s->row[1], s->width), &s->at[k],
          s->width);
}

static void turn_over(struct strips *s) {
  const struct strip first = s->at[0];
  s->at[0] = s->at[1];
  s->at[1] = s->at[2];
  s->at[2] = first;
}

static struct coefficients place_of(const struct wr_yuv *out, int32_t block, bool v) {
  const size_t half = (size_t)out->width / 2, rows = (size_t)out->height / 2;
  const size_t at = (size_t)block;
  uint8_t *across = out->y + at * (size_t)out->width + (v ? half : 0);
  return (struct coefficients){across, across + rows * (size_t)out->width,
                               (v ? out->v : out->u) + at * half};
}

bool wr_detail_from_picture(const struct wr_picture *p, int32_t x, int32_t y, struct wr_yuv *out) {
  struct strips s;
  if (!allocate(&s, out->width))
    return false;
  const int32_t blocks = out->height / 2;
  load(&s, 0, p, x, y);
  load(&s, 1, p, x, y);
  for (int32_t j = 0; j < blocks; j++) {
    load(&s, 2, p, x, y + 2 * clamp(j + 1, blocks - 1));
    both(&s, place_of(out, j, false), place_of(out, j, true));
    turn_over(&s);
  }
  free(s.memory);
  return true;
}

WR_KERNEL int32_t away(uint8_t coefficient) {
  return coefficient < NONE ? NONE - coefficient : coefficient - NONE;
}

WR_KERNEL int32_t missed_kernel(uint8_t *const of[6], int32_t n) {
  int32_t count = 0;
  for (int32_t i = 0; i < n; i++) {
    const int32_t u = away(of[0][i]) + away(of[1][i]) + away(of[2][i]);
    const int32_t v = away(of[3][i]) + away(of[4][i]) + away(of[5][i]);
    count += u + v >= MISSED;
  }
  return count;
}

static int32_t missed(uint8_t *const of[6], int32_t n);
WR_DISPATCH(int32_t, missed, missed_kernel, (uint8_t *const of[6], int32_t n), (of, n))

/* Of one row of blocks. */
static int32_t missed_at(struct strips *s, const struct wr_picture *p, int32_t x, int32_t y) {
  uint8_t *const *of = s->looked_at;
  for (int k = 0; k < 3; k++)
    load(s, k, p, x, clamp(y + 2 * (k - 1), p->height - 1));
  both(s, (struct coefficients){of[0], of[1], of[2]}, (struct coefficients){of[3], of[4], of[5]});
  return missed(of, s->width / 2);
}

int32_t wr_detail_share(const struct wr_picture *p, int32_t x, int32_t y, int32_t width,
                        int32_t height, uint32_t turn) {
  struct strips s;
  if (!allocate(&s, width))
    return 0;
  int64_t blocks = 0, count = 0;
  for (int32_t j = (int32_t)(turn % SHARE_STEP); j < height / 2; j += SHARE_STEP) {
    count += missed_at(&s, p, x, y + 2 * j);
    blocks += width / 2;
  }
  free(s.memory);
  return blocks > 0 ? (int32_t)(1000 * count / blocks) : 0;
}
