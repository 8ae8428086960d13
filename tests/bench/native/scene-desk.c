#include "scene.h"

#include "backdrop.h"

static const struct wr_rect cursor = {700, 700, WR_FONT_WIDTH, WR_FONT_HEIGHT};

static bool start_idle(struct wr_scene *scene) {
  wr_backdrop_desk(&scene->canvas, scene->font);
  return true;
}

/** The text cursor of a terminal, twice a second. */
static void blink(struct wr_scene *scene) {
  wr_canvas_fill(&scene->canvas, cursor, scene->frame % 2 ? WR_BACKDROP_INK : WR_BACKDROP_PAPER);
  wr_damage_add(&scene->damage, cursor);
}

static bool start_still(struct wr_scene *scene) {
  wr_backdrop_desk(&scene->canvas, scene->font);
  for (int i = 0; i < WR_MARKS_COUNT; i++) {
    struct wr_rect place = wr_marks_place(i);
    size_t offset = (size_t)place.y * (size_t)scene->canvas.width + (size_t)place.x;
    wr_barcode_draw(scene->canvas.pixels + offset, (size_t)scene->canvas.width, WR_MARKS_VALUE);
  }
  return true;
}

const struct wr_scene_kind wr_scene_idle = {
    .name = "idle", .interval_ns = 500000000, .start = start_idle, .step = blink};

const struct wr_scene_kind wr_scene_still = {.name = "still", .start = start_still};
