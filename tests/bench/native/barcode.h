#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * A 32-bit number in pixels: 32 black or white cells of 8x8, most significant bit first. The top
 * 8 bits are a magic number, so that a bare desktop or a half-drawn picture is not taken for one.
 */
#define WR_BARCODE_CELL 8
#define WR_BARCODE_WIDTH 256
#define WR_BARCODE_HEIGHT 8
#define WR_BARCODE_MAGIC UINT32_C(0xA5)
#define WR_BARCODE_VALUE_MASK UINT32_C(0xffffff)

/** Writes the low 24 bits of value to the 256x8 pixels at `pixels`; the stride is in pixels. */
void wr_barcode_draw(uint32_t *pixels, size_t stride, uint32_t value);

/** Reads a barcode back, tolerating lossy pictures. False when there is none. */
bool wr_barcode_read(const uint32_t *pixels, size_t stride, uint32_t *value);
