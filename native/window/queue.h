/* Events on their way from the window's thread to JavaScript: bounded, in order. Not locked: the
 * owner does that. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum wr_window_kind {
  WR_WINDOW_KEY = 1,      /* a evdev code, b pressed */
  WR_WINDOW_MOTION,       /* a x, b y in pixels of the window */
  WR_WINDOW_BUTTON,       /* a BTN_ code, b pressed, c x, d y */
  WR_WINDOW_WHEEL,        /* a x, b y in notches, right and down positive */
  WR_WINDOW_TOUCH_DOWN,   /* a id, b x, c y */
  WR_WINDOW_TOUCH_UP,     /* a id, b x, c y */
  WR_WINDOW_TOUCH_MOTION, /* a id, b x, c y */
  WR_WINDOW_FOCUS,        /* a in */
  WR_WINDOW_RESIZED,      /* a width, b height in pixels */
  WR_WINDOW_CLOSE,        /* a whether the connection to the display was lost */
  WR_WINDOW_PRESENTED,    /* a sequence, b CLOCK_MONOTONIC ns */
};

struct wr_window_event {
  enum wr_window_kind kind;
  double time_us; /* CLOCK_MONOTONIC */
  double a, b, c, d;
};

#define WR_WINDOW_QUEUE_SIZE 1024

struct wr_window_queue {
  struct wr_window_event events[WR_WINDOW_QUEUE_SIZE];
  size_t first, count;
  bool focused; /* as of the last focus event put in */
};

/* Motion and size replace an undelivered predecessor. When the reader has stalled for so long that
 * the queue is full, undelivered input is dropped, and focus out and in again take its place: the
 * reader releases every key, so that none stays down. */
void wr_window_queue_put(struct wr_window_queue *queue, const struct wr_window_event *event);
bool wr_window_queue_take(struct wr_window_queue *queue, struct wr_window_event *event);

#ifdef __cplusplus
}
#endif
