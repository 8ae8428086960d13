/* What WLCS loads: connects its tests with a compositor that already runs in a process of its own.
 */
#include "clients.h"
#include "control.h"
#include "devices.h"
#include "globals.h"

#include <wayland-client.h>
#include <wlcs/display_server.h>

static void reset(WlcsDisplayServer *server) {
  (void)server;
  wr_control_send(-1, "{\"op\":\"reset\"}");
}

static int create_client_socket(WlcsDisplayServer *server) {
  (void)server;
  return wr_clients_add();
}

static void position_window(WlcsDisplayServer *server, struct wl_display *client,
                            struct wl_surface *surface, int x, int y) {
  (void)server;
  wr_control_send(-1, "{\"op\":\"position_window\",\"client\":%d,\"surface\":%u,\"x\":%d,\"y\":%d}",
                  wr_clients_number(wl_display_get_fd(client)),
                  wl_proxy_get_id((struct wl_proxy *)surface), x, y);
}

static WlcsPointer *create_pointer(WlcsDisplayServer *server) {
  (void)server;
  return wr_devices_create_pointer();
}

static WlcsTouch *create_touch(WlcsDisplayServer *server) {
  (void)server;
  return wr_devices_create_touch();
}

static const WlcsIntegrationDescriptor *get_descriptor(const WlcsDisplayServer *server) {
  (void)server;
  return wr_globals_describe();
}

static WlcsDisplayServer display_server = {
    .version = WLCS_DISPLAY_SERVER_VERSION,
    .start = reset,
    .stop = reset,
    .create_client_socket = create_client_socket,
    .position_window_absolute = position_window,
    .create_pointer = create_pointer,
    .create_touch = create_touch,
    .get_descriptor = get_descriptor,
};

static WlcsDisplayServer *create_server(int argc, const char **argv) {
  (void)argc, (void)argv;
  wr_control_connect();
  return &display_server;
}

static void destroy_server(WlcsDisplayServer *server) { (void)server; }

__attribute__((visibility("default"))) extern const WlcsServerIntegration wlcs_server_integration;
const WlcsServerIntegration wlcs_server_integration = {
    .version = WLCS_SERVER_INTEGRATION_VERSION,
    .create_server = create_server,
    .destroy_server = destroy_server,
};
