#include "yuv.h"
#include "dispatch.h"
#include "yuv-avx2.h"

WR_KERNEL void luma_row(const uint32_t *restrict row, uint8_t *restrict y, int32_t n) {
  for (int32_t i = 0; i < n; i++) {
    const uint32_t p = row[i];
    y[i] = (uint8_t)(((p >> 16 & 255) * WR_Y_RED + (p >> 8 & 255) * WR_Y_GREEN +
                      (p & 255) * WR_Y_BLUE + WR_Y_HALF) >>
                     15);
  }
}

static inline uint8_t chroma(int32_t value) {
  return (uint8_t)(value < 0 ? 0 : value > (255 << 17) ? 255 : value >> 17);
}

WR_KERNEL void chroma_row(const uint32_t *restrict top, const uint32_t *restrict below,
                          uint8_t *restrict u, uint8_t *restrict v, int32_t n) {
  for (int32_t i = 0; i < n; i++) {
    /* Two channels at a time: four pixels of eight bits do not run over 16. */
    const uint32_t a = top[2 * i], b = top[2 * i + 1], c = below[2 * i], d = below[2 * i + 1];
    const uint32_t red_blue = (a & 0xff00ff) + (b & 0xff00ff) + (c & 0xff00ff) + (d & 0xff00ff);
    const int32_t green =
        (int32_t)((a >> 8 & 255) + (b >> 8 & 255) + (c >> 8 & 255) + (d >> 8 & 255));
    const int32_t red = (int32_t)(red_blue >> 16), blue = (int32_t)(red_blue & 0xffff);
    u[i] = chroma(red * WR_U_RED + green * WR_U_GREEN + blue * WR_CHROMA_OWN + WR_CHROMA_ZERO);
    v[i] = chroma(red * WR_CHROMA_OWN + green * WR_V_GREEN + blue * WR_V_BLUE + WR_CHROMA_ZERO);
  }
}

WR_KERNEL void rows(const struct wr_picture *p, int32_t x, int32_t y, struct wr_yuv *out) {
  const int32_t half = out->width / 2;
  for (int32_t j = 0; j < out->height; j += 2) {
    const uint32_t *top = wr_picture_at(p, x, y + j), *below = wr_picture_at(p, x, y + j + 1);
    const size_t at = (size_t)(j / 2) * (size_t)half;
    const struct wr_yuv_rows to = {out->y + (size_t)j * (size_t)out->width,
                                   out->y + (size_t)(j + 1) * (size_t)out->width, out->u + at,
                                   out->v + at};
    const int32_t done = wr_yuv_rows_avx2(top, below, &to, out->width);
    luma_row(top + done, to.y + done, out->width - done);
    luma_row(below + done, to.y_below + done, out->width - done);
    chroma_row(top + done, below + done, to.u + done / 2, to.v + done / 2, half - done / 2);
  }
}

static void convert_inside(const struct wr_picture *p, int32_t x, int32_t y, struct wr_yuv *out);
WR_DISPATCH(void, convert_inside, rows,
            (const struct wr_picture *p, int32_t x, int32_t y, struct wr_yuv *out), (p, x, y, out))

static int32_t clamp(int32_t v, int32_t max) { return v < 0 ? 0 : v > max ? max : v; }

/* At the right or lower edge of an odd picture: not worth a kernel. */
static void convert_over_edge(const struct wr_picture *p, int32_t x, int32_t y,
                              struct wr_yuv *out) {
  uint32_t block[4];
  const struct wr_picture quad = {block, 2, 2};
  for (int32_t j = 0; j < out->height; j += 2)
    for (int32_t i = 0; i < out->width; i += 2) {
      for (int32_t k = 0; k < 4; k++)
        block[k] = *wr_picture_at(p, clamp(x + i + k % 2, p->width - 1),
                                  clamp(y + j + k / 2, p->height - 1));
      uint8_t luma[4];
      const size_t at = (size_t)j * (size_t)out->width + (size_t)i;
      const size_t half = (size_t)(j / 2) * (size_t)(out->width / 2) + (size_t)(i / 2);
      struct wr_yuv one = {luma, out->u + half, out->v + half, 2, 2};
      rows(&quad, 0, 0, &one);
      out->y[at] = luma[0];
      out->y[at + 1] = luma[1];
      out->y[at + (size_t)out->width] = luma[2];
      out->y[at + (size_t)out->width + 1] = luma[3];
    }
}

void wr_yuv_from_picture(const struct wr_picture *p, int32_t x, int32_t y, struct wr_yuv *out) {
  const bool inside =
      x >= 0 && y >= 0 && x + out->width <= p->width && y + out->height <= p->height;
  if (inside)
    convert_inside(p, x, y, out);
  else
    convert_over_edge(p, x, y, out);
}
