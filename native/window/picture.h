/* The picture that a window shows: XRGB8888 pixels and the part of them that the screen has not got
 * yet. Not locked. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define WR_WINDOW_DAMAGE_MAX 256

struct wr_window_rect {
  int32_t x, y, width, height; /* same layout as SDL_Rect */
};

struct wr_window_picture {
  uint32_t *pixels; /* rows of `width`, top down */
  int32_t width, height;
  bool resized; /* everything is damaged, also what lies around the picture */
  struct wr_window_rect damage[WR_WINDOW_DAMAGE_MAX];
  size_t damage_count;
};

/* Takes over the rectangles (x, y, width, height each, clipped to the picture) of an image of width
 * x height. Returns false and leaves the picture alone when memory for a new size is lacking. */
bool wr_window_picture_update(struct wr_window_picture *picture, const uint8_t *bytes,
                              int32_t width, int32_t height, const int32_t *rects,
                              size_t rect_count);
void wr_window_picture_clear_damage(struct wr_window_picture *picture);
void wr_window_picture_free(struct wr_window_picture *picture);

#ifdef __cplusplus
}
#endif
