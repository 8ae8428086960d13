/* Compiles one kernel body twice, for the baseline and for AVX2, and picks at run time.
 * Other CPUs get the baseline, which uses NEON on arm64 because the bodies are vector code. */
#ifndef WR_DISPATCH_H
#define WR_DISPATCH_H

#include <stdint.h>
#include <string.h>

#define WR_KERNEL static inline __attribute__((always_inline))

#if defined(__x86_64__)
#define WR_DISPATCH(result, name, body, params, args)                                              \
  __attribute__((target("avx2"))) static result name##_avx2 params { return body args; }           \
  result name params {                                                                             \
    if (__builtin_cpu_supports("avx2"))                                                            \
      return name##_avx2 args;                                                                     \
    return body args;                                                                              \
  }
#else
#define WR_DISPATCH(result, name, body, params, args)                                              \
  result name params { return body args; }
#endif

#define WR_LANES 8
typedef uint32_t wr_lanes __attribute__((vector_size(4 * WR_LANES)));

/* Loads go through memcpy: rows start anywhere. By pointer, as passing a 32 byte vector by value
 * has no stable calling convention without AVX. */
WR_KERNEL void wr_lanes_load(wr_lanes *v, const uint32_t *p) { memcpy(v, p, sizeof *v); }

#endif
