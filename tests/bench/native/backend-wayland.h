#pragma once
#include <wayland-client.h>
#include "backend.h"
#include "xdg-shell.h"

#define WR_WAYLAND_BUFFERS 3

struct wr_wayland_buffer {
  struct wl_buffer *buffer;
  struct wr_canvas canvas;
  bool busy;            /* the compositor may still read it */
  struct wr_rect stale; /* what the buffer lacks of the picture */
};

struct wr_wayland_backend {
  struct wr_backend base;
  struct wl_display *display;
  struct wl_compositor *compositor;
  struct wl_shm *shm;
  struct xdg_wm_base *wm_base;
  struct wl_seat *seat;
  struct wl_keyboard *keyboard;
  struct wl_surface *surface;
  struct wl_callback *frame; /* not answered yet */
  bool configured;
  struct wr_pacer *pacer; /* during dispatch */
  bool filled;            /* the buffers have had a picture */
  struct wr_wayland_buffer buffers[WR_WAYLAND_BUFFERS];
};

/** Makes the shm buffers of the screen's size; false when memory is short. */
bool wr_wayland_buffers_open(struct wr_wayland_backend *backend);

/** A buffer that the compositor does not use, or NULL. */
struct wr_wayland_buffer *wr_wayland_buffers_free(struct wr_wayland_backend *backend);

/** Brings the buffer up to date with the canvas. */
void wr_wayland_buffers_update(struct wr_wayland_backend *backend, struct wr_wayland_buffer *buffer,
                               const struct wr_damage *damage);

/** Listens to the seat: a keyboard is taken when there is one. */
void wr_wayland_seat_listen(struct wr_wayland_backend *backend);
