#include "scene.h"

#include <stdlib.h>
#include "backdrop.h"

/** A window that moves over a photograph and bounces off the edges. */
struct drag_state {
  struct wr_canvas wallpaper, window;
  int32_t x, y, step_x, step_y;
};

static void draw_window(struct wr_scene *scene, const struct drag_state *state) {
  wr_canvas_draw(&scene->canvas, state->x, state->y, &state->window);
  wr_damage_add(&scene->damage,
                (struct wr_rect){state->x, state->y, state->window.width, state->window.height});
}

static bool start(struct wr_scene *scene) {
  struct drag_state *state = calloc(1, sizeof *state);
  if (!state)
    return false;
  scene->state = state;
  *state = (struct drag_state){.x = 200, .y = 200, .step_x = 11, .step_y = 7};
  state->wallpaper = wr_canvas_allocate(scene->canvas.width, scene->canvas.height);
  state->window = wr_canvas_allocate(800, 600);
  if (!state->wallpaper.pixels || !state->window.pixels)
    return false;
  wr_backdrop_wallpaper(&state->wallpaper);
  wr_backdrop_window(&state->window, scene->font, wr_canvas_bounds(&state->window), 1);
  wr_canvas_draw(&scene->canvas, 0, 0, &state->wallpaper);
  draw_window(scene, state);
  return true;
}

static void bounce(int32_t *position, int32_t *speed, int32_t low, int32_t high) {
  *position += *speed;
  if (*position >= low && *position <= high)
    return;
  *speed = -*speed;
  *position += 2 * *speed;
}

static void step(struct wr_scene *scene) {
  struct drag_state *state = scene->state;
  struct wr_rect old = {state->x, state->y, state->window.width, state->window.height};
  wr_canvas_copy(&scene->canvas, &state->wallpaper, old);
  wr_damage_add(&scene->damage, old);
  bounce(&state->x, &state->step_x, 0, scene->canvas.width - old.width);
  bounce(&state->y, &state->step_y, WR_MARKS_HEADER, scene->canvas.height - old.height);
  draw_window(scene, state);
}

const struct wr_scene_kind wr_scene_drag = {
    .name = "drag", .interval_ns = 33333333, .start = start, .step = step};
