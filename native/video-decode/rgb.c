#include "rgb.h"
#include "chroma-detail.h"
#include "core.h"

#define SHIFT 14
#define FIXED(x) ((int32_t)((x) * (1 << SHIFT) + 0.5))

/* What a sample counts, in 1/2^SHIFT. */
struct weights {
  int32_t zero, luma, red_v, green_u, green_v, blue_u;
};

static const struct weights full = {
    0, FIXED(1), FIXED(1.5748), FIXED(0.18732), FIXED(0.46812), FIXED(1.8556)};
static const struct weights limited = {
    16, FIXED(1.16438), FIXED(1.79274), FIXED(0.21325), FIXED(0.53291), FIXED(2.11240)};

WR_KERNEL int32_t clamp(int32_t v) { return v < 0 ? 0 : v > 255 ? 255 : v; }

WR_KERNEL void pixel_row(const struct weights *k, const uint8_t *restrict y,
                         const uint8_t *restrict u, const uint8_t *restrict v,
                         uint32_t *restrict out, int32_t n) {
  const struct weights w = *k;
  for (int32_t i = 0; i < n; i++) {
    const int32_t luma = (y[i] - w.zero) * w.luma + (1 << (SHIFT - 1));
    const int32_t cu = u[i] - 128, cv = v[i] - 128;
    const int32_t red = clamp((luma + cv * w.red_v) >> SHIFT);
    const int32_t green = clamp((luma - cu * w.green_u - cv * w.green_v) >> SHIFT);
    const int32_t blue = clamp((luma + cu * w.blue_u) >> SHIFT);
    out[i] = WR_PIXEL_OPAQUE | (uint32_t)(red << 16 | green << 8 | blue);
  }
}

WR_KERNEL void take_apart(const uint8_t *restrict both, uint8_t *restrict u, uint8_t *restrict v,
                          int32_t n) {
  for (int32_t i = 0; i < n; i++) {
    u[i] = both[2 * i];
    v[i] = both[2 * i + 1];
  }
}

/* Samples of a row of chroma, and of the one that its pixels are nearest to after it. */
struct chroma {
  const uint8_t *u, *v, *far_u, *far_v;
};

struct chroma_row {
  const uint8_t *u, *v;
};

#define HALF_MAX (WR_VIDEO_MAX_WIDTH / 2)

WR_KERNEL struct chroma chroma_at(const struct wr_samples *in, int32_t row,
                                  uint8_t (*apart)[HALF_MAX]) {
  const int32_t half = in->width / 2, last = in->height / 2 - 1;
  const int32_t near = row / 2, beside = row % 2 ? near + 1 : near - 1;
  const int32_t far = beside < 0 ? 0 : beside > last ? last : beside;
  const ptrdiff_t at = (ptrdiff_t)near * in->chroma_stride;
  const ptrdiff_t other = (ptrdiff_t)far * in->chroma_stride;
  if (!in->together)
    return (struct chroma){in->u + at, in->v + at, in->u + other, in->v + other};
  take_apart(in->u + at, apart[0], apart[1], half);
  take_apart(in->u + other, apart[2], apart[3], half);
  return (struct chroma){apart[0], apart[1], apart[2], apart[3]};
}

/* What is worked in, a row of each. */
struct room {
  uint16_t mixed[HALF_MAX + 2];
  uint8_t apart[4][HALF_MAX];
  uint8_t u[2][WR_VIDEO_MAX_WIDTH], v[2][WR_VIDEO_MAX_WIDTH];
};

/* Chroma for row `j` of the picture. */
WR_KERNEL struct chroma_row widened(const struct wr_samples *in, int32_t j, struct room *room) {
  const int32_t half = in->width / 2;
  const struct chroma c = chroma_at(in, j, room->apart);
  wr_chroma_widen(c.u, c.far_u, room->mixed, room->u[j % 2], half);
  wr_chroma_widen(c.v, c.far_v, room->mixed, room->v[j % 2], half);
  return (struct chroma_row){room->u[j % 2], room->v[j % 2]};
}

WR_KERNEL void rows(const struct wr_samples *in, uint32_t *pixels) {
  struct room room;
  const struct weights *k = in->limited ? &limited : &full;
  for (int32_t j = 0; j < in->height; j++) {
    const uint8_t *y = in->y + (ptrdiff_t)j * in->y_stride;
    const ptrdiff_t at = (ptrdiff_t)j * in->chroma_stride;
    const struct chroma_row c =
        in->full_chroma ? (struct chroma_row){in->u + at, in->v + at} : widened(in, j, &room);
    pixel_row(k, y, c.u, c.v, pixels + (size_t)j * (size_t)in->width, in->width);
  }
}

WR_DISPATCH(void, wr_rgb_from_samples, rows, (const struct wr_samples *in, uint32_t *pixels),
            (in, pixels))

/* Coefficients of a row of blocks of one chroma, 128 being none. */
struct detail {
  const uint8_t *across, *down, *diagonal;
};

/* Gives a row of blocks the mean that it was sent with, and its detail. */
WR_KERNEL void sharpen(const uint8_t *restrict mean, struct detail d, uint8_t *restrict top,
                       uint8_t *restrict below, int32_t n) {
  const uint8_t *restrict across = d.across, *restrict down = d.down,
                          *restrict diagonal = d.diagonal;
  for (int32_t i = 0; i < n; i++) {
    const int32_t h = across[i] - 128, v = down[i] - 128, x = diagonal[i] - 128;
    const int32_t p = top[2 * i], q = top[2 * i + 1], r = below[2 * i], s = below[2 * i + 1];
    const int32_t away = (4 * mean[i] - p - q - r - s + 2) >> 2;
    top[2 * i] = (uint8_t)clamp(p + away + h + v + x);
    top[2 * i + 1] = (uint8_t)clamp(q + away - h + v - x);
    below[2 * i] = (uint8_t)clamp(r + away + h - v - x);
    below[2 * i + 1] = (uint8_t)clamp(s + away - h - v + x);
  }
}

WR_KERNEL void detailed_rows(const struct wr_samples *in, const struct wr_samples *more,
                             uint32_t *pixels) {
  struct room room, other;
  const struct weights *k = in->limited ? &limited : &full;
  const int32_t half = in->width / 2;
  for (int32_t j = 0; j < in->height; j += 2) {
    widened(in, j, &room);
    widened(in, j + 1, &room);
    const struct chroma mean = chroma_at(in, j, room.apart);
    const struct chroma diagonal = chroma_at(more, j, other.apart);
    const uint8_t *across = more->y + (ptrdiff_t)(j / 2) * more->y_stride;
    const uint8_t *down = across + (ptrdiff_t)(in->height / 2) * more->y_stride;
    sharpen(mean.u, (struct detail){across, down, diagonal.u}, room.u[0], room.u[1], half);
    sharpen(mean.v, (struct detail){across + half, down + half, diagonal.v}, room.v[0], room.v[1],
            half);
    for (int32_t i = 0; i < 2; i++)
      pixel_row(k, in->y + (ptrdiff_t)(j + i) * in->y_stride, room.u[i], room.v[i],
                pixels + (size_t)(j + i) * (size_t)in->width, in->width);
  }
}

WR_DISPATCH(void, wr_rgb_with_detail, detailed_rows,
            (const struct wr_samples *in, const struct wr_samples *detail, uint32_t *pixels),
            (in, detail, pixels))
