#pragma once
#include <stdbool.h>
#include "canvas.h"

#define WR_FONT_WIDTH 8
#define WR_FONT_HEIGHT 16
#define WR_FONT_FIRST 32
#define WR_FONT_LAST 126

enum wr_font_shade { WR_FONT_CLEAR, WR_FONT_EDGE, WR_FONT_SOLID };

/** Printable ASCII in cells of 8x16, three shades per pixel, so that text has edges but few
 * colours. */
struct wr_font {
  unsigned char shades[WR_FONT_LAST - WR_FONT_FIRST + 1][WR_FONT_HEIGHT][WR_FONT_WIDTH];
};

/** Renders the glyphs of a monospaced font file; false with a line on stderr when it cannot. */
bool wr_font_load(struct wr_font *font, const char *path);

/** Draws one character over what is there; others than printable ASCII draw nothing. */
void wr_font_draw(const struct wr_font *font, struct wr_canvas *canvas, int32_t x, int32_t y,
                  int character, uint32_t colour);
