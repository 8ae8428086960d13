#pragma once
#include <stdint.h>
#include <time.h>

/** CLOCK_MONOTONIC in nanoseconds: one clock for all programs of the bench. */
static inline int64_t wr_clock_now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}
