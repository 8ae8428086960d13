/* A Wayland client whose objects are dispatched through hooks; knows nothing of JavaScript.
 * One thread only. Hooks may call anything here, except wr_connection_destroy. */
#ifndef WR_WAYLAND_CLIENT_CORE_H
#define WR_WAYLAND_CLIENT_CORE_H

#include <wayland-client-core.h>
#include "handles.h"
#include "interfaces.h"

#ifdef __cplusplus
extern "C" {
#endif

#define WR_MAX_REQUEST_BYTES 4096 /* libwayland's connection buffer */

struct wr_proxy {
  struct wr_connection *connection;
  struct wl_proxy *proxy;
  const struct wr_interface *iface;
  wr_handle handle;
  bool dispatching; /* an event is being handled: freed afterwards */
  bool ended;
};

/* Why a connection has ended. */
struct wr_client_error {
  int error;             /* errno; EPROTO for a protocol error, 0 while all is well */
  const char *interface; /* of a protocol error, where libwayland still knows it */
  uint32_t id, code;
};

struct wr_client_hooks {
  void *context;
  void (*global)(void *, uint32_t name, const char *interface, uint32_t version);
  void (*global_removed)(void *, uint32_t name);
  /* `objects` has the proxy of each object and new_id argument. File descriptors are the hook's.
   * The hook must not keep either array. */
  void (*event)(void *, struct wr_proxy *, uint32_t opcode, const struct wr_message *,
                const union wl_argument *args, struct wr_proxy *const *objects);
  /* Also for each one that goes with its connection. */
  void (*proxy_gone)(void *, struct wr_proxy *);
};

struct wr_connection {
  struct wl_display *display;
  struct wl_proxy *registry;
  struct wr_interfaces *interfaces;
  struct wr_client_hooks hooks;
  struct wr_handles *proxies;
  uint32_t queued_bytes,
      queued_fds; /* at most; libwayland aborts where its buffer cannot take more */
  bool stuck;     /* the compositor takes nothing more */
  bool blocked;   /* the socket is full for now */
};

/* Takes ownership of the interfaces, and of the descriptor, on failure too. `fd` < 0: as
 * WAYLAND_SOCKET, or `name`, or WAYLAND_DISPLAY say. NULL with errno. */
struct wr_connection *wr_connection_create(struct wr_interfaces *interfaces, int fd,
                                           const char *name, struct wr_handles *proxies,
                                           const struct wr_client_hooks *hooks);
void wr_connection_destroy(struct wr_connection *connection);
/* What is there to be read, without waiting. false once the connection has failed. */
bool wr_connection_read(struct wr_connection *connection);
/* false once the connection has failed; see `blocked` for what could not be sent. */
bool wr_connection_flush(struct wr_connection *connection);
struct wr_client_error wr_connection_error(struct wr_connection *connection);

enum wr_request_result { WR_SENT, WR_REQUEST_TOO_BIG, WR_REQUEST_FOREIGN, WR_REQUEST_FAILED };
/* The arguments must match the request's signature and its version the object's. `made` is the new
 * object of a request with a new_id. A destructor ends the proxy. */
enum wr_request_result wr_proxy_request(struct wr_proxy *proxy, uint32_t opcode,
                                        union wl_argument *args, struct wr_proxy **made);
/* wl_registry.bind and wl_display.sync */
enum wr_request_result wr_connection_bind(struct wr_connection *connection, uint32_t name,
                                          const struct wr_interface *iface, uint32_t version,
                                          struct wr_proxy **made);
enum wr_request_result wr_connection_sync(struct wr_connection *connection,
                                          const struct wr_interface *callback,
                                          struct wr_proxy **made);
/* Forgets it without a word to the compositor. */
void wr_proxy_destroy(struct wr_proxy *proxy);

#ifdef __cplusplus
}
#endif
#endif
