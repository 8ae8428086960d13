#include "scene.h"

#include <stdlib.h>
#include "backdrop.h"
#include "drag-path.h"

/** A window that moves over a photograph and bounces off the edges. */
struct drag_state {
  struct wr_canvas wallpaper, window;
  struct wr_drag_path path;
};

static void draw_window(struct wr_scene *scene, const struct drag_state *state) {
  wr_canvas_draw(&scene->canvas, state->path.x, state->path.y, &state->window);
  wr_damage_add(&scene->damage, (struct wr_rect){state->path.x, state->path.y, state->window.width,
                                                 state->window.height});
}

static bool start(struct wr_scene *scene) {
  struct drag_state *state = calloc(1, sizeof *state);
  if (!state)
    return false;
  scene->state = state;
  state->path = wr_drag_path_start();
  state->wallpaper = wr_canvas_allocate(scene->canvas.width, scene->canvas.height);
  state->window = wr_canvas_allocate(WR_DRAG_WIDTH, WR_DRAG_HEIGHT);
  if (!state->wallpaper.pixels || !state->window.pixels)
    return false;
  wr_backdrop_wallpaper(&state->wallpaper);
  wr_backdrop_window(&state->window, scene->font, wr_canvas_bounds(&state->window), 1);
  wr_canvas_draw(&scene->canvas, 0, 0, &state->wallpaper);
  draw_window(scene, state);
  return true;
}

static void step(struct wr_scene *scene) {
  struct drag_state *state = scene->state;
  struct wr_rect old = {state->path.x, state->path.y, WR_DRAG_WIDTH, WR_DRAG_HEIGHT};
  wr_canvas_copy(&scene->canvas, &state->wallpaper, old);
  wr_damage_add(&scene->damage, old);
  wr_drag_path_step(&state->path);
  draw_window(scene, state);
}

const struct wr_scene_kind wr_scene_drag = {
    .name = "drag", .interval_ns = 33333333, .start = start, .step = step};
