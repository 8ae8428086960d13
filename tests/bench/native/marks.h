#pragma once
#include "barcode.h"
#include "canvas.h"

/** What the workload draws and the observer looks for: one size of screen, one place for each mark.
 */
#define WR_MARKS_SCREEN_WIDTH 1920
#define WR_MARKS_SCREEN_HEIGHT 1080
/** The strip at the top that only the frame's barcode uses. */
#define WR_MARKS_HEADER 16
#define WR_MARKS_COLUMNS 3
#define WR_MARKS_ROWS 3
#define WR_MARKS_COUNT (WR_MARKS_COLUMNS * WR_MARKS_ROWS)
/** Where the video scene's film is. */
#define WR_FILM_X 320
#define WR_FILM_Y 160
#define WR_FILM_WIDTH 1280
#define WR_FILM_HEIGHT 720
/** The marks all over a still picture carry this value: seeing all of them proves that it is whole.
 */
#define WR_MARKS_VALUE UINT32_C(0x5a5a5a)

static inline struct wr_rect wr_marks_place(int index) {
  int column = index % WR_MARKS_COLUMNS, row = index / WR_MARKS_COLUMNS;
  int32_t free_width = WR_MARKS_SCREEN_WIDTH - WR_BARCODE_WIDTH;
  int32_t free_height = WR_MARKS_SCREEN_HEIGHT - WR_MARKS_HEADER - WR_BARCODE_HEIGHT;
  return (struct wr_rect){free_width * column / (WR_MARKS_COLUMNS - 1),
                          WR_MARKS_HEADER + free_height * row / (WR_MARKS_ROWS - 1),
                          WR_BARCODE_WIDTH, WR_BARCODE_HEIGHT};
}
