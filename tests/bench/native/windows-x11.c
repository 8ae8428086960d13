#include "windows.h"

#include <poll.h>
#include <stdio.h>
#include <X11/Xlib.h>
#include <X11/Xutil.h>

/* Bounds the wait, so that a signal between the check and the poll is noticed. */
#define POLL_MS 200

struct x11_windows {
  Display *display;
  Window backdrop, menu;
  bool menu_shown;
};

/** The server keeps the picture and draws uncovered parts again by itself. */
static Pixmap upload(Display *display, const struct wr_canvas *canvas) {
  int screen = DefaultScreen(display);
  unsigned width = (unsigned)canvas->width, height = (unsigned)canvas->height;
  Pixmap pixmap = XCreatePixmap(display, RootWindow(display, screen), width, height, 24);
  XImage *image = XCreateImage(display, DefaultVisual(display, screen), 24, ZPixmap, 0,
                               (char *)canvas->pixels, width, height, 32, 0);
  XPutImage(display, pixmap, DefaultGC(display, screen), image, 0, 0, 0, 0, width, height);
  image->data = NULL;
  XDestroyImage(image);
  return pixmap;
}

static Window make(Display *display, const struct wr_canvas *canvas, int x, int y, bool managed) {
  XSetWindowAttributes attributes = {.override_redirect = !managed,
                                     .background_pixmap = upload(display, canvas)};
  Window window = XCreateWindow(display, DefaultRootWindow(display), x, y, (unsigned)canvas->width,
                                (unsigned)canvas->height, 0, 24, InputOutput, CopyFromParent,
                                CWOverrideRedirect | CWBackPixmap, &attributes);
  XFreePixmap(display, attributes.background_pixmap);
  return window;
}

static void show_window(Display *display, const struct wr_canvas *canvas) {
  int screen = DefaultScreen(display);
  int x = (DisplayWidth(display, screen) - canvas->width) / 2;
  int y = (DisplayHeight(display, screen) - canvas->height) / 2;
  Window window = make(display, canvas, x, y, true);
  XSizeHints size = {.flags = USPosition | PPosition | PMinSize | PMaxSize,
                     .x = x,
                     .y = y,
                     .min_width = canvas->width,
                     .min_height = canvas->height,
                     .max_width = canvas->width,
                     .max_height = canvas->height};
  XSetWMNormalHints(display, window, &size);
  XClassHint class = {.res_name = WR_WINDOWS_WINDOW, .res_class = WR_WINDOWS_WINDOW};
  XSetClassHint(display, window, &class);
  XMapWindow(display, window);
}

static void toggle_menu(struct x11_windows *windows) {
  if (!windows->menu)
    return;
  windows->menu_shown = !windows->menu_shown;
  if (windows->menu_shown)
    XMapRaised(windows->display, windows->menu);
  else
    XUnmapWindow(windows->display, windows->menu);
}

static void open_backdrop(struct x11_windows *windows, const struct wr_window_scene *scene) {
  Display *display = windows->display;
  windows->backdrop = make(display, &scene->backdrop, 0, 0, false);
  XSelectInput(display, windows->backdrop, ButtonPressMask);
  XMapWindow(display, windows->backdrop);
  XLowerWindow(display, windows->backdrop);
  if (scene->has_menu)
    windows->menu = make(display, &scene->menu, WR_MENU_X, WR_MENU_Y, false);
}

bool wr_windows_show_x11(const struct wr_window_scene *scene, const struct wr_windows_wish *wish) {
  struct x11_windows windows = {.display = XOpenDisplay(NULL)};
  if (!windows.display) {
    fprintf(stderr, "windows: no X display at DISPLAY=%s\n", XDisplayName(NULL));
    return false;
  }
  open_backdrop(&windows, scene);
  int opened = 0;
  while (!wish->stopped) {
    while (wish->opened && opened < scene->count)
      show_window(windows.display, &scene->windows[opened++]);
    while (XPending(windows.display)) {
      XEvent event;
      XNextEvent(windows.display, &event);
      if (event.type == ButtonPress && event.xbutton.window == windows.backdrop)
        toggle_menu(&windows);
    }
    XFlush(windows.display);
    struct pollfd readable = {ConnectionNumber(windows.display), POLLIN, 0};
    poll(&readable, 1, POLL_MS);
  }
  return true;
}
