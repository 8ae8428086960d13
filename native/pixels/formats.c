#include "formats.h"

#define FOURCC(a, b, c, d)                                                                         \
  ((uint32_t)(a) | (uint32_t)(b) << 8 | (uint32_t)(c) << 16 | (uint32_t)(d) << 24)

static const struct wr_format formats[] = {
    {0, PIXMAN_a8r8g8b8, PIXMAN_x8r8g8b8},
    {1, PIXMAN_x8r8g8b8, PIXMAN_x8r8g8b8},
    {FOURCC('A', 'B', '2', '4'), PIXMAN_a8b8g8r8, PIXMAN_x8b8g8r8},
    {FOURCC('X', 'B', '2', '4'), PIXMAN_x8b8g8r8, PIXMAN_x8b8g8r8},
    {FOURCC('R', 'A', '2', '4'), PIXMAN_r8g8b8a8, PIXMAN_r8g8b8x8},
    {FOURCC('R', 'X', '2', '4'), PIXMAN_r8g8b8x8, PIXMAN_r8g8b8x8},
    {FOURCC('B', 'A', '2', '4'), PIXMAN_b8g8r8a8, PIXMAN_b8g8r8x8},
    {FOURCC('B', 'X', '2', '4'), PIXMAN_b8g8r8x8, PIXMAN_b8g8r8x8},
    {FOURCC('R', 'G', '2', '4'), PIXMAN_r8g8b8, PIXMAN_r8g8b8},
    {FOURCC('B', 'G', '2', '4'), PIXMAN_b8g8r8, PIXMAN_b8g8r8},
    {FOURCC('R', 'G', '1', '6'), PIXMAN_r5g6b5, PIXMAN_r5g6b5},
    {FOURCC('B', 'G', '1', '6'), PIXMAN_b5g6r5, PIXMAN_b5g6r5},
    {FOURCC('A', 'R', '3', '0'), PIXMAN_a2r10g10b10, PIXMAN_x2r10g10b10},
    {FOURCC('X', 'R', '3', '0'), PIXMAN_x2r10g10b10, PIXMAN_x2r10g10b10},
    {FOURCC('A', 'B', '3', '0'), PIXMAN_a2b10g10r10, PIXMAN_x2b10g10r10},
    {FOURCC('X', 'B', '3', '0'), PIXMAN_x2b10g10r10, PIXMAN_x2b10g10r10},
};

const struct wr_format *wr_format_list(size_t *count) {
  *count = sizeof formats / sizeof *formats;
  return formats;
}

const struct wr_format *wr_format_find(uint32_t shm) {
  for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
    if (formats[i].shm == shm)
      return &formats[i];
  return NULL;
}
