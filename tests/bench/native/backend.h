#pragma once
#include <stdbool.h>
#include "canvas.h"
#include "damage.h"
#include "pacer.h"

/** A full-screen window on one kind of display server; its memory lives as long as the process. */
struct wr_backend {
  int fd;
  struct wr_canvas canvas; /* to be drawn into only while can_present() */
  /** Handles what has arrived, without waiting; key presses go to the pacer. False: connection
   * lost. */
  bool (*dispatch)(struct wr_backend *, struct wr_pacer *);
  /** The last frame has been taken by the display server. */
  bool (*can_present)(struct wr_backend *);
  /** Shows what changed in the canvas. */
  void (*present)(struct wr_backend *, const struct wr_damage *);
};

/** Connects to $WAYLAND_DISPLAY and waits until the window may be drawn; NULL with a line on
 * stderr. */
struct wr_backend *wr_backend_open_wayland(void);

/** Connects to $DISPLAY and maps a window; NULL with a line on stderr. */
struct wr_backend *wr_backend_open_x11(void);
