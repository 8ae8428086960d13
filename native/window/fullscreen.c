#include "thread.h"

#include <SDL2/SDL_syswm.h>
#include <X11/Xatom.h>
#include <X11/Xlib.h>

static bool has_window_manager(Display *display) {
  Atom check = XInternAtom(display, "_NET_SUPPORTING_WM_CHECK", True);
  if (check == None)
    return false;
  Atom type = None;
  int format = 0;
  unsigned long count = 0, rest = 0;
  unsigned char *value = NULL;
  XGetWindowProperty(display, DefaultRootWindow(display), check, 0, 1, False, XA_WINDOW, &type,
                     &format, &count, &rest, &value);
  if (value)
    XFree(value);
  return count > 0;
}

static SDL_Rect geometry(SDL_Window *window) {
  SDL_Rect area;
  SDL_GetWindowPosition(window, &area.x, &area.y);
  SDL_GetWindowSize(window, &area.w, &area.h);
  return area;
}

/* SDL leaves it to the window manager, and takes for granted that there is one: a kiosk has none.
 */
static void fit(struct wr_window_screen *screen, SDL_Rect area) {
  SDL_SysWMinfo info;
  SDL_VERSION(&info.version);
  if (screen->wayland || !SDL_GetWindowWMInfo(screen->window, &info) ||
      has_window_manager(info.info.x11.display))
    return;
  XMoveResizeWindow(info.info.x11.display, info.info.x11.window, area.x, area.y, (unsigned)area.w,
                    (unsigned)area.h);
  screen->redraw = true;
}

void wr_window_screen_set_fullscreen(struct wr_window_screen *screen, bool fullscreen) {
  if (fullscreen == screen->fullscreen)
    return;
  screen->fullscreen = fullscreen;
  SDL_Rect area = screen->windowed;
  if (fullscreen) {
    screen->windowed = geometry(screen->window);
    SDL_GetDisplayBounds(SDL_GetWindowDisplayIndex(screen->window), &area);
  }
  SDL_SetWindowFullscreen(screen->window, fullscreen ? SDL_WINDOW_FULLSCREEN_DESKTOP : 0);
  fit(screen, area);
}
