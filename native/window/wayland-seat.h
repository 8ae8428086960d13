/* SDL 2.26 crashes while it starts on a Wayland compositor that has no seat, such as a headless
 * one. */
#pragma once

#include <stdbool.h>

/* Whether the compositor of $WAYLAND_DISPLAY answers and has a seat. */
bool wr_window_wayland_has_seat(void);
