#include "drag-path.h"

#include "marks.h"

struct wr_drag_path wr_drag_path_start(void) {
  return (struct wr_drag_path){200, 200, 11, 7};
}

static void bounce(int32_t *position, int32_t *speed, int32_t low, int32_t high) {
  *position += *speed;
  if (*position >= low && *position <= high)
    return;
  *speed = -*speed;
  *position += 2 * *speed;
}

void wr_drag_path_step(struct wr_drag_path *path) {
  bounce(&path->x, &path->step_x, 0, WR_MARKS_SCREEN_WIDTH - WR_DRAG_WIDTH);
  bounce(&path->y, &path->step_y, WR_MARKS_HEADER, WR_MARKS_SCREEN_HEIGHT - WR_DRAG_HEIGHT);
}
