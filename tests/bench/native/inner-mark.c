#include "inner-mark.h"

#include <string.h>
#include "barcode.h"
#include "drag-path.h"
#include "marks.h"

/** At the lower right of this rectangle. */
static struct wr_rect corner_of(struct wr_rect part) {
  return (struct wr_rect){part.x + part.width - WR_BARCODE_WIDTH,
                          part.y + part.height - WR_BARCODE_HEIGHT, WR_BARCODE_WIDTH,
                          WR_BARCODE_HEIGHT};
}

static struct wr_rect dragged_window(uint32_t frame) {
  struct wr_drag_path path = wr_drag_path_start();
  for (uint32_t i = 1; i < frame; i++)
    wr_drag_path_step(&path);
  return (struct wr_rect){path.x, path.y, WR_DRAG_WIDTH, WR_DRAG_HEIGHT};
}

bool wr_inner_mark_place(const char *scene, uint32_t frame, struct wr_rect *place) {
  if (strcmp(scene, "scroll") == 0)
    *place = corner_of((struct wr_rect){0, 0, WR_MARKS_SCREEN_WIDTH, WR_MARKS_SCREEN_HEIGHT});
  else if (strcmp(scene, "video") == 0)
    *place = corner_of((struct wr_rect){WR_FILM_X, WR_FILM_Y, WR_FILM_WIDTH, WR_FILM_HEIGHT});
  else if (strcmp(scene, "drag") == 0)
    *place = corner_of(dragged_window(frame));
  else
    return false;
  return true;
}
