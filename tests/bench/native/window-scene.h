#pragma once
#include <stdbool.h>
#include "canvas.h"
#include "font.h"

#define WR_WINDOW_SCENE_MAX 2

/**
 * Windows whose places and order the desktop decides. Each carries two barcodes: one where no other
 * window covers it, which tells where it is, and one in its middle, which tells that it is on top.
 */
struct wr_window_scene {
  const char *name;
  struct wr_canvas backdrop; /* of the screen's size; barcode TAG << 16 | 1 at its top left */
  int count;
  struct wr_canvas windows[WR_WINDOW_SCENE_MAX];
  bool has_menu;
  struct wr_canvas menu; /* comes and goes with each press on the backdrop */
};

/** Where the menu opens. */
#define WR_MENU_X 700
#define WR_MENU_Y 300

/** "move", "switch" or "menu"; false when there is none of that name or memory is short. */
bool wr_window_scene_make(struct wr_window_scene *scene, const char *name,
                          const struct wr_font *font, uint32_t tag);
