#include "pacer.h"

#include <sys/timerfd.h>
#include <unistd.h>

#define SECOND_NS INT64_C(1000000000)

bool wr_pacer_start(struct wr_pacer *pacer, const struct wr_scene_kind *kind) {
  *pacer =
      (struct wr_pacer){.timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)};
  return pacer->timer_fd >= 0 && wr_pacer_change(pacer, kind);
}

bool wr_pacer_change(struct wr_pacer *pacer, const struct wr_scene_kind *kind) {
  pacer->kind = kind;
  struct timespec interval = {kind->interval_ns / SECOND_NS, kind->interval_ns % SECOND_NS};
  struct itimerspec period = {interval, interval};
  return timerfd_settime(pacer->timer_fd, 0, &period, NULL) == 0;
}

void wr_pacer_tick(struct wr_pacer *pacer) {
  uint64_t expirations;
  if (read(pacer->timer_fd, &expirations, sizeof expirations) != sizeof expirations)
    return;
  pacer->ticks_missed += (uint32_t)expirations - (pacer->due ? 0 : 1);
  pacer->due = true;
}

void wr_pacer_key(struct wr_pacer *pacer) {
  if (!pacer->kind->takes_keys)
    return;
  pacer->keys_seen++;
  pacer->due = true;
}
