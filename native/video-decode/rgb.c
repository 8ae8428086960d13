#include "rgb.h"
#include "core.h"
#include "dispatch.h"

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

/* One row of chroma, `near` counting three times as much as `far`, made twice as wide. */
WR_KERNEL void widen(const uint8_t *restrict near, const uint8_t *restrict far,
                     uint16_t *restrict mixed, uint8_t *restrict out, int32_t n) {
  for (int32_t i = 0; i < n; i++)
    mixed[i + 1] = (uint16_t)(3 * near[i] + far[i]);
  mixed[0] = mixed[1];
  mixed[n + 1] = mixed[n];
  for (int32_t i = 0; i < n; i++) {
    out[2 * i] = (uint8_t)((3 * mixed[i + 1] + mixed[i] + 8) >> 4);
    out[2 * i + 1] = (uint8_t)((3 * mixed[i + 1] + mixed[i + 2] + 8) >> 4);
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

WR_KERNEL void rows(const struct wr_samples *in, uint32_t *pixels) {
  uint16_t mixed[HALF_MAX + 2];
  uint8_t apart[4][HALF_MAX];
  uint8_t wide_u[WR_VIDEO_MAX_WIDTH], wide_v[WR_VIDEO_MAX_WIDTH];
  const struct weights *k = in->limited ? &limited : &full;
  const int32_t half = in->width / 2;
  for (int32_t j = 0; j < in->height; j++) {
    const uint8_t *y = in->y + (ptrdiff_t)j * in->y_stride;
    const uint8_t *u = in->u + (ptrdiff_t)j * in->chroma_stride;
    const uint8_t *v = in->v + (ptrdiff_t)j * in->chroma_stride;
    if (!in->full_chroma) {
      const struct chroma c = chroma_at(in, j, apart);
      widen(c.u, c.far_u, mixed, wide_u, half);
      widen(c.v, c.far_v, mixed, wide_v, half);
      u = wide_u;
      v = wide_v;
    }
    pixel_row(k, y, u, v, pixels + (size_t)j * (size_t)in->width, in->width);
  }
}

WR_DISPATCH(void, wr_rgb_from_samples, rows, (const struct wr_samples *in, uint32_t *pixels),
            (in, pixels))
