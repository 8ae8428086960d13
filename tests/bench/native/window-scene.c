#include "window-scene.h"

#include <string.h>
#include "backdrop.h"
#include "barcode.h"
#include "marks.h"

#define MENU_COLOUR 0xf4f4f4
#define MENU_LINE 24

struct size {
  int32_t width, height;
};

/* A cross when both are centred, so that each has a part that the other never covers. */
static const struct size crossed[WR_WINDOW_SCENE_MAX] = {{1200, 500}, {600, 900}};
static const struct size moved = {800, 600};
static const struct size menu = {280, 430};

static void draw_barcode(struct wr_canvas *canvas, int32_t x, int32_t y, uint32_t value) {
  size_t offset = (size_t)y * (size_t)canvas->width + (size_t)x;
  wr_barcode_draw(canvas->pixels + offset, (size_t)canvas->width, value);
}

static bool add_window(struct wr_window_scene *scene, struct size size, const struct wr_font *font,
                       uint32_t tag) {
  struct wr_canvas canvas = wr_canvas_allocate(size.width, size.height);
  if (!canvas.pixels)
    return false;
  uint32_t number = (uint32_t)scene->count;
  wr_backdrop_window(&canvas, font, wr_canvas_bounds(&canvas), number + 1);
  draw_barcode(&canvas, 0, 0, tag << 16 | (2 + 2 * number));
  draw_barcode(&canvas, (size.width - WR_BARCODE_WIDTH) / 2, size.height / 2,
               tag << 16 | (3 + 2 * number));
  scene->windows[scene->count++] = canvas;
  return true;
}

static bool add_menu(struct wr_window_scene *scene, const struct wr_font *font, uint32_t tag) {
  scene->menu = wr_canvas_allocate(menu.width, menu.height);
  if (!scene->menu.pixels)
    return false;
  wr_canvas_fill(&scene->menu, wr_canvas_bounds(&scene->menu), MENU_COLOUR);
  for (int32_t y = MENU_LINE; y + MENU_LINE <= menu.height; y += MENU_LINE)
    for (int i = 0; i < 12 + y % 9; i++)
      wr_font_draw(font, &scene->menu, 16 + i * WR_FONT_WIDTH, y, 'a' + (y * 7 + i * 5) % 26,
                   WR_BACKDROP_INK);
  draw_barcode(&scene->menu, 0, 0, tag << 16 | 2);
  scene->has_menu = true;
  return true;
}

bool wr_window_scene_make(struct wr_window_scene *scene, const char *name,
                          const struct wr_font *font, uint32_t tag) {
  *scene = (struct wr_window_scene){.name = name};
  scene->backdrop = wr_canvas_allocate(WR_MARKS_SCREEN_WIDTH, WR_MARKS_SCREEN_HEIGHT);
  if (!scene->backdrop.pixels)
    return false;
  bool made = false;
  if (strcmp(name, "menu") == 0) {
    wr_backdrop_desk(&scene->backdrop, font);
    made = add_menu(scene, font, tag);
  } else {
    wr_backdrop_wallpaper(&scene->backdrop);
    if (strcmp(name, "move") == 0)
      made = add_window(scene, moved, font, tag);
    else if (strcmp(name, "switch") == 0)
      made = add_window(scene, crossed[0], font, tag) && add_window(scene, crossed[1], font, tag);
  }
  draw_barcode(&scene->backdrop, 0, 0, tag << 16 | 1);
  return made;
}
