/* Two rows of pixels to samples, with x86's multiplication of pairs: half of what a compiler makes
 * of the plain loops. */
#ifndef WR_YUV_AVX2_H
#define WR_YUV_AVX2_H

#include <stdint.h>

/* BT.709 in 1/32768; each row sums up to 32768 or 0. */
#define WR_Y_RED 6967
#define WR_Y_GREEN 23435
#define WR_Y_BLUE 2366
#define WR_Y_HALF 16384
#define WR_U_RED (-3755)
#define WR_U_GREEN (-12629)
#define WR_V_GREEN (-14882)
#define WR_V_BLUE (-1502)
#define WR_CHROMA_OWN 16384
/* 128 in the middle, for a sum of four pixels. */
#define WR_CHROMA_ZERO ((128 << 17) + (1 << 16))

struct wr_yuv_rows {
  uint8_t *y, *y_below, *u, *v;
};

/* Returns how many of the n columns are done; 0 where the CPU cannot. */
int32_t wr_yuv_rows_avx2(const uint32_t *top, const uint32_t *below, const struct wr_yuv_rows *to,
                         int32_t n);

#endif
