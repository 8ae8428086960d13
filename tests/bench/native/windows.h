#pragma once
#include <signal.h>
#include <stdbool.h>
#include "window-scene.h"

/** App id or class of what covers the screen, and of the windows on it: for rules of the desktop.
 */
#define WR_WINDOWS_BACKDROP "wayray-bench-backdrop"
#define WR_WINDOWS_WINDOW "wayray-bench-window"

/** What is wished from outside, by signals. */
struct wr_windows_wish {
  volatile sig_atomic_t opened; /* the windows, too, and not the backdrop alone */
  volatile sig_atomic_t stopped;
};

/** Shows the scene until it is to stop; false with a line on stderr when there is no display. */
bool wr_windows_show_wayland(const struct wr_window_scene *scene,
                             const struct wr_windows_wish *wish);
bool wr_windows_show_x11(const struct wr_window_scene *scene, const struct wr_windows_wish *wish);
