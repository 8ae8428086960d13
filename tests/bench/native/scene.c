#include "scene.h"

#include <string.h>
#include "barcode.h"
#include "inner-mark.h"

static const struct wr_scene_kind *const kinds[] = {&wr_scene_type, &wr_scene_scroll,
                                                    &wr_scene_drag, &wr_scene_video,
                                                    &wr_scene_idle, &wr_scene_still};

const struct wr_scene_kind *wr_scene_find(const char *name) {
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
    if (strcmp(kinds[i]->name, name) == 0)
      return kinds[i];
  return NULL;
}

uint32_t wr_scene_number(const struct wr_scene *scene) { return scene->before + scene->frame; }

static void draw_frame_number(struct wr_scene *scene) {
  scene->frame++;
  uint32_t value = scene->tag << 16 | (wr_scene_number(scene) & 0xffff);
  wr_barcode_draw(scene->canvas.pixels, (size_t)scene->canvas.width, value);
  wr_damage_add(&scene->damage, (struct wr_rect){0, 0, WR_BARCODE_WIDTH, WR_BARCODE_HEIGHT});
  struct wr_rect inner;
  if (!wr_inner_mark_place(scene->kind->name, scene->frame, &inner))
    return;
  size_t offset = (size_t)inner.y * (size_t)scene->canvas.width + (size_t)inner.x;
  wr_barcode_draw(scene->canvas.pixels + offset, (size_t)scene->canvas.width, value);
}

bool wr_scene_start(struct wr_scene *scene, const struct wr_scene_kind *kind,
                    const struct wr_font *font, struct wr_canvas canvas, uint32_t tag) {
  *scene = (struct wr_scene){.font = font, .canvas = canvas, .tag = tag};
  return wr_scene_change(scene, kind);
}

bool wr_scene_change(struct wr_scene *scene, const struct wr_scene_kind *kind) {
  scene->before = wr_scene_number(scene);
  scene->frame = 0;
  scene->kind = kind;
  if (!kind->start(scene))
    return false;
  draw_frame_number(scene);
  scene->damage = (struct wr_damage){.count = 1, .rects = {wr_canvas_bounds(&scene->canvas)}};
  return true;
}

void wr_scene_step(struct wr_scene *scene) {
  scene->damage.count = 0;
  if (scene->kind->step)
    scene->kind->step(scene);
  draw_frame_number(scene);
}
