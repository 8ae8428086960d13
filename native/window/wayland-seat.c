#include "wayland-seat.h"

#include <stdint.h>
#include <string.h>
#include <wayland-client.h>

static void on_global(void *data, struct wl_registry *registry, uint32_t name,
                      const char *interface, uint32_t version) {
  (void)registry, (void)name, (void)version;
  if (strcmp(interface, wl_seat_interface.name) == 0)
    *(bool *)data = true;
}

static void on_global_remove(void *data, struct wl_registry *registry, uint32_t name) {
  (void)data, (void)registry, (void)name;
}

bool wr_window_wayland_has_seat(void) {
  static const struct wl_registry_listener listener = {on_global, on_global_remove};
  struct wl_display *display = wl_display_connect(NULL);
  if (!display)
    return false;
  bool found = false;
  struct wl_registry *registry = wl_display_get_registry(display);
  if (registry) {
    wl_registry_add_listener(registry, &listener, &found);
    wl_display_roundtrip(display);
    wl_registry_destroy(registry);
  }
  wl_display_disconnect(display);
  return found;
}
