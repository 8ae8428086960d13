#pragma once
#include <stdbool.h>
#include <stdint.h>
#include <X11/Xlib.h>

/** Letters typed at a human's pace: gaps between 120 and 239 ms, so that frames cannot fall into
 * step. */
struct wr_keys {
  uint32_t left, typed, random;
  int64_t next_ns;
};

/** There is no window manager on the viewer's screen to give the viewer's window the focus. */
void wr_keys_focus_viewer(Display *display);

/** Types `count` keys from now on; the viewer's window gets the focus if no window has it. */
void wr_keys_start(struct wr_keys *keys, Display *display, uint32_t count);

/** Presses and releases the next key if it is due; returns the time of the press in ns, otherwise
 * 0. */
int64_t wr_keys_press_due(struct wr_keys *keys, Display *display);

/** Milliseconds until the next key, at most `limit_ms`. */
int wr_keys_wait_ms(const struct wr_keys *keys, int limit_ms);
