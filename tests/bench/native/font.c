#include "font.h"

#include <stdio.h>
#include <string.h>
#include <ft2build.h>
#include FT_FREETYPE_H

#define PIXEL_SIZE 13
#define BASELINE 12
#define EDGE_COLOUR 0xa8a8b0

typedef unsigned char glyph_cell[WR_FONT_HEIGHT][WR_FONT_WIDTH];

static bool bit_at(const FT_Bitmap *bitmap, int x, int y) {
  return bitmap->buffer[y * bitmap->pitch + x / 8] >> (7 - x % 8) & 1;
}

static void copy_bitmap(glyph_cell cell, const FT_GlyphSlot slot) {
  for (unsigned y = 0; y < slot->bitmap.rows; y++)
    for (unsigned x = 0; x < slot->bitmap.width; x++) {
      int column = slot->bitmap_left + (int)x, row = BASELINE - slot->bitmap_top + (int)y;
      bool inside = column >= 0 && column < WR_FONT_WIDTH && row >= 0 && row < WR_FONT_HEIGHT;
      if (inside && bit_at(&slot->bitmap, (int)x, (int)y))
        cell[row][column] = WR_FONT_SOLID;
    }
}

static void soften_right_edges(glyph_cell cell) {
  for (int row = 0; row < WR_FONT_HEIGHT; row++)
    for (int column = 1; column < WR_FONT_WIDTH; column++)
      if (cell[row][column] == WR_FONT_CLEAR && cell[row][column - 1] == WR_FONT_SOLID)
        cell[row][column] = WR_FONT_EDGE;
}

static bool render_glyphs(struct wr_font *font, FT_Face face) {
  for (int character = WR_FONT_FIRST; character <= WR_FONT_LAST; character++) {
    if (FT_Load_Char(face, (FT_ULong)character, FT_LOAD_RENDER | FT_LOAD_TARGET_MONO))
      return false;
    glyph_cell *cell = &font->shades[character - WR_FONT_FIRST];
    copy_bitmap(*cell, face->glyph);
    soften_right_edges(*cell);
  }
  return true;
}

bool wr_font_load(struct wr_font *font, const char *path) {
  memset(font, 0, sizeof *font);
  FT_Library library;
  if (FT_Init_FreeType(&library)) {
    fprintf(stderr, "workload: FreeType does not start\n");
    return false;
  }
  FT_Face face;
  bool loaded = !FT_New_Face(library, path, 0, &face) && !FT_Set_Pixel_Sizes(face, 0, PIXEL_SIZE) &&
                render_glyphs(font, face);
  if (!loaded)
    fprintf(stderr, "workload: no glyphs from %s\n", path);
  FT_Done_FreeType(library);
  return loaded;
}

void wr_font_draw(const struct wr_font *font, struct wr_canvas *canvas, int32_t x, int32_t y,
                  int character, uint32_t colour) {
  if (character < WR_FONT_FIRST || character > WR_FONT_LAST)
    return;
  const glyph_cell *cell = &font->shades[character - WR_FONT_FIRST];
  struct wr_rect inside =
      wr_canvas_clip(canvas, (struct wr_rect){x, y, WR_FONT_WIDTH, WR_FONT_HEIGHT});
  for (int32_t row = inside.y; row < inside.y + inside.height; row++)
    for (int32_t column = inside.x; column < inside.x + inside.width; column++) {
      int shade = (*cell)[row - y][column - x];
      if (shade != WR_FONT_CLEAR)
        canvas->pixels[(size_t)row * canvas->width + column] =
            shade == WR_FONT_SOLID ? colour : EDGE_COLOUR;
    }
}
