#include "globals.h"

#include "clients.h"

#include <string.h>
#include <wayland-client.h>

enum { GLOBALS_MAX = 128 };

static WlcsExtensionDescriptor extensions[GLOBALS_MAX];
static WlcsIntegrationDescriptor descriptor = {
    .version = WLCS_INTEGRATION_DESCRIPTOR_VERSION,
    .supported_extensions = extensions,
};

static void on_global(void *data, struct wl_registry *registry, uint32_t name,
                      const char *interface, uint32_t version) {
  (void)data, (void)registry, (void)name;
  if (descriptor.num_extensions == GLOBALS_MAX)
    return;
  extensions[descriptor.num_extensions++] =
      (WlcsExtensionDescriptor){.name = strdup(interface), .version = version};
}

static void on_global_remove(void *data, struct wl_registry *registry, uint32_t name) {
  (void)data, (void)registry, (void)name;
}

static const struct wl_registry_listener listener = {on_global, on_global_remove};

const WlcsIntegrationDescriptor *wr_globals_describe(void) {
  if (descriptor.num_extensions > 0)
    return &descriptor;
  struct wl_display *display = wl_display_connect_to_fd(wr_clients_add());
  if (!display)
    return &descriptor;
  struct wl_registry *registry = wl_display_get_registry(display);
  wl_registry_add_listener(registry, &listener, NULL);
  wl_display_roundtrip(display);
  wl_registry_destroy(registry);
  wl_display_disconnect(display);
  return &descriptor;
}
