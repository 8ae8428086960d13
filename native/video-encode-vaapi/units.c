#include "units.h"

#include <string.h>

#define SLICE (1u << 1)
#define IDR (1u << 5)
#define PARAMETERS (1u << 7 | 1u << 8)

static bool starts(const uint8_t *bytes) { return memcmp(bytes, "\0\0\1", 3) == 0; }

enum wr_unit wr_unit_kind(const uint8_t *bytes, size_t length) {
  uint32_t types = 0;
  if (length < 5 || (!starts(bytes) && (bytes[0] != 0 || !starts(bytes + 1))))
    return WR_UNIT_BROKEN;
  for (size_t i = 0; i + 3 < length; i++)
    if (starts(bytes + i))
      types |= 1u << (bytes[i + 3] & 31);
  if (types & IDR)
    return (types & PARAMETERS) == PARAMETERS && !(types & SLICE) ? WR_UNIT_KEY : WR_UNIT_BROKEN;
  return types & SLICE ? WR_UNIT_PICTURE : WR_UNIT_BROKEN;
}
