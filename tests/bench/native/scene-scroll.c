#include "scene.h"

#include <string.h>
#include "backdrop.h"

#define LINES_PER_STEP 3

/** A page of text that scrolls three lines at a time, as a client that redraws everything shows it.
 */
static bool start(struct wr_scene *scene) {
  struct wr_canvas *canvas = &scene->canvas;
  wr_canvas_fill(canvas, wr_canvas_bounds(canvas), WR_BACKDROP_PAPER);
  uint32_t line = 0;
  for (int32_t y = WR_MARKS_HEADER; y < canvas->height; y += WR_FONT_HEIGHT)
    wr_backdrop_text_line(canvas, scene->font, y, line++);
  return true;
}

static void step(struct wr_scene *scene) {
  struct wr_canvas *canvas = &scene->canvas;
  int32_t shift = LINES_PER_STEP * WR_FONT_HEIGHT;
  size_t row = (size_t)canvas->width;
  memmove(canvas->pixels + WR_MARKS_HEADER * row,
          canvas->pixels + (size_t)(WR_MARKS_HEADER + shift) * row,
          (size_t)(canvas->height - WR_MARKS_HEADER - shift) * row * sizeof(uint32_t));
  for (int32_t i = 0; i < LINES_PER_STEP; i++)
    wr_backdrop_text_line(canvas, scene->font, canvas->height - shift + i * WR_FONT_HEIGHT,
                          1000 + scene->frame * LINES_PER_STEP + (uint32_t)i);
  wr_damage_add(&scene->damage, (struct wr_rect){0, WR_MARKS_HEADER, canvas->width,
                                                 canvas->height - WR_MARKS_HEADER});
}

const struct wr_scene_kind wr_scene_scroll = {
    .name = "scroll", .interval_ns = 33333333, .start = start, .step = step};
