#include "yuv-avx2.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2")))
#define INLINE static inline __attribute__((always_inline)) AVX2

/* A pixel is two pairs of 16 bits, blue and red, green and nothing, each pair times its factors. */
struct pairs {
  __m256i blue_red, green;
};

struct factors {
  int16_t blue, red, green;
};

INLINE struct pairs split(__m256i pixels) {
  return (struct pairs){_mm256_and_si256(pixels, _mm256_set1_epi32(0xff00ff)),
                        _mm256_srli_epi16(pixels, 8)};
}

INLINE __m256i weigh(const struct pairs *p, struct factors f) {
  const __m256i blue_red =
      _mm256_set1_epi32((int32_t)((uint32_t)(uint16_t)f.red << 16 | (uint16_t)f.blue));
  return _mm256_add_epi32(_mm256_madd_epi16(p->blue_red, blue_red),
                          _mm256_madd_epi16(p->green, _mm256_set1_epi32((uint16_t)f.green)));
}

INLINE __m256i luma(const struct pairs *p) {
  const struct factors f = {WR_Y_BLUE, WR_Y_RED, WR_Y_GREEN};
  return _mm256_srai_epi32(_mm256_add_epi32(weigh(p, f), _mm256_set1_epi32(WR_Y_HALF)), 15);
}

/* Of 32 pixels. */
INLINE void store_luma(const struct pairs *p, uint8_t *y) {
  const __m256i low = _mm256_packs_epi32(luma(&p[0]), luma(&p[1]));
  const __m256i high = _mm256_packs_epi32(luma(&p[2]), luma(&p[3]));
  const __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
  _mm256_storeu_si256((__m256i *)y,
                      _mm256_permutevar8x32_epi32(_mm256_packus_epi16(low, high), order));
}

/* Of 8 pixels side by side and 8 that follow. */
INLINE __m256i chroma(const struct pairs *p, struct factors f) {
  const __m256i sums = _mm256_hadd_epi32(weigh(&p[0], f), weigh(&p[1], f));
  return _mm256_srai_epi32(_mm256_add_epi32(sums, _mm256_set1_epi32(WR_CHROMA_ZERO)), 17);
}

/* Of two rows of 32 pixels, added. Packing works in halves of 128 bits: what it leaves out of order
 * are pairs of samples. */
INLINE void store_chroma(const struct pairs *p, uint8_t *u, uint8_t *v) {
  const struct factors fu = {WR_CHROMA_OWN, WR_U_RED, WR_U_GREEN};
  const struct factors fv = {WR_V_BLUE, WR_CHROMA_OWN, WR_V_GREEN};
  const __m256i us = _mm256_packs_epi32(chroma(&p[0], fu), chroma(&p[2], fu));
  const __m256i vs = _mm256_packs_epi32(chroma(&p[0], fv), chroma(&p[2], fv));
  const __m256i both = _mm256_permute4x64_epi64(_mm256_packus_epi16(us, vs), 0xd8);
  const __m256i order = _mm256_broadcastsi128_si256(
      _mm_setr_epi8(0, 1, 8, 9, 2, 3, 10, 11, 4, 5, 12, 13, 6, 7, 14, 15));
  const __m256i ordered = _mm256_shuffle_epi8(both, order);
  _mm_storeu_si128((__m128i *)u, _mm256_castsi256_si128(ordered));
  _mm_storeu_si128((__m128i *)v, _mm256_extracti128_si256(ordered, 1));
}

INLINE void take_32(const uint32_t *top, const uint32_t *below, const struct wr_yuv_rows *to,
                    int32_t x) {
  struct pairs above[4], under[4];
  for (int i = 0; i < 4; i++) {
    above[i] = split(_mm256_loadu_si256((const __m256i *)(top + x + 8 * i)));
    under[i] = split(_mm256_loadu_si256((const __m256i *)(below + x + 8 * i)));
  }
  store_luma(above, to->y + x);
  store_luma(under, to->y_below + x);
  for (int i = 0; i < 4; i++) {
    above[i].blue_red = _mm256_add_epi16(above[i].blue_red, under[i].blue_red);
    above[i].green = _mm256_add_epi16(above[i].green, under[i].green);
  }
  store_chroma(above, to->u + x / 2, to->v + x / 2);
}

AVX2 static int32_t take_rows(const uint32_t *top, const uint32_t *below,
                              const struct wr_yuv_rows *to, int32_t n) {
  int32_t x = 0;
  for (; x + 32 <= n; x += 32)
    take_32(top, below, to, x);
  return x;
}

int32_t wr_yuv_rows_avx2(const uint32_t *top, const uint32_t *below, const struct wr_yuv_rows *to,
                         int32_t n) {
  return __builtin_cpu_supports("avx2") ? take_rows(top, below, to, n) : 0;
}

#else

int32_t wr_yuv_rows_avx2(const uint32_t *top, const uint32_t *below, const struct wr_yuv_rows *to,
                         int32_t n) {
  (void)top, (void)below, (void)to, (void)n;
  return 0;
}

#endif
