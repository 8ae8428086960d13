#pragma once
#include <stdint.h>

struct wr_rect {
  int32_t x, y, width, height;
};

/** Pixels are 0x00RRGGBB, rows without padding. The memory belongs to whoever made the canvas. */
struct wr_canvas {
  int32_t width, height;
  uint32_t *pixels;
};

static inline struct wr_rect wr_canvas_bounds(const struct wr_canvas *canvas) {
  return (struct wr_rect){0, 0, canvas->width, canvas->height};
}

/** The part of rect inside the canvas; width and height are 0 when there is none. */
struct wr_rect wr_canvas_clip(const struct wr_canvas *canvas, struct wr_rect rect);

void wr_canvas_fill(struct wr_canvas *canvas, struct wr_rect rect, uint32_t colour);

/** Copies the same rect from one canvas to another of the same size. */
void wr_canvas_copy(struct wr_canvas *to, const struct wr_canvas *from, struct wr_rect rect);

/** Draws the whole of `from` with its top left corner at x, y, clipped. */
void wr_canvas_draw(struct wr_canvas *to, int32_t x, int32_t y, const struct wr_canvas *from);

/** Returns NULL pixels when memory is short. */
struct wr_canvas wr_canvas_allocate(int32_t width, int32_t height);
