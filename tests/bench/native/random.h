#pragma once
#include <stdint.h>

/** xorshift32: the same pictures in every run and on every peer. The state must not be 0. */
static inline uint32_t wr_random_next(uint32_t *state) {
  *state ^= *state << 13;
  *state ^= *state >> 17;
  *state ^= *state << 5;
  return *state;
}

/** A starting state that differs a lot between neighbouring numbers. */
static inline uint32_t wr_random_seed(uint32_t number) { return number * 2654435761u | 1; }

/** A 32-bit hash of a lattice point, for noise. */
static inline uint32_t wr_random_hash(uint32_t x, uint32_t y) {
  uint32_t hash = x * 374761393u + y * 668265263u;
  hash = (hash ^ hash >> 13) * 1274126177u;
  return hash ^ hash >> 16;
}
