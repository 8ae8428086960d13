#define _GNU_SOURCE
#include "windows.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <wayland-client.h>
#include "xdg-shell.h"

/* Bounds the wait, so that a signal between the check and the poll is noticed. */
#define POLL_MS 200

struct wayland_windows;

/** Backdrop, window or menu: a surface that is drawn once. */
struct pane {
  struct wayland_windows *windows;
  const struct wr_canvas *canvas;
  struct wl_buffer *buffer;
  struct wl_surface *surface;
  struct xdg_surface *xdg_surface;
  struct xdg_popup *popup;
  bool drawn;
};

struct wayland_windows {
  const struct wr_window_scene *scene;
  struct wl_display *display;
  struct wl_compositor *compositor;
  struct wl_shm *shm;
  struct xdg_wm_base *wm_base;
  struct wl_seat *seat;
  struct wl_pointer *pointer;
  struct pane backdrop, menu, windows[WR_WINDOW_SCENE_MAX];
};

static struct wl_buffer *share(struct wl_shm *shm, const struct wr_canvas *canvas) {
  int32_t stride = canvas->width * 4, size = stride * canvas->height;
  int fd = memfd_create("windows", MFD_CLOEXEC);
  if (fd < 0 || write(fd, canvas->pixels, (size_t)size) != size)
    return NULL;
  struct wl_shm_pool *pool = wl_shm_create_pool(shm, fd, size);
  struct wl_buffer *buffer = wl_shm_pool_create_buffer(pool, 0, canvas->width, canvas->height,
                                                       stride, WL_SHM_FORMAT_XRGB8888);
  wl_shm_pool_destroy(pool);
  close(fd);
  return buffer;
}

static void on_configure(void *data, struct xdg_surface *surface, uint32_t serial) {
  struct pane *pane = data;
  xdg_surface_ack_configure(surface, serial);
  if (!pane->drawn) {
    wl_surface_attach(pane->surface, pane->buffer, 0, 0);
    wl_surface_damage_buffer(pane->surface, 0, 0, pane->canvas->width, pane->canvas->height);
  }
  pane->drawn = true;
  wl_surface_commit(pane->surface);
}

static const struct xdg_surface_listener surface_listener = {.configure = on_configure};

static void on_toplevel_configure(void *data, struct xdg_toplevel *toplevel, int32_t width,
                                  int32_t height, struct wl_array *states) {
  (void)data, (void)toplevel, (void)width, (void)height, (void)states;
}

static void on_close(void *data, struct xdg_toplevel *toplevel) { (void)data, (void)toplevel; }

static const struct xdg_toplevel_listener toplevel_listener = {.configure = on_toplevel_configure,
                                                               .close = on_close};

static void open_surface(struct pane *pane) {
  pane->drawn = false;
  pane->surface = wl_compositor_create_surface(pane->windows->compositor);
  pane->xdg_surface = xdg_wm_base_get_xdg_surface(pane->windows->wm_base, pane->surface);
  xdg_surface_add_listener(pane->xdg_surface, &surface_listener, pane);
}

static void open_window(struct pane *pane, const char *app_id, bool fills_screen) {
  open_surface(pane);
  struct xdg_toplevel *toplevel = xdg_surface_get_toplevel(pane->xdg_surface);
  xdg_toplevel_add_listener(toplevel, &toplevel_listener, pane);
  xdg_toplevel_set_app_id(toplevel, app_id);
  xdg_toplevel_set_title(toplevel, app_id);
  if (fills_screen) {
    xdg_toplevel_set_maximized(toplevel);
  } else {
    xdg_toplevel_set_min_size(toplevel, pane->canvas->width, pane->canvas->height);
    xdg_toplevel_set_max_size(toplevel, pane->canvas->width, pane->canvas->height);
  }
  wl_surface_commit(pane->surface);
}

static void close_menu(struct pane *menu) {
  xdg_popup_destroy(menu->popup);
  xdg_surface_destroy(menu->xdg_surface);
  wl_surface_destroy(menu->surface);
  menu->popup = NULL;
}

static void on_popup_configure(void *data, struct xdg_popup *popup, int32_t x, int32_t y,
                               int32_t width, int32_t height) {
  (void)data, (void)popup, (void)x, (void)y, (void)width, (void)height;
}

static void on_popup_done(void *data, struct xdg_popup *popup) {
  (void)popup;
  close_menu(data);
}

static const struct xdg_popup_listener popup_listener = {.configure = on_popup_configure,
                                                         .popup_done = on_popup_done};

static void open_menu(struct pane *menu) {
  open_surface(menu);
  struct xdg_positioner *positioner = xdg_wm_base_create_positioner(menu->windows->wm_base);
  xdg_positioner_set_size(positioner, menu->canvas->width, menu->canvas->height);
  xdg_positioner_set_anchor_rect(positioner, WR_MENU_X, WR_MENU_Y, 1, 1);
  xdg_positioner_set_anchor(positioner, XDG_POSITIONER_ANCHOR_TOP_LEFT);
  xdg_positioner_set_gravity(positioner, XDG_POSITIONER_GRAVITY_BOTTOM_RIGHT);
  menu->popup =
      xdg_surface_get_popup(menu->xdg_surface, menu->windows->backdrop.xdg_surface, positioner);
  xdg_popup_add_listener(menu->popup, &popup_listener, menu);
  xdg_positioner_destroy(positioner);
  wl_surface_commit(menu->surface);
}

static void on_pointer_enter(void *data, struct wl_pointer *pointer, uint32_t serial,
                             struct wl_surface *surface, wl_fixed_t x, wl_fixed_t y) {
  (void)data, (void)pointer, (void)serial, (void)surface, (void)x, (void)y;
}

static void on_pointer_leave(void *data, struct wl_pointer *pointer, uint32_t serial,
                             struct wl_surface *surface) {
  (void)data, (void)pointer, (void)serial, (void)surface;
}

static void on_pointer_motion(void *data, struct wl_pointer *pointer, uint32_t time, wl_fixed_t x,
                              wl_fixed_t y) {
  (void)data, (void)pointer, (void)time, (void)x, (void)y;
}

static void on_pointer_button(void *data, struct wl_pointer *pointer, uint32_t serial,
                              uint32_t time, uint32_t button, uint32_t state) {
  (void)pointer, (void)serial, (void)time, (void)button;
  struct wayland_windows *windows = data;
  if (state != WL_POINTER_BUTTON_STATE_PRESSED || !windows->scene->has_menu)
    return;
  if (windows->menu.popup)
    close_menu(&windows->menu);
  else
    open_menu(&windows->menu);
}

static void on_pointer_axis(void *data, struct wl_pointer *pointer, uint32_t time, uint32_t axis,
                            wl_fixed_t value) {
  (void)data, (void)pointer, (void)time, (void)axis, (void)value;
}

/* Version 1 has no frame event. */
static const struct wl_pointer_listener pointer_listener = {.enter = on_pointer_enter,
                                                            .leave = on_pointer_leave,
                                                            .motion = on_pointer_motion,
                                                            .button = on_pointer_button,
                                                            .axis = on_pointer_axis};

static void on_capabilities(void *data, struct wl_seat *seat, uint32_t capabilities) {
  struct wayland_windows *windows = data;
  if (!(capabilities & WL_SEAT_CAPABILITY_POINTER) || windows->pointer)
    return;
  windows->pointer = wl_seat_get_pointer(seat);
  wl_pointer_add_listener(windows->pointer, &pointer_listener, windows);
}

static const struct wl_seat_listener seat_listener = {.capabilities = on_capabilities};

static void on_ping(void *data, struct xdg_wm_base *wm_base, uint32_t serial) {
  (void)data;
  xdg_wm_base_pong(wm_base, serial);
}

static const struct xdg_wm_base_listener wm_base_listener = {.ping = on_ping};

static void on_global(void *data, struct wl_registry *registry, uint32_t name,
                      const char *interface, uint32_t version) {
  (void)version;
  struct wayland_windows *windows = data;
  if (strcmp(interface, wl_compositor_interface.name) == 0)
    windows->compositor = wl_registry_bind(registry, name, &wl_compositor_interface, 4);
  else if (strcmp(interface, wl_shm_interface.name) == 0)
    windows->shm = wl_registry_bind(registry, name, &wl_shm_interface, 1);
  else if (strcmp(interface, xdg_wm_base_interface.name) == 0)
    windows->wm_base = wl_registry_bind(registry, name, &xdg_wm_base_interface, 1);
  else if (strcmp(interface, wl_seat_interface.name) == 0 && !windows->seat)
    windows->seat = wl_registry_bind(registry, name, &wl_seat_interface, 1);
}

static void on_global_remove(void *data, struct wl_registry *registry, uint32_t name) {
  (void)data, (void)registry, (void)name;
}

static const struct wl_registry_listener registry_listener = {.global = on_global,
                                                              .global_remove = on_global_remove};

static bool connect_display(struct wayland_windows *windows) {
  windows->display = wl_display_connect(NULL);
  if (!windows->display)
    return false;
  struct wl_registry *registry = wl_display_get_registry(windows->display);
  wl_registry_add_listener(registry, &registry_listener, windows);
  if (wl_display_roundtrip(windows->display) < 0 || !windows->compositor || !windows->shm ||
      !windows->wm_base || !windows->seat)
    return false;
  xdg_wm_base_add_listener(windows->wm_base, &wm_base_listener, windows);
  wl_seat_add_listener(windows->seat, &seat_listener, windows);
  return true;
}

static bool prepare(struct wayland_windows *windows, struct pane *pane,
                    const struct wr_canvas *canvas) {
  *pane = (struct pane){windows, canvas, .buffer = share(windows->shm, canvas)};
  return pane->buffer;
}

/** It is drawn before the windows come, which keeps it below them. */
static bool open_backdrop(struct wayland_windows *windows) {
  const struct wr_window_scene *scene = windows->scene;
  if (!prepare(windows, &windows->backdrop, &scene->backdrop) ||
      (scene->has_menu && !prepare(windows, &windows->menu, &scene->menu)))
    return false;
  open_window(&windows->backdrop, WR_WINDOWS_BACKDROP, true);
  while (!windows->backdrop.drawn)
    if (wl_display_dispatch(windows->display) < 0)
      return false;
  return true;
}

static bool open_windows(struct wayland_windows *windows) {
  const struct wr_window_scene *scene = windows->scene;
  for (int i = 0; i < scene->count; i++) {
    if (!prepare(windows, &windows->windows[i], &scene->windows[i]))
      return false;
    open_window(&windows->windows[i], WR_WINDOWS_WINDOW, false);
  }
  return true;
}

static bool dispatch(struct wl_display *display) {
  while (wl_display_prepare_read(display) != 0)
    wl_display_dispatch_pending(display);
  wl_display_flush(display);
  struct pollfd readable = {wl_display_get_fd(display), POLLIN, 0};
  if (poll(&readable, 1, POLL_MS) > 0)
    wl_display_read_events(display);
  else
    wl_display_cancel_read(display);
  return wl_display_dispatch_pending(display) >= 0;
}

bool wr_windows_show_wayland(const struct wr_window_scene *scene,
                             const struct wr_windows_wish *wish) {
  struct wayland_windows windows = {.scene = scene};
  bool alive = connect_display(&windows) && open_backdrop(&windows);
  if (!alive)
    fprintf(stderr, "windows: no usable Wayland display\n");
  bool opened = false;
  while (alive && !wish->stopped) {
    if (wish->opened && !opened)
      alive = opened = open_windows(&windows);
    alive = alive && dispatch(windows.display);
  }
  if (!alive && !wish->stopped)
    fprintf(stderr, "windows: the display server is gone\n");
  return alive;
}
