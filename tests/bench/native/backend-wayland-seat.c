#include "backend-wayland.h"

#include <unistd.h>
#include <linux/input-event-codes.h>

static void on_keymap(void *data, struct wl_keyboard *keyboard, uint32_t format, int32_t fd,
                      uint32_t size) {
  (void)data, (void)keyboard, (void)format, (void)size;
  close(fd);
}

static void on_enter(void *data, struct wl_keyboard *keyboard, uint32_t serial,
                     struct wl_surface *surface, struct wl_array *keys) {
  (void)data, (void)keyboard, (void)serial, (void)surface, (void)keys;
}

static void on_leave(void *data, struct wl_keyboard *keyboard, uint32_t serial,
                     struct wl_surface *surface) {
  (void)data, (void)keyboard, (void)serial, (void)surface;
}

static bool is_letter(uint32_t code) {
  return (code >= KEY_Q && code <= KEY_P) || (code >= KEY_A && code <= KEY_L) ||
         (code >= KEY_Z && code <= KEY_M);
}

static void on_key(void *data, struct wl_keyboard *keyboard, uint32_t serial, uint32_t time,
                   uint32_t code, uint32_t state) {
  (void)keyboard, (void)serial, (void)time;
  struct wr_wayland_backend *backend = data;
  if (state == WL_KEYBOARD_KEY_STATE_PRESSED && backend->pacer && is_letter(code))
    wr_pacer_key(backend->pacer);
}

static void on_modifiers(void *data, struct wl_keyboard *keyboard, uint32_t serial,
                         uint32_t depressed, uint32_t latched, uint32_t locked, uint32_t group) {
  (void)data, (void)keyboard, (void)serial, (void)depressed, (void)latched, (void)locked,
      (void)group;
}

static void on_repeat_info(void *data, struct wl_keyboard *keyboard, int32_t rate, int32_t delay) {
  (void)data, (void)keyboard, (void)rate, (void)delay;
}

static const struct wl_keyboard_listener keyboard_listener = {.keymap = on_keymap,
                                                              .enter = on_enter,
                                                              .leave = on_leave,
                                                              .key = on_key,
                                                              .modifiers = on_modifiers,
                                                              .repeat_info = on_repeat_info};

static void on_capabilities(void *data, struct wl_seat *seat, uint32_t capabilities) {
  struct wr_wayland_backend *backend = data;
  bool offered = capabilities & WL_SEAT_CAPABILITY_KEYBOARD;
  if (offered && !backend->keyboard) {
    backend->keyboard = wl_seat_get_keyboard(seat);
    wl_keyboard_add_listener(backend->keyboard, &keyboard_listener, backend);
  } else if (!offered && backend->keyboard) {
    wl_keyboard_destroy(backend->keyboard);
    backend->keyboard = NULL;
  }
}

static void on_name(void *data, struct wl_seat *seat, const char *name) {
  (void)data, (void)seat, (void)name;
}

static const struct wl_seat_listener seat_listener = {.capabilities = on_capabilities,
                                                      .name = on_name};

void wr_wayland_seat_listen(struct wr_wayland_backend *backend) {
  wl_seat_add_listener(backend->seat, &seat_listener, backend);
}
