/* What the owner's side (core.c) and the window's thread (thread.c) share. Private to this folder.
 */
#pragma once

#include "core.h"
#include "picture.h"

#include <pthread.h>

#define WR_WINDOW_TITLE_MAX 256

enum wr_window_phase { WR_WINDOW_STARTING, WR_WINDOW_RUNNING, WR_WINDOW_FAILED, WR_WINDOW_LOST };

/* The latest wish of each kind wins, so that nothing queues up. */
struct wr_window_wishes {
  bool quit, title_set, fullscreen_set, grab_set, size_set, cursor_set;
  bool fullscreen, grab;
  int32_t width, height;
  struct wr_window_cursor *cursor;
  char title[WR_WINDOW_TITLE_MAX];
};

struct wr_window {
  struct wr_window_options options;
  int wake_fd; /* eventfd: wishes or pixels for the thread */

  pthread_mutex_t mutex; /* guards all below */
  pthread_cond_t changed;
  unsigned references; /* owner and thread */
  enum wr_window_phase phase;
  char error[256];
  char driver[16];
  int32_t width, height;
  struct wr_window_wishes wishes;
  struct wr_window_picture picture;
  uint64_t sequence; /* of the last present */
  struct wr_window_queue queue;
  bool woken; /* the owner knows that there are events */
};

void *wr_window_thread(void *window);
void wr_window_put(struct wr_window *window, const struct wr_window_event *event);
void wr_window_unref(struct wr_window *window);
