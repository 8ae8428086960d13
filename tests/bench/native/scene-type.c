#include "scene.h"

#include <stdlib.h>
#include "backdrop.h"

#define LEFT 40
#define TOP 40
#define BOTTOM 500
#define RIGHT_MARGIN 60

/** An editor: a page with text in its lower half, each key adds a letter above. */
struct type_state {
  int32_t x, y;
};

static bool start(struct wr_scene *scene) {
  struct type_state *state = calloc(1, sizeof *state);
  if (!state)
    return false;
  *state = (struct type_state){LEFT, TOP};
  scene->state = state;
  struct wr_canvas *canvas = &scene->canvas;
  wr_canvas_fill(canvas, wr_canvas_bounds(canvas), WR_BACKDROP_PAPER);
  uint32_t line = 0;
  for (int32_t y = canvas->height / 2 + 32; y + WR_FONT_HEIGHT <= canvas->height;
       y += WR_FONT_HEIGHT)
    wr_backdrop_text_line(canvas, scene->font, y, line++);
  return true;
}

static void break_line(struct wr_scene *scene, struct type_state *state) {
  state->x = LEFT;
  state->y += WR_FONT_HEIGHT;
  if (state->y > BOTTOM)
    state->y = TOP;
  struct wr_rect row = {0, state->y, scene->canvas.width, WR_FONT_HEIGHT};
  wr_canvas_fill(&scene->canvas, row, WR_BACKDROP_PAPER);
  wr_damage_add(&scene->damage, row);
}

static void step(struct wr_scene *scene) {
  struct type_state *state = scene->state;
  wr_font_draw(scene->font, &scene->canvas, state->x, state->y, 'a' + (int)(scene->frame % 26),
               WR_BACKDROP_INK);
  wr_damage_add(&scene->damage,
                (struct wr_rect){state->x, state->y, WR_FONT_WIDTH, WR_FONT_HEIGHT});
  state->x += WR_FONT_WIDTH;
  if (state->x > scene->canvas.width - RIGHT_MARGIN)
    break_line(scene, state);
}

const struct wr_scene_kind wr_scene_type = {
    .name = "type", .takes_keys = true, .start = start, .step = step};
