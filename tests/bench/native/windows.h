#pragma once
#include <signal.h>
#include <stdbool.h>
#include "window-scene.h"

/** App id or class of what covers the screen, and of the windows on it: for rules of the desktop.
 */
#define WR_WINDOWS_BACKDROP "wayray-bench-backdrop"
#define WR_WINDOWS_WINDOW "wayray-bench-window"

/** Shows the scene until *stopped; false with a line on stderr when there is no display. */
bool wr_windows_show_wayland(const struct wr_window_scene *scene,
                             const volatile sig_atomic_t *stopped);
bool wr_windows_show_x11(const struct wr_window_scene *scene, const volatile sig_atomic_t *stopped);
