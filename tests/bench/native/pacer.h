#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "scene.h"

/** Decides when the next frame is due: by the clock or by keys, as the scene wants. */
struct wr_pacer {
  const struct wr_scene_kind *kind;
  int timer_fd;
  bool due;
  uint32_t keys_seen;    /* since the start */
  uint32_t ticks_missed; /* since the start: the screen was not ready for a frame of the clock */
};

/** False with errno set. The timer fd lives as long as the process. */
bool wr_pacer_start(struct wr_pacer *pacer, const struct wr_scene_kind *kind);

/** Keys and frames are counted on. False with errno set. */
bool wr_pacer_change(struct wr_pacer *pacer, const struct wr_scene_kind *kind);

/** To be called when the timer fd is readable. */
void wr_pacer_tick(struct wr_pacer *pacer);

void wr_pacer_key(struct wr_pacer *pacer);
