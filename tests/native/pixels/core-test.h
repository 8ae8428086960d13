/* What the tests of the pixels cores share. */
#ifndef WR_PIXELS_CORE_TEST_H
#define WR_PIXELS_CORE_TEST_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define CHECK(condition)                                                                           \
  do {                                                                                             \
    if (!(condition)) {                                                                            \
      fprintf(stderr, "%s:%d: %s does not hold\n", __FILE__, __LINE__, #condition);                \
      exit(1);                                                                                     \
    }                                                                                              \
  } while (0)

/* Deterministic, so that a failure can be run again. */
static inline uint32_t random_next(uint32_t *state) {
  uint32_t x = *state;
  x ^= x << 13;
  x ^= x >> 17;
  x ^= x << 5;
  return *state = x;
}

static inline int32_t random_below(uint32_t *state, int32_t limit) {
  return (int32_t)(random_next(state) % (uint32_t)limit);
}

#endif
