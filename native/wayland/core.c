#include "core.h"
#include "shm.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Marks resources as ours: libwayland compares the pointer. */
static const char our_implementation;

/* libwayland walks its own lists while it calls us, so a client may only end when it is off the
 * stack: every entry is bracketed, and the outermost one reaps. */
static void enter(struct wr_server *server) { server->depth++; }

static void leave(struct wr_server *server) {
  if (server->depth > 1 || !server->reap) {
    server->depth--;
    return;
  }
  while (server->reap) {
    server->reap = false;
    for (uint32_t i = 0; i < server->clients->capacity; i++) {
      struct wr_client *client = wr_handles_at(server->clients, i);
      if (client && client->server == server && client->doomed && client->client)
        wl_client_destroy(client->client);
    }
  }
  server->depth--;
}

static void forget_client(struct wr_client *client) {
  if (client->client || client->resources)
    return;
  struct wr_server *server = client->server;
  wr_handles_remove(server->clients, client->handle);
  server->hooks.client_gone(server->hooks.context, client);
  free(client);
}

static void on_client_destroyed(struct wl_listener *listener, void *data) {
  (void)data;
  struct wr_client *client = wl_container_of(listener, client, destroy);
  struct wr_server *server = client->server;
  client->client = NULL;
  client->doomed = true;
  server->touched = true;
  enter(server);
  server->hooks.client_dying(server->hooks.context, client);
  forget_client(client);
  leave(server);
}

void wr_client_doom(struct wr_client *client) {
  client->doomed = true;
  client->server->reap = true;
}

void wr_client_destroy(struct wr_client *client) {
  struct wr_server *server = client->server;
  wr_client_doom(client);
  enter(server);
  leave(server);
}

static void on_client_created(struct wl_listener *listener, void *data) {
  struct wr_server *server = wl_container_of(listener, server, client_created);
  struct wl_client *wl = data;
  struct wr_client *client = calloc(1, sizeof *client);
  if (!client || !(client->handle = wr_handles_add(server->clients, client))) {
    free(client); /* without a wr_client its binds are refused, see on_bind */
    return;
  }
  client->server = server;
  client->client = wl;
  client->destroy.notify = on_client_destroyed;
  wl_client_add_destroy_listener(wl, &client->destroy);
  enter(server);
  server->hooks.client_created(server->hooks.context, client);
  if (server->clients->live > WR_MAX_CLIENTS)
    wr_client_destroy(client);
  leave(server);
}

static struct wr_client *client_of(struct wl_client *wl) {
  struct wl_listener *listener = wl_client_get_destroy_listener(wl, on_client_destroyed);
  struct wr_client *client = NULL;
  return listener ? wl_container_of(listener, client, destroy) : NULL;
}

static void on_resource_destroyed(struct wl_resource *wl) {
  struct wr_resource *resource = wl_resource_get_user_data(wl);
  struct wr_client *client = resource->client;
  struct wr_server *server = client->server;
  wr_handles_remove(server->resources, resource->handle);
  enter(server);
  server->hooks.resource_destroyed(server->hooks.context, resource);
  free(resource);
  client->resources--;
  forget_client(client);
  leave(server);
}

static void close_fds(const struct wr_message *message, const union wl_argument *args) {
  for (uint32_t i = 0; i < message->arg_count; i++)
    if (message->args[i].type == 'h')
      close(args[i].h);
}

static struct wr_interface *interface_at(const struct wl_interface *wl) {
  struct wr_interface *iface = NULL;
  return wl_container_of(wl, iface, wl);
}

/* libwayland has compared the interface's name already. */
static struct wr_resource *known_object(struct wr_server *server, const struct wl_interface *type,
                                        struct wl_resource *wl) {
  if (wl_resource_instance_of(wl, type, &our_implementation))
    return wl_resource_get_user_data(wl);
  return wr_resource_from(server, wl);
}

/* false when there is no memory for the new object or the client may have no more. */
static bool collect_objects(struct wr_resource *target, const struct wr_message *message,
                            const union wl_argument *args, struct wr_resource **objects) {
  struct wr_server *server = target->client->server;
  for (uint32_t i = 0; i < message->arg_count; i++) {
    objects[i] = NULL;
    if (message->args[i].type == 'o' && args[i].o)
      objects[i] = known_object(server, message->types[i], (struct wl_resource *)args[i].o);
    else if (message->args[i].type == 'n')
      objects[i] =
          wr_client_add_resource(target->client, interface_at(message->types[i]),
                                 (uint32_t)wl_resource_get_version(target->resource), args[i].n);
    else
      continue;
    if (!objects[i] && (args[i].o || message->args[i].type == 'n'))
      return false;
  }
  return true;
}

static int dispatch_request(const void *implementation, void *target, uint32_t opcode,
                            const struct wl_message *wire, union wl_argument *args) {
  (void)implementation;
  (void)wire;
  struct wr_resource *resource = wl_resource_get_user_data(target);
  struct wr_client *client = resource->client;
  struct wr_server *server = client->server;
  const struct wr_message *message = &resource->iface->requests[opcode];
  struct wr_resource *objects[WR_MAX_ARGS];
  wr_handle handle = resource->handle;
  if (client->doomed) {
    close_fds(message, args);
    return 0;
  }
  if (!collect_objects(resource, message, args, objects)) {
    close_fds(message, args);
    wl_client_post_no_memory(client->client);
    wr_client_doom(client);
    return 0;
  }
  server->touched = true;
  enter(server);
  server->hooks.request(server->hooks.context, resource, opcode, message, args, objects);
  if (message->destructor && wr_handles_get(server->resources, handle))
    wl_resource_destroy(target);
  leave(server);
  return 0;
}

struct wr_resource *wr_client_add_resource(struct wr_client *client,
                                           const struct wr_interface *iface, uint32_t version,
                                           uint32_t id) {
  if (!client->client || client->doomed || client->resources >= WR_MAX_RESOURCES_PER_CLIENT)
    return NULL;
  /* An object inherits its parent's version, which may lie beyond what its interface defines. */
  int known = iface->wl.version;
  struct wr_resource *resource = calloc(1, sizeof *resource);
  if (!resource || !(resource->handle = wr_handles_add(client->server->resources, resource)))
    goto failed;
  resource->resource = wl_resource_create(client->client, &iface->wl,
                                          (int)version < known ? (int)version : known, id);
  if (!resource->resource)
    goto failed;
  resource->client = client;
  resource->iface = iface;
  client->resources++;
  wl_resource_set_dispatcher(resource->resource, dispatch_request, &our_implementation, resource,
                             on_resource_destroyed);
  return resource;
failed:
  if (resource)
    wr_handles_remove(client->server->resources, resource->handle);
  free(resource);
  return NULL;
}

static void on_shm_buffer_destroyed(struct wl_listener *listener, void *data) {
  (void)data;
  struct wr_resource *resource = wl_container_of(listener, resource, destroy);
  struct wr_client *client = resource->client;
  struct wr_server *server = client->server;
  wr_shm_detach(resource->shm);
  wr_handles_remove(server->resources, resource->handle);
  enter(server);
  server->hooks.resource_destroyed(server->hooks.context, resource);
  wr_shm_unreference(resource->shm);
  free(resource);
  client->resources--;
  forget_client(client);
  leave(server);
}

static struct wr_resource *adopt_shm(struct wr_server *server, struct wl_resource *wl,
                                     struct wl_shm_buffer *buffer) {
  struct wr_client *client = client_of(wl_resource_get_client(wl));
  if (!client || client->resources >= WR_MAX_RESOURCES_PER_CLIENT)
    return NULL;
  struct wr_resource *resource = calloc(1, sizeof *resource);
  if (!resource || !(resource->shm = wr_shm_create(buffer)) ||
      !(resource->handle = wr_handles_add(server->resources, resource))) {
    if (resource && resource->shm)
      wr_shm_unreference(resource->shm);
    free(resource);
    return NULL;
  }
  resource->resource = wl;
  resource->client = client;
  resource->iface = server->buffer_iface;
  resource->destroy.notify = on_shm_buffer_destroyed;
  client->resources++;
  wl_resource_add_destroy_listener(wl, &resource->destroy);
  enter(server);
  server->hooks.shm_adopted(server->hooks.context, resource);
  leave(server);
  return resource;
}

struct wr_resource *wr_resource_from(struct wr_server *server, struct wl_resource *wl) {
  struct wl_shm_buffer *buffer = server->buffer_iface ? wl_shm_buffer_get(wl) : NULL;
  if (buffer) {
    struct wl_listener *listener = wl_resource_get_destroy_listener(wl, on_shm_buffer_destroyed);
    struct wr_resource *resource = NULL;
    return listener ? wl_container_of(listener, resource, destroy) : adopt_shm(server, wl, buffer);
  }
  const struct wr_interface *iface =
      wr_interfaces_find(server->interfaces, wl_resource_get_class(wl));
  if (!iface || !wl_resource_instance_of(wl, &iface->wl, &our_implementation))
    return NULL;
  return wl_resource_get_user_data(wl);
}

void wr_resource_destroy(struct wr_resource *resource) {
  struct wr_server *server = resource->client->server;
  enter(server);
  wl_resource_destroy(resource->resource);
  leave(server);
}

static uint32_t padded(size_t bytes) { return (uint32_t)((bytes + 3) & ~(size_t)3); }

static uint64_t event_bytes(const struct wr_message *event, const union wl_argument *args) {
  uint64_t bytes = 8;
  for (uint32_t i = 0; i < event->arg_count; i++) {
    switch (event->args[i].type) {
    case 's':
      bytes += 4 + (args[i].s ? padded(strlen(args[i].s) + 1) : 0);
      break;
    case 'a':
      bytes += 4 + padded(args[i].a->size);
      break;
    case 'h':
      break;
    default:
      bytes += 4;
    }
  }
  return bytes;
}

static bool same_client(const struct wr_resource *resource, const struct wr_message *event,
                        const union wl_argument *args) {
  for (uint32_t i = 0; i < event->arg_count; i++) {
    char type = event->args[i].type;
    if ((type == 'o' || type == 'n') && args[i].o &&
        wl_resource_get_client((struct wl_resource *)args[i].o) != resource->client->client)
      return false;
  }
  return true;
}

/* libwayland tells nobody that a connection's buffer was full; only errno remembers. Where the
 * buffer can grow (1.23), EAGAIN alone is harmless. */
static bool write_failed(void) {
  static int grows = -1;
  if (grows < 0)
    grows = dlsym(RTLD_DEFAULT, "wl_client_set_max_buffer_size") != NULL;
  return errno == E2BIG || errno == EPIPE || errno == ECONNRESET || (errno == EAGAIN && !grows);
}

enum wr_post_result wr_resource_post(struct wr_resource *resource, uint32_t opcode,
                                     union wl_argument *args) {
  struct wr_client *client = resource->client;
  struct wr_server *server = client->server;
  const struct wr_message *event = &resource->iface->events[opcode];
  if (!client->client || client->doomed ||
      (uint32_t)wl_resource_get_version(resource->resource) < event->since)
    return WR_POSTED;
  if (!same_client(resource, event, args))
    return WR_POST_FOREIGN;
  if (event_bytes(event, args) > WR_MAX_EVENT_BYTES)
    return WR_POST_TOO_BIG;
  errno = 0;
  wl_resource_post_event_array(resource->resource, opcode, args);
  server->dirty = true;
  if (errno && write_failed()) {
    wr_client_doom(client);
  } else if (event->destructor) {
    wr_resource_destroy(resource);
  }
  return WR_POSTED;
}

static void on_bind(struct wl_client *wl, void *data, uint32_t version, uint32_t id) {
  struct wr_global *global = data;
  struct wr_server *server = global->server;
  struct wr_client *client = client_of(wl);
  struct wr_resource *resource =
      client ? wr_client_add_resource(client, global->iface, version, id) : NULL;
  if (!resource) {
    wl_client_post_no_memory(wl);
    return;
  }
  server->touched = true;
  enter(server);
  server->hooks.bound(server->hooks.context, global, resource);
  leave(server);
}

struct wr_global *wr_server_add_global(struct wr_server *server, const struct wr_interface *iface,
                                       uint32_t version) {
  struct wr_global *global = calloc(1, sizeof *global);
  if (!global || !(global->handle = wr_handles_add(server->globals, global))) {
    free(global);
    return NULL;
  }
  global->server = server;
  global->iface = iface;
  global->global = wl_global_create(server->display, &iface->wl, (int)version, global, on_bind);
  if (!global->global) {
    wr_handles_remove(server->globals, global->handle);
    free(global);
    return NULL;
  }
  server->dirty = true;
  return global;
}

void wr_global_destroy(struct wr_global *global) {
  wl_global_destroy(global->global);
  global->server->dirty = true;
  wr_handles_remove(global->server->globals, global->handle);
  free(global);
}

struct wr_client *wr_server_add_client(struct wr_server *server, int fd) {
  enter(server);
  struct wl_client *wl = wl_client_create(server->display, fd);
  struct wr_client *client = wl ? client_of(wl) : NULL;
  if (!wl) {
    int error = errno;
    close(fd);
    errno = error;
  } else if (!client) {
    wl_client_destroy(wl);
    errno = ENOMEM;
  } else if (client->doomed) {
    client = NULL;
    errno = EMFILE;
  }
  leave(server);
  return client;
}

void wr_server_dispatch(struct wr_server *server) {
  enter(server);
  wl_event_loop_dispatch(wl_display_get_event_loop(server->display), 0);
  leave(server);
}

void wr_server_flush(struct wr_server *server) {
  server->dirty = false;
  enter(server);
  wl_display_flush_clients(server->display);
  leave(server);
}

struct wr_server *wr_server_create(struct wr_interfaces *interfaces,
                                   struct wr_server_tables *tables, const struct wr_hooks *hooks) {
  struct wr_server *server = calloc(1, sizeof *server);
  struct wl_display *display = server ? wl_display_create() : NULL;
  if (!display) {
    free(server);
    wr_interfaces_destroy(interfaces);
    return NULL;
  }
  server->display = display;
  server->interfaces = interfaces;
  server->buffer_iface = wr_interfaces_find(interfaces, "wl_buffer");
  server->hooks = *hooks;
  server->clients = &tables->clients;
  server->resources = &tables->resources;
  server->globals = &tables->globals;
  server->client_created.notify = on_client_created;
  wl_display_add_client_created_listener(display, &server->client_created);
  return server;
}

void wr_server_destroy(struct wr_server *server) {
  enter(server);
  wl_display_destroy_clients(server->display);
  for (uint32_t i = 0; i < server->globals->capacity; i++) {
    struct wr_global *global = wr_handles_at(server->globals, i);
    if (global && global->server == server)
      wr_global_destroy(global);
  }
  wl_display_destroy(server->display);
  wr_interfaces_destroy(server->interfaces);
  free(server);
}
