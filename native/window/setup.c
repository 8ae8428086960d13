#include "thread.h"

#include "wayland-seat.h"

#include <SDL2/SDL_syswm.h>
#include <X11/XKBlib.h>
#include <X11/Xlib.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <wayland-client-core.h>

static void set_hints(void) {
  static const char *const hints[][2] = {
      {SDL_HINT_NO_SIGNAL_HANDLERS, "1"},
      {SDL_HINT_VIDEO_ALLOW_SCREENSAVER, "1"},
      {SDL_HINT_QUIT_ON_LAST_WINDOW_CLOSE, "0"},
      {SDL_HINT_VIDEO_MINIMIZE_ON_FOCUS_LOSS, "0"},
      {SDL_HINT_ALLOW_ALT_TAB_WHILE_GRABBED, "0"},
      {SDL_HINT_MOUSE_FOCUS_CLICKTHROUGH, "1"},
      {SDL_HINT_MOUSE_TOUCH_EVENTS, "0"},
      {SDL_HINT_TOUCH_MOUSE_EVENTS, "0"},
      {SDL_HINT_VIDEO_X11_NET_WM_BYPASS_COMPOSITOR, "0"},
      {SDL_HINT_RENDER_VSYNC, "0"},
      {SDL_HINT_APP_NAME, "wrclient"},
      {"SDL_VIDEO_X11_WMCLASS", "wrclient"},
      {"SDL_VIDEO_WAYLAND_WMCLASS", "wrclient"},
  };
  for (size_t i = 0; i < sizeof hints / sizeof hints[0]; i++)
    SDL_SetHint(hints[i][0], hints[i][1]);
}

/* Xlib's handler has no argument for us, and its own one ends the process. */
static struct wr_window_screen *attached;

/* The thread cannot go back into Xlib once the X server is gone, so it tells the owner and stays
 * here until the window is closed. */
static int display_lost(Display *display) {
  (void)display;
  struct wr_window_screen *screen = attached;
  struct wr_window *shared = screen->shared;
  wr_window_emit(screen, (struct wr_window_event){.kind = WR_WINDOW_CLOSE, .a = 1});
  pthread_mutex_lock(&shared->mutex);
  while (!shared->wishes.quit)
    pthread_cond_wait(&shared->changed, &shared->mutex);
  pthread_mutex_unlock(&shared->mutex);
  shared->options.ended(shared->options.user);
  pthread_mutex_lock(&shared->mutex);
  shared->phase = WR_WINDOW_LOST;
  pthread_cond_broadcast(&shared->changed);
  pthread_mutex_unlock(&shared->mutex);
  /* No unref: SDL is unusable from here on, and the window that stays open says so to the next one.
   */
  pthread_exit(NULL);
}

static bool has_evdev_codes(Display *display) {
  XkbDescPtr description = XkbAllocKeyboard();
  if (!description)
    return false;
  bool found = false;
  if (XkbGetNames(display, XkbKeycodesNameMask, description) == Success && description->names) {
    char *name = XGetAtomName(display, description->names->keycodes);
    found = name && strncmp(name, "evdev", 5) == 0;
    XFree(name);
  }
  XkbFreeKeyboard(description, 0, True);
  return found;
}

static void attach_x11(struct wr_window_screen *screen, Display *display, Window window) {
  attached = screen;
  XSetIOErrorHandler(display_lost);
  screen->x11_window = window;
  screen->x11_evdev = has_evdev_codes(display);
  screen->display_fd = ConnectionNumber(display);
  SDL_EventState(SDL_SYSWMEVENT, SDL_ENABLE);
}

static bool attach(struct wr_window_screen *screen) {
  SDL_SysWMinfo info;
  SDL_VERSION(&info.version);
  if (!SDL_GetWindowWMInfo(screen->window, &info))
    return false;
  switch (info.subsystem) {
  case SDL_SYSWM_X11:
    attach_x11(screen, info.info.x11.display, info.info.x11.window);
    return true;
  case SDL_SYSWM_WAYLAND:
    screen->wayland = true;
    screen->display_fd = wl_display_get_fd(info.info.wl.display);
    return true;
  default:
    SDL_SetError("the display is neither X11 nor Wayland");
    return false;
  }
}

/* SDL's other drivers draw where nobody asked for it: straight on the console, or nowhere. */
static bool init_driver(const char *driver) {
  const char *forced = getenv("SDL_VIDEODRIVER");
  if (forced && strcmp(forced, driver) != 0)
    return false;
  if (strcmp(driver, "wayland") == 0 && !wr_window_wayland_has_seat())
    return false;
  SDL_SetHint(SDL_HINT_VIDEODRIVER, driver);
  /* Shared memory on X11 instead of a detour through OpenGL, which is all that SDL has for Wayland.
   */
  SDL_SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, strcmp(driver, "x11") == 0 ? "0" : "1");
  return SDL_Init(SDL_INIT_VIDEO) == 0;
}

static bool init_video(void) {
  const char *x11 = getenv("DISPLAY"), *wayland = getenv("WAYLAND_DISPLAY");
  if (!x11 && !wayland) {
    SDL_SetError("neither DISPLAY nor WAYLAND_DISPLAY is set");
    return false;
  }
  set_hints();
  if ((x11 && init_driver("x11")) || (wayland && init_driver("wayland")))
    return true;
  SDL_SetError("no display with a seat answers (DISPLAY=%s WAYLAND_DISPLAY=%s)", x11 ? x11 : "",
               wayland ? wayland : "");
  return false;
}

static int on_event(void *screen, SDL_Event *event) {
  wr_window_screen_translate(screen, event);
  return 0;
}

/* A key from X11 passes SDL's queue before SDL looks up what it types, which takes as long as all
 * else that is done here with a key: so events are taken as they enter the queue. */
static void watch_events(struct wr_window_screen *screen) {
  SDL_Event event;
  while (SDL_PeepEvents(&event, 1, SDL_GETEVENT, SDL_FIRSTEVENT, SDL_LASTEVENT) > 0)
    wr_window_screen_translate(screen, &event);
  SDL_AddEventWatch(on_event, screen);
}

bool wr_window_screen_open(struct wr_window_screen *screen, const char *title) {
  if (!init_video())
    return false;
  const struct wr_window_options *options = &screen->shared->options;
  const Uint32 flags = SDL_WINDOW_RESIZABLE | SDL_WINDOW_ALLOW_HIGHDPI;
  screen->window = SDL_CreateWindow(title, SDL_WINDOWPOS_UNDEFINED, SDL_WINDOWPOS_UNDEFINED,
                                    options->width, options->height, flags);
  /* The surface first: asking for it may make SDL create the window anew. */
  if (!screen->window || !SDL_GetWindowSurface(screen->window) || !attach(screen))
    return false;
  /* Keys are taken by position; an input method would swallow some of them. */
  SDL_StopTextInput();
  watch_events(screen);
  if (options->fullscreen)
    wr_window_screen_set_fullscreen(screen, true);
  wr_window_screen_update_size(screen);
  return true;
}

void wr_window_screen_close(struct wr_window_screen *screen) {
  SDL_DelEventWatch(on_event, screen);
  if (screen->cursor)
    SDL_FreeCursor(screen->cursor);
  if (screen->window)
    SDL_DestroyWindow(screen->window);
  SDL_Quit();
  if (attached == screen) {
    XSetIOErrorHandler(NULL);
    attached = NULL;
  }
}
