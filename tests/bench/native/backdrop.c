#include "backdrop.h"

#include <stddef.h>
#include "random.h"

#define TITLE_HEIGHT 24
#define TITLE_COLOUR 0x335577
#define PANEL_HEIGHT 32
#define LATTICE 64

static void draw_words(struct wr_canvas *canvas, const struct wr_font *font, int32_t x, int32_t y,
                       int32_t end, uint32_t *random) {
  while (x < end) {
    uint32_t length = 2 + wr_random_next(random) % 9;
    for (uint32_t i = 0; i < length && x < end; i++, x += WR_FONT_WIDTH)
      wr_font_draw(font, canvas, x, y, 'a' + (int)(wr_random_next(random) % 26), WR_BACKDROP_INK);
    x += WR_FONT_WIDTH;
  }
}

void wr_backdrop_text_line(struct wr_canvas *canvas, const struct wr_font *font, int32_t y,
                           uint32_t number) {
  wr_canvas_fill(canvas, (struct wr_rect){0, y, canvas->width, WR_FONT_HEIGHT}, WR_BACKDROP_PAPER);
  uint32_t random = wr_random_seed(number);
  int32_t end = canvas->width - 160 - (int32_t)(wr_random_next(&random) % 400);
  bool blank = wr_random_next(&random) % 7 == 0;
  if (!blank)
    draw_words(canvas, font, 2 * WR_FONT_WIDTH, y, end, &random);
}

/** Value noise between 0 and 127, interpolated between lattice points. */
static uint32_t soft_noise(uint32_t x, uint32_t y) {
  uint32_t column = x / LATTICE, row = y / LATTICE, u = x % LATTICE, v = y % LATTICE;
  uint32_t top = (wr_random_hash(column, row) & 127) * (LATTICE - u) +
                 (wr_random_hash(column + 1, row) & 127) * u;
  uint32_t bottom = (wr_random_hash(column, row + 1) & 127) * (LATTICE - u) +
                    (wr_random_hash(column + 1, row + 1) & 127) * u;
  return (top * (LATTICE - v) + bottom * v) / (LATTICE * LATTICE);
}

void wr_backdrop_wallpaper(struct wr_canvas *canvas) {
  uint32_t width = (uint32_t)canvas->width, height = (uint32_t)canvas->height;
  for (uint32_t y = 0; y < height; y++)
    for (uint32_t x = 0; x < width; x++) {
      uint32_t noise = soft_noise(x, y), grain = wr_random_hash(x, y) & 3;
      uint32_t red = y * 90 / height + noise / 2 + grain;
      uint32_t green = 60 + x * 80 / width + noise / 3 + grain;
      uint32_t blue = 180 - y * 70 / height + noise / 2 + grain;
      canvas->pixels[(size_t)y * width + x] = red << 16 | green << 8 | blue;
    }
}

void wr_backdrop_window(struct wr_canvas *canvas, const struct wr_font *font, struct wr_rect frame,
                        uint32_t id) {
  wr_canvas_fill(canvas, frame, WR_BACKDROP_PAPER);
  wr_canvas_fill(canvas, (struct wr_rect){frame.x, frame.y, frame.width, TITLE_HEIGHT},
                 TITLE_COLOUR);
  for (int i = 0; i < 20; i++)
    wr_font_draw(font, canvas, frame.x + 8 + i * WR_FONT_WIDTH, frame.y + 4,
                 'A' + (int)((id * 7 + (uint32_t)i) % 26), 0xffffff);
  int32_t lines = (frame.height - TITLE_HEIGHT) / WR_FONT_HEIGHT;
  for (int32_t line = 0; line < lines; line++) {
    uint32_t random = wr_random_seed(id * 1000 + (uint32_t)line);
    draw_words(canvas, font, frame.x + 8, frame.y + TITLE_HEIGHT + line * WR_FONT_HEIGHT,
               frame.x + frame.width - 16, &random);
  }
}

void wr_backdrop_desk(struct wr_canvas *canvas, const struct wr_font *font) {
  wr_backdrop_wallpaper(canvas);
  wr_backdrop_window(canvas, font, (struct wr_rect){80, 80, 820, 600}, 1);
  wr_backdrop_window(canvas, font, (struct wr_rect){960, 60, 880, 520}, 2);
  wr_backdrop_window(canvas, font, (struct wr_rect){500, 420, 900, 560}, 3);
  int32_t top = canvas->height - PANEL_HEIGHT;
  wr_canvas_fill(canvas, (struct wr_rect){0, top, canvas->width, PANEL_HEIGHT}, 0x222831);
  for (int i = 0; i < 100; i++)
    wr_font_draw(font, canvas, 20 + i * WR_FONT_WIDTH, top + 8, 'A' + i % 26, 0xdddddd);
}
