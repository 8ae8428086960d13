#pragma once
#include "canvas.h"

#define WR_DRAG_WIDTH 800
#define WR_DRAG_HEIGHT 600

/** Where the window of the drag scene is; it goes to and fro between the borders. */
struct wr_drag_path {
  int32_t x, y, step_x, step_y;
};

/** Its place in frame 1. */
struct wr_drag_path wr_drag_path_start(void);

void wr_drag_path_step(struct wr_drag_path *path);
