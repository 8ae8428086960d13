#include "barcode.h"

#define BITS 32

void wr_barcode_draw(uint32_t *pixels, size_t stride, uint32_t value) {
  uint32_t code = WR_BARCODE_MAGIC << 24 | (value & WR_BARCODE_VALUE_MASK);
  for (size_t y = 0; y < WR_BARCODE_HEIGHT; y++)
    for (size_t x = 0; x < WR_BARCODE_WIDTH; x++) {
      bool white = code >> (BITS - 1 - x / WR_BARCODE_CELL) & 1;
      pixels[y * stride + x] = white ? 0xffffff : 0;
    }
}

static bool is_bright(uint32_t pixel) {
  uint32_t sum = (pixel >> 16 & 255) + (pixel >> 8 & 255) + (pixel & 255);
  return sum > 3 * 127;
}

bool wr_barcode_read(const uint32_t *pixels, size_t stride, uint32_t *value) {
  const uint32_t *centre = pixels + WR_BARCODE_CELL / 2 * stride + WR_BARCODE_CELL / 2;
  uint32_t code = 0;
  for (size_t bit = 0; bit < BITS; bit++)
    code = code << 1 | is_bright(centre[bit * WR_BARCODE_CELL]);
  *value = code & WR_BARCODE_VALUE_MASK;
  return code >> 24 == WR_BARCODE_MAGIC;
}
