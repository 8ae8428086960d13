/* What 4:2:0 loses of a picture's chroma, as a second 4:2:0 picture of the same size.
 *
 * Of each 2x2 block the decoder knows the mean and, between means, what it interpolates. What is
 * left is three Haar coefficients for each of U and V, 128 being none: nearly all of the picture is
 * flat where nothing was lost, and costs next to nothing.
 *
 *   luma:  | U across | V across |      U: U diagonal
 *          | U down   | V down   |      V: V diagonal
 */
#ifndef WR_CHROMA_DETAIL_H
#define WR_CHROMA_DETAIL_H

#include "dispatch.h"

/* A row of chroma means, `near` counting three times as much as `far`, made twice as wide.
 * `mixed` has room for n + 2. */
WR_KERNEL void wr_chroma_widen(const uint8_t *restrict near, const uint8_t *restrict far,
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

#endif
