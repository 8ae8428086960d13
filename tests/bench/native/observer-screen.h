#pragma once
#include <stdbool.h>
#include <stdint.h>
#include <X11/Xlib.h>
#include <X11/extensions/XShm.h>
#include <X11/extensions/Xdamage.h>
#include "canvas.h"

/** A picture of part of the X screen in memory shared with the X server. */
struct wr_screen_capture {
  XImage *image;
  XShmSegmentInfo segment;
};

/** The X screen that a viewer draws on. Everything lives as long as the process. */
struct wr_screen {
  Display *display;
  Window root;
  Damage damage;
  int damage_event;
  struct wr_screen_capture mark;  /* size of one barcode */
  struct wr_screen_capture whole; /* size of the screen */
};

/** Opens $DISPLAY; false with a line on stderr. */
bool wr_screen_open(struct wr_screen *screen);

/** Reads pending X events; true when something was drawn since the last call. */
bool wr_screen_take_damage(struct wr_screen *screen);

/** Events came beside the answer to a request: poll() does not see them. */
bool wr_screen_has_events(struct wr_screen *screen);

/** Reads the barcode at this place from the screen as it is now. */
bool wr_screen_read_barcode(struct wr_screen *screen, struct wr_rect place, uint32_t *value);

/** Looks for the barcode of this value all over the screen; its top left corner. */
bool wr_screen_find_barcode(struct wr_screen *screen, uint32_t value, struct wr_rect *place);

/** The screen shows this picture of 0x00RRGGBB words, pixel by pixel. */
bool wr_screen_equals(struct wr_screen *screen, const uint32_t *picture);

/** Takes the screen and tells the frame's barcode in it; false without one. */
bool wr_screen_capture(struct wr_screen *screen, uint32_t *value);

/** Reads a barcode in what was captured. */
bool wr_screen_captured_barcode(struct wr_screen *screen, struct wr_rect place, uint32_t *value);

/** Writes what was captured as 0x00RRGGBB to a file. */
bool wr_screen_save(struct wr_screen *screen, const char *path);
