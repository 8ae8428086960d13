#include "canvas.h"

#include <stdlib.h>
#include <string.h>

static int32_t max32(int32_t a, int32_t b) { return a > b ? a : b; }
static int32_t min32(int32_t a, int32_t b) { return a < b ? a : b; }

struct wr_rect wr_canvas_clip(const struct wr_canvas *canvas, struct wr_rect rect) {
  int32_t left = max32(rect.x, 0), top = max32(rect.y, 0);
  int32_t right = min32(rect.x + rect.width, canvas->width);
  int32_t bottom = min32(rect.y + rect.height, canvas->height);
  return (struct wr_rect){left, top, max32(right - left, 0), max32(bottom - top, 0)};
}

static uint32_t *pixel_at(const struct wr_canvas *canvas, int32_t x, int32_t y) {
  return canvas->pixels + (size_t)y * canvas->width + x;
}

void wr_canvas_fill(struct wr_canvas *canvas, struct wr_rect rect, uint32_t colour) {
  struct wr_rect inside = wr_canvas_clip(canvas, rect);
  for (int32_t row = 0; row < inside.height; row++) {
    uint32_t *pixel = pixel_at(canvas, inside.x, inside.y + row);
    for (int32_t column = 0; column < inside.width; column++)
      pixel[column] = colour;
  }
}

void wr_canvas_copy(struct wr_canvas *to, const struct wr_canvas *from, struct wr_rect rect) {
  struct wr_rect inside = wr_canvas_clip(to, rect);
  for (int32_t y = inside.y; y < inside.y + inside.height; y++)
    memcpy(pixel_at(to, inside.x, y), pixel_at(from, inside.x, y),
           (size_t)inside.width * sizeof(uint32_t));
}

void wr_canvas_draw(struct wr_canvas *to, int32_t x, int32_t y, const struct wr_canvas *from) {
  struct wr_rect inside = wr_canvas_clip(to, (struct wr_rect){x, y, from->width, from->height});
  for (int32_t row = inside.y; row < inside.y + inside.height; row++)
    memcpy(pixel_at(to, inside.x, row), pixel_at(from, inside.x - x, row - y),
           (size_t)inside.width * sizeof(uint32_t));
}

struct wr_canvas wr_canvas_allocate(int32_t width, int32_t height) {
  return (struct wr_canvas){width, height, calloc((size_t)width * height, sizeof(uint32_t))};
}
