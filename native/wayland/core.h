/* A Wayland server whose objects are dispatched through hooks; knows nothing of JavaScript.
 * One thread only. Hooks may call anything here, except wr_server_destroy. */
#ifndef WR_WAYLAND_CORE_H
#define WR_WAYLAND_CORE_H

#include <wayland-server-core.h>
#include "handles.h"
#include "interfaces.h"

#ifdef __cplusplus
extern "C" {
#endif

#define WR_MAX_CLIENTS 512
#define WR_MAX_RESOURCES_PER_CLIENT 65536
#define WR_MAX_EVENT_BYTES 4096 /* libwayland's connection buffer */

struct wr_server;
struct wr_shm_buffer;

struct wr_client {
  struct wr_server *server;
  struct wl_client *client; /* NULL once libwayland has let go of it */
  struct wl_listener destroy;
  wr_handle handle;
  uint32_t resources;
  bool doomed; /* ends as soon as libwayland is off the stack */
};

struct wr_resource {
  struct wl_resource *resource;
  struct wr_client *client;
  const struct wr_interface *iface;
  wr_handle handle;
  struct wr_shm_buffer *shm;  /* wl_shm's own wl_buffer, else NULL */
  struct wl_listener destroy; /* used for wl_shm's buffers alone */
};

struct wr_global {
  struct wr_server *server;
  struct wl_global *global;
  const struct wr_interface *iface;
  wr_handle handle;
};

struct wr_hooks {
  void *context;
  void (*client_created)(void *, struct wr_client *);
  void (*client_dying)(void *, struct wr_client *); /* its objects are about to go */
  void (*client_gone)(void *, struct wr_client *);
  void (*bound)(void *, struct wr_global *, struct wr_resource *);
  /* `objects` has the resource of each object and new_id argument. File descriptors are the
   * hook's. The hook must not keep either array. */
  void (*request)(void *, struct wr_resource *, uint32_t opcode, const struct wr_message *,
                  const union wl_argument *args, struct wr_resource *const *objects);
  void (*resource_destroyed)(void *, struct wr_resource *);
  void (*shm_adopted)(void *, struct wr_resource *);
};

struct wr_server {
  struct wl_display *display;
  struct wr_interfaces *interfaces;
  const struct wr_interface *buffer_iface;
  struct wr_hooks hooks;
  /* Outlive the display, so that a handle of an earlier one stays stale. */
  struct wr_handles *clients, *resources, *globals;
  struct wl_listener client_created;
  uint32_t depth;
  bool dirty;   /* events wait to be flushed */
  bool touched; /* a hook that may change what is on screen was called */
  bool reap;
};

struct wr_server_tables {
  struct wr_handles clients, resources, globals;
};

/* Takes ownership of the interfaces, on failure too. NULL when memory has run out. */
struct wr_server *wr_server_create(struct wr_interfaces *interfaces,
                                   struct wr_server_tables *tables, const struct wr_hooks *hooks);
void wr_server_destroy(struct wr_server *server);
void wr_server_dispatch(struct wr_server *server);
void wr_server_flush(struct wr_server *server);
/* NULL with errno; owns the fd in any case. */
struct wr_client *wr_server_add_client(struct wr_server *server, int fd);
struct wr_global *wr_server_add_global(struct wr_server *server, const struct wr_interface *iface,
                                       uint32_t version);
void wr_global_destroy(struct wr_global *global);

/* To be called once a protocol error is posted: libwayland itself would keep a silent client. */
void wr_client_doom(struct wr_client *client);
/* At once, or when libwayland is off the stack. */
void wr_client_destroy(struct wr_client *client);
/* An object that the server starts; its id is sent by an event's new_id. NULL: client is ending. */
struct wr_resource *wr_client_add_resource(struct wr_client *client,
                                           const struct wr_interface *iface, uint32_t version,
                                           uint32_t id);
/* Also makes known a wl_buffer of wl_shm. NULL for objects that are none of ours. */
struct wr_resource *wr_resource_from(struct wr_server *server, struct wl_resource *resource);
void wr_resource_destroy(struct wr_resource *resource);

enum wr_post_result { WR_POSTED, WR_POST_TOO_BIG, WR_POST_FOREIGN };
/* The arguments must match the event's signature. Drops the event, as posted, where the object is
 * older than the event. A client that does not read its events is doomed. */
enum wr_post_result wr_resource_post(struct wr_resource *resource, uint32_t opcode,
                                     union wl_argument *args);

#ifdef __cplusplus
}
#endif
#endif
