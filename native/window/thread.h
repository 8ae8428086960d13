/* The window's thread: everything here runs on it alone. Private to this folder. */
#pragma once

#include "shared.h"

#include <SDL2/SDL.h>

struct wr_window_screen {
  struct wr_window *shared;
  SDL_Window *window;
  SDL_Cursor *cursor;
  SDL_Surface
      *shown; /* the window surface that holds what is on the screen; only compared, SDL owns it */
  bool wayland;
  unsigned long x11_window;
  bool x11_evdev;    /* the X server's key codes are evdev's plus 8 */
  bool pressed[256]; /* evdev codes, X11 with such codes only */
  int display_fd;
  bool redraw; /* the screen lost its contents */
  bool focused, fullscreen;
  SDL_Rect windowed;     /* where the window was before it became fullscreen, in points */
  uint64_t presented;    /* sequence last reported */
  double focus_moved_us; /* when X11's focus last moved, 0 when SDL has settled it */
  int32_t width, height; /* pixels */
};

double wr_window_now_ns(void);
/* Fills in the time. */
void wr_window_emit(struct wr_window_screen *screen, struct wr_window_event event);

/* setup.c: SDL_Init to a mapped window; false with SDL's error set. */
bool wr_window_screen_open(struct wr_window_screen *screen, const char *title);
void wr_window_screen_close(struct wr_window_screen *screen);

/* draw.c: copies what is damaged to the screen and reports it. */
void wr_window_screen_draw(struct wr_window_screen *screen);

/* translate.c: hands on what SDL reports. */
void wr_window_screen_translate(struct wr_window_screen *screen, const SDL_Event *event);
void wr_window_screen_update_size(struct wr_window_screen *screen);

/* wishes.c: does what the owner wants; false when that is to end. */
bool wr_window_screen_apply(struct wr_window_screen *screen);

/* fullscreen.c */
void wr_window_screen_set_fullscreen(struct wr_window_screen *screen, bool fullscreen);
