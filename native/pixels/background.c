#include "background.h"

#define BACKGROUND_SAMPLES 24

uint32_t wr_background_of(const struct wr_picture *p) {
  uint32_t samples[BACKGROUND_SAMPLES * BACKGROUND_SAMPLES];
  size_t count = 0, best = 0, best_hits = 0;
  for (int32_t j = 0; j < BACKGROUND_SAMPLES; j++)
    for (int32_t i = 0; i < BACKGROUND_SAMPLES; i++)
      samples[count++] =
          WR_PIXEL_RGB & *wr_picture_at(p, (2 * i + 1) * p->width / (2 * BACKGROUND_SAMPLES),
                                        (2 * j + 1) * p->height / (2 * BACKGROUND_SAMPLES));
  for (size_t i = 0; i < count; i++) {
    size_t hits = 0;
    for (size_t j = i; j < count; j++)
      hits += samples[j] == samples[i];
    if (hits > best_hits) {
      best_hits = hits;
      best = i;
    }
  }
  return samples[best];
}
