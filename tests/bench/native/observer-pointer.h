#pragma once
#include <stdbool.h>
#include <stdint.h>
#include <X11/Xlib.h>
#include "canvas.h"
#include "observer-log.h"
#include "observer-screen.h"

/** A window dragged with Alt and the left button: 30 steps a second, back from the borders. */
struct wr_drag {
  uint32_t left, steps;  /* to go and done; the places of all steps follow from `start` */
  uint32_t seen;         /* the newest step at whose place the window was */
  uint32_t value;        /* the window's barcode, which is at its top left corner */
  struct wr_rect window; /* where it was at first, with its size */
  int64_t next_ns;
};

void wr_pointer_move(Display *display, int32_t x, int32_t y);

/** Presses and releases the left button; the time of the press in ns. */
int64_t wr_pointer_click(Display *display);

/** Takes hold of the window in its middle; it moves `steps` times from now on. */
void wr_drag_start(struct wr_drag *drag, Display *display, struct wr_rect window, uint32_t value,
                   uint32_t steps);

/** Where the window's corner is after so many steps. */
struct wr_rect wr_drag_place(const struct wr_drag *drag, uint32_t step);

/** Makes the next step if it is due, logs it, and lets go after the last; true then. */
bool wr_drag_step_due(struct wr_drag *drag, Display *display, struct wr_log *log);

/** Logs at which step's place the window is now, if that is news. */
void wr_drag_look(struct wr_drag *drag, struct wr_screen *screen, struct wr_log *log);

/** Milliseconds until the next step, at most `limit_ms`. */
int wr_drag_wait_ms(const struct wr_drag *drag, int limit_ms);
