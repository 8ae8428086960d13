/* A window on an X11 or Wayland desktop. SDL runs on a thread of its own that sleeps until the
 * display or the owner has something for it. All functions are for one owner thread; they only note
 * what is wanted and wake the window's thread. */
#pragma once

#include "queue.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define WR_WINDOW_CURSOR_MAX 256 /* pixels a side */

struct wr_window_options {
  const char *title;
  int32_t width, height; /* pixels */
  bool fullscreen;
  /* Both are called on the window's thread. wake: there are events to take; not called again before
   * a take. ended: the thread is about to end and will not call anything any more. */
  void (*wake)(void *user);
  void (*ended)(void *user);
  void *user;
};

struct wr_window_cursor {
  int32_t width, height, hotspot_x, hotspot_y;
  uint32_t argb[]; /* premultiplied, rows of `width` */
};

struct wr_window;

/* Waits until the window is there, 10 s at most. NULL on failure with the reason in `error`;
 * `ended` is then called if and only if *thread_started. One window at a time per process, since
 * SDL is a single instance. */
struct wr_window *wr_window_open(const struct wr_window_options *options, bool *thread_started,
                                 char *error, size_t error_size);
/* Closes the window and waits up to 2 s for its thread to end; a thread that hangs in the display
 * server is left behind. */
void wr_window_close(struct wr_window *window);

bool wr_window_take(struct wr_window *window, struct wr_window_event *event);

/* Has the rectangles shown at once; WR_WINDOW_PRESENTED with the returned sequence (or a later one)
 * follows. 0 when out of memory. */
uint64_t wr_window_present(struct wr_window *window, const uint8_t *bytes, int32_t width,
                           int32_t height, const int32_t *rects, size_t rect_count);
/* NULL hides the cursor. Takes the cursor over; it was allocated with malloc(). */
void wr_window_set_cursor(struct wr_window *window, struct wr_window_cursor *cursor);
void wr_window_set_title(struct wr_window *window, const char *title);
void wr_window_set_fullscreen(struct wr_window *window, bool fullscreen);
void wr_window_grab_keyboard(struct wr_window *window, bool grab);
void wr_window_resize(struct wr_window *window, int32_t width, int32_t height);
void wr_window_size(struct wr_window *window, int32_t *width, int32_t *height);
/* SDL's name of the display system, "x11" or "wayland". */
const char *wr_window_driver(struct wr_window *window);

#ifdef __cplusplus
}
#endif
