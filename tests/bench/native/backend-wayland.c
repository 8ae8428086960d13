#include "backend-wayland.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "marks.h"

static void on_frame(void *data, struct wl_callback *callback, uint32_t time) {
  (void)time;
  wl_callback_destroy(callback);
  ((struct wr_wayland_backend *)data)->frame = NULL;
}

static const struct wl_callback_listener frame_listener = {.done = on_frame};

static bool dispatch(struct wr_backend *base, struct wr_pacer *pacer) {
  struct wr_wayland_backend *backend = (struct wr_wayland_backend *)base;
  backend->pacer = pacer;
  while (wl_display_prepare_read(backend->display) != 0)
    wl_display_dispatch_pending(backend->display);
  wl_display_flush(backend->display);
  struct pollfd readable = {base->fd, POLLIN, 0};
  if (poll(&readable, 1, 0) > 0)
    wl_display_read_events(backend->display);
  else
    wl_display_cancel_read(backend->display);
  bool alive = wl_display_dispatch_pending(backend->display) >= 0;
  backend->pacer = NULL;
  return alive && wl_display_get_error(backend->display) == 0;
}

static bool can_present(struct wr_backend *base) {
  struct wr_wayland_backend *backend = (struct wr_wayland_backend *)base;
  return !backend->frame && wr_wayland_buffers_free(backend);
}

static void present(struct wr_backend *base, const struct wr_damage *damage) {
  struct wr_wayland_backend *backend = (struct wr_wayland_backend *)base;
  struct wr_wayland_buffer *buffer = wr_wayland_buffers_free(backend);
  wr_wayland_buffers_update(backend, buffer, damage);
  buffer->busy = true;
  wl_surface_attach(backend->surface, buffer->buffer, 0, 0);
  for (size_t i = 0; i < damage->count; i++) {
    const struct wr_rect *r = &damage->rects[i];
    wl_surface_damage_buffer(backend->surface, r->x, r->y, r->width, r->height);
  }
  backend->frame = wl_surface_frame(backend->surface);
  wl_callback_add_listener(backend->frame, &frame_listener, backend);
  wl_surface_commit(backend->surface);
  wl_display_flush(backend->display);
}

static void on_ping(void *data, struct xdg_wm_base *wm_base, uint32_t serial) {
  (void)data;
  xdg_wm_base_pong(wm_base, serial);
}

static const struct xdg_wm_base_listener wm_base_listener = {.ping = on_ping};

static void on_surface_configure(void *data, struct xdg_surface *surface, uint32_t serial) {
  xdg_surface_ack_configure(surface, serial);
  ((struct wr_wayland_backend *)data)->configured = true;
}

static const struct xdg_surface_listener surface_listener = {.configure = on_surface_configure};

static void on_toplevel_configure(void *data, struct xdg_toplevel *toplevel, int32_t width,
                                  int32_t height, struct wl_array *states) {
  (void)data, (void)toplevel, (void)width, (void)height, (void)states;
}

static void on_toplevel_close(void *data, struct xdg_toplevel *toplevel) {
  (void)data, (void)toplevel;
}

static const struct xdg_toplevel_listener toplevel_listener = {.configure = on_toplevel_configure,
                                                               .close = on_toplevel_close};

static void on_global(void *data, struct wl_registry *registry, uint32_t name,
                      const char *interface, uint32_t version) {
  (void)version;
  struct wr_wayland_backend *backend = data;
  if (strcmp(interface, wl_compositor_interface.name) == 0)
    backend->compositor = wl_registry_bind(registry, name, &wl_compositor_interface, 4);
  else if (strcmp(interface, wl_shm_interface.name) == 0)
    backend->shm = wl_registry_bind(registry, name, &wl_shm_interface, 1);
  else if (strcmp(interface, xdg_wm_base_interface.name) == 0)
    backend->wm_base = wl_registry_bind(registry, name, &xdg_wm_base_interface, 1);
  else if (strcmp(interface, wl_seat_interface.name) == 0 && !backend->seat)
    backend->seat = wl_registry_bind(registry, name, &wl_seat_interface, 4);
}

static void on_global_remove(void *data, struct wl_registry *registry, uint32_t name) {
  (void)data, (void)registry, (void)name;
}

static const struct wl_registry_listener registry_listener = {.global = on_global,
                                                              .global_remove = on_global_remove};

static bool bind_globals(struct wr_wayland_backend *backend) {
  struct wl_registry *registry = wl_display_get_registry(backend->display);
  wl_registry_add_listener(registry, &registry_listener, backend);
  if (wl_display_roundtrip(backend->display) < 0 || !backend->compositor || !backend->shm ||
      !backend->wm_base || !backend->seat)
    return false;
  xdg_wm_base_add_listener(backend->wm_base, &wm_base_listener, backend);
  wr_wayland_seat_listen(backend);
  return true;
}

static bool open_window(struct wr_wayland_backend *backend) {
  backend->surface = wl_compositor_create_surface(backend->compositor);
  struct xdg_surface *surface = xdg_wm_base_get_xdg_surface(backend->wm_base, backend->surface);
  xdg_surface_add_listener(surface, &surface_listener, backend);
  struct xdg_toplevel *toplevel = xdg_surface_get_toplevel(surface);
  xdg_toplevel_add_listener(toplevel, &toplevel_listener, backend);
  xdg_toplevel_set_title(toplevel, "workload");
  xdg_toplevel_set_app_id(toplevel, "workload");
  xdg_toplevel_set_fullscreen(toplevel, NULL);
  wl_surface_commit(backend->surface);
  while (!backend->configured)
    if (wl_display_dispatch(backend->display) < 0)
      return false;
  return true;
}

struct wr_backend *wr_backend_open_wayland(void) {
  struct wr_wayland_backend *backend = calloc(1, sizeof *backend);
  if (!backend)
    return NULL;
  backend->display = wl_display_connect(NULL);
  backend->base.canvas = wr_canvas_allocate(WR_MARKS_SCREEN_WIDTH, WR_MARKS_SCREEN_HEIGHT);
  if (!backend->display || !backend->base.canvas.pixels || !bind_globals(backend) ||
      !open_window(backend) || !wr_wayland_buffers_open(backend)) {
    fprintf(stderr, "workload: no usable Wayland display\n");
    return NULL;
  }
  backend->base.fd = wl_display_get_fd(backend->display);
  backend->base.dispatch = dispatch;
  backend->base.can_present = can_present;
  backend->base.present = present;
  return &backend->base;
}
