#include "core.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* libwayland keeps 28 descriptors; a request has at most a few. */
#define QUEUED_FDS_MAX 20
/* How long a full socket may keep everything waiting before the compositor counts as gone. */
#define STUCK_AFTER_MS 3000

/* Opcodes of what every connection begins with. */
#define DISPLAY_SYNC 0
#define DISPLAY_GET_REGISTRY 1
#define REGISTRY_BIND 0

struct wl_registry;

/* Marks proxies as ours: libwayland hands the pointer back. */
static const char our_implementation;

static struct wr_interface *interface_at(const struct wl_interface *wl) {
  struct wr_interface *iface = NULL;
  return wl_container_of(wl, iface, wl);
}

static int on_event(const void *implementation, void *target, uint32_t opcode,
                    const struct wl_message *message, union wl_argument *args);

/* NULL when memory or handles have run out; the object is forgotten then. */
static struct wr_proxy *adopt(struct wr_connection *connection, struct wl_proxy *wl,
                              const struct wr_interface *iface) {
  struct wr_proxy *proxy = calloc(1, sizeof *proxy);
  if (!proxy || !(proxy->handle = wr_handles_add(connection->proxies, proxy))) {
    free(proxy);
    wl_proxy_destroy(wl);
    return NULL;
  }
  proxy->connection = connection;
  proxy->proxy = wl;
  proxy->iface = iface;
  wl_proxy_add_dispatcher(wl, on_event, &our_implementation, proxy);
  return proxy;
}

/* The object is gone for libwayland: take it from everybody else. */
static void finish(struct wr_proxy *proxy) {
  struct wr_connection *connection = proxy->connection;
  proxy->ended = true;
  proxy->proxy = NULL;
  wr_handles_remove(connection->proxies, proxy->handle);
  connection->hooks.proxy_gone(connection->hooks.context, proxy);
  if (!proxy->dispatching)
    free(proxy);
}

void wr_proxy_destroy(struct wr_proxy *proxy) {
  wl_proxy_destroy(proxy->proxy);
  finish(proxy);
}

static struct wr_proxy *ours(struct wl_proxy *wl) {
  return wl && wl_proxy_get_listener(wl) == &our_implementation ? wl_proxy_get_user_data(wl) : NULL;
}

static void close_fds(const struct wr_message *event, const union wl_argument *args) {
  for (uint32_t i = 0; i < event->arg_count; i++)
    if (event->args[i].type == 'h')
      close(args[i].h);
}

/* libwayland has compared the interfaces' names already. A new object that cannot be kept stays
 * NULL. */
static bool find_objects(struct wr_connection *connection, const struct wr_message *event,
                         const union wl_argument *args, struct wr_proxy **objects) {
  for (uint32_t i = 0; i < event->arg_count; i++) {
    struct wl_proxy *wl = (struct wl_proxy *)args[i].o;
    objects[i] = NULL;
    if (event->args[i].type == 'n') {
      if (!wl || !(objects[i] = adopt(connection, wl, interface_at(event->types[i]))))
        return false;
    } else if (event->args[i].type == 'o') {
      objects[i] = ours(wl);
    }
  }
  return true;
}

static int on_event(const void *implementation, void *target, uint32_t opcode,
                    const struct wl_message *message, union wl_argument *args) {
  (void)implementation;
  (void)message;
  struct wr_proxy *proxy = wl_proxy_get_user_data(target);
  struct wr_connection *connection = proxy->connection;
  const struct wr_message *event = &proxy->iface->events[opcode];
  struct wr_proxy *objects[WR_MAX_ARGS];
  if (!find_objects(connection, event, args, objects)) {
    close_fds(event, args);
    return 0;
  }
  proxy->dispatching = true;
  connection->hooks.event(connection->hooks.context, proxy, opcode, event, args, objects);
  proxy->dispatching = false;
  if (proxy->ended)
    free(proxy);
  else if (event->destructor)
    wr_proxy_destroy(proxy);
  return 0;
}

bool wr_connection_flush(struct wr_connection *connection) {
  if (connection->stuck)
    return wl_display_get_error(connection->display) == 0;
  int sent = wl_display_flush(connection->display);
  connection->blocked = sent < 0 && errno == EAGAIN;
  if (sent >= 0) {
    connection->queued_bytes = connection->queued_fds = 0;
    return true;
  }
  /* After EPIPE there may still be an error to be read that says why. */
  connection->stuck = !connection->blocked;
  return connection->blocked || errno == EPIPE;
}

static int64_t now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* libwayland 1.21 ends the process when a request finds its buffer full and the socket too. */
static bool make_room(struct wr_connection *connection, uint32_t bytes, uint32_t fds) {
  if (connection->stuck)
    return false;
  if (connection->queued_bytes + bytes <= WR_MAX_REQUEST_BYTES &&
      connection->queued_fds + fds <= QUEUED_FDS_MAX)
    return true;
  int64_t until = now_ms() + STUCK_AFTER_MS;
  while (wr_connection_flush(connection) && connection->blocked) {
    struct pollfd full = {.fd = wl_display_get_fd(connection->display), .events = POLLOUT};
    int64_t left = until - now_ms();
    if (left <= 0 || (poll(&full, 1, (int)left) < 0 && errno != EINTR))
      connection->stuck = true;
    if (connection->stuck)
      break;
  }
  return !connection->stuck;
}

static uint32_t padded(size_t bytes) { return (uint32_t)(4 + ((bytes + 3) & ~(size_t)3)); }

/* What the request takes on the wire, with the most that any argument may. */
static bool measure(const struct wr_message *request, const union wl_argument *args,
                    uint32_t *bytes, uint32_t *fds) {
  size_t total = 8;
  *fds = 0;
  for (uint32_t i = 0; i < request->arg_count; i++) {
    char type = request->args[i].type;
    if (type == 's')
      total += args[i].s ? padded(strlen(args[i].s) + 1) : 4;
    else if (type == 'a')
      total +=
          args[i].a->size < WR_MAX_REQUEST_BYTES ? padded(args[i].a->size) : WR_MAX_REQUEST_BYTES;
    else if (type == 'h')
      ++*fds;
    else
      total += 4;
  }
  *bytes = (uint32_t)total;
  return total < WR_MAX_REQUEST_BYTES;
}

static bool is_foreign(const struct wr_proxy *proxy, const struct wr_message *request,
                       const union wl_argument *args) {
  for (uint32_t i = 0; i < request->arg_count; i++) {
    struct wr_proxy *object = NULL;
    if (request->args[i].type == 'o')
      object = ours((struct wl_proxy *)args[i].o);
    if (object && object->connection != proxy->connection)
      return true;
  }
  return false;
}

static const struct wr_interface *made_by(const struct wr_message *request) {
  for (uint32_t i = 0; i < request->arg_count; i++)
    if (request->args[i].type == 'n')
      return interface_at(request->types[i]);
  return NULL;
}

static enum wr_request_result marshal(struct wr_connection *connection, struct wl_proxy *wl,
                                      uint32_t opcode, const struct wr_interface *iface,
                                      uint32_t version, uint32_t flags, union wl_argument *args,
                                      struct wr_proxy **made) {
  struct wl_proxy *created =
      wl_proxy_marshal_array_flags(wl, opcode, iface ? &iface->wl : NULL, version, flags, args);
  if (!iface)
    return WR_SENT;
  *made = created ? adopt(connection, created, iface) : NULL;
  return *made ? WR_SENT : WR_REQUEST_FAILED;
}

enum wr_request_result wr_proxy_request(struct wr_proxy *proxy, uint32_t opcode,
                                        union wl_argument *args, struct wr_proxy **made) {
  struct wr_connection *connection = proxy->connection;
  const struct wr_message *request = &proxy->iface->requests[opcode];
  uint32_t bytes, fds;
  *made = NULL;
  if (!measure(request, args, &bytes, &fds))
    return WR_REQUEST_TOO_BIG;
  if (is_foreign(proxy, request, args))
    return WR_REQUEST_FOREIGN;
  if (!make_room(connection, bytes, fds))
    return WR_REQUEST_FAILED;
  connection->queued_bytes += bytes;
  connection->queued_fds += fds;
  enum wr_request_result result = marshal(
      connection, proxy->proxy, opcode, made_by(request), wl_proxy_get_version(proxy->proxy),
      request->destructor ? WL_MARSHAL_FLAG_DESTROY : 0, args, made);
  if (request->destructor)
    finish(proxy);
  return result;
}

enum wr_request_result wr_connection_bind(struct wr_connection *connection, uint32_t name,
                                          const struct wr_interface *iface, uint32_t version,
                                          struct wr_proxy **made) {
  union wl_argument args[] = {{.u = name}, {.s = iface->wl.name}, {.u = version}, {.o = NULL}};
  uint32_t bytes = 20 + padded(strlen(iface->wl.name) + 1);
  *made = NULL;
  if (!make_room(connection, bytes, 0))
    return WR_REQUEST_FAILED;
  connection->queued_bytes += bytes;
  return marshal(connection, connection->registry, REGISTRY_BIND, iface, version, 0, args, made);
}

enum wr_request_result wr_connection_sync(struct wr_connection *connection,
                                          const struct wr_interface *callback,
                                          struct wr_proxy **made) {
  union wl_argument args[] = {{.o = NULL}};
  *made = NULL;
  if (!make_room(connection, 12, 0))
    return WR_REQUEST_FAILED;
  connection->queued_bytes += 12;
  return marshal(connection, (struct wl_proxy *)connection->display, DISPLAY_SYNC, callback, 1, 0,
                 args, made);
}

static void on_global(void *data, struct wl_registry *registry, uint32_t name,
                      const char *interface, uint32_t version) {
  (void)registry;
  struct wr_connection *connection = data;
  connection->hooks.global(connection->hooks.context, name, interface, version);
}

static void on_global_removed(void *data, struct wl_registry *registry, uint32_t name) {
  (void)registry;
  struct wr_connection *connection = data;
  connection->hooks.global_removed(connection->hooks.context, name);
}

struct registry_listener {
  void (*global)(void *, struct wl_registry *, uint32_t, const char *, uint32_t);
  void (*global_removed)(void *, struct wl_registry *, uint32_t);
};
static const struct registry_listener registry_listener = {on_global, on_global_removed};

static bool open_registry(struct wr_connection *connection) {
  extern const struct wl_interface wl_registry_interface;
  union wl_argument args[] = {{.o = NULL}};
  connection->registry =
      wl_proxy_marshal_array_flags((struct wl_proxy *)connection->display, DISPLAY_GET_REGISTRY,
                                   &wl_registry_interface, 1, 0, args);
  connection->queued_bytes = 12;
  return connection->registry &&
         wl_proxy_add_listener(connection->registry, (void (**)(void)) & registry_listener,
                               connection) == 0;
}

struct wr_connection *wr_connection_create(struct wr_interfaces *interfaces, int fd,
                                           const char *name, struct wr_handles *proxies,
                                           const struct wr_client_hooks *hooks) {
  struct wr_connection *connection = calloc(1, sizeof *connection);
  struct wl_display *display = fd >= 0 ? wl_display_connect_to_fd(fd) : wl_display_connect(name);
  int error = display ? ENOMEM : errno;
  if (connection) {
    *connection = (struct wr_connection){
        .display = display, .interfaces = interfaces, .hooks = *hooks, .proxies = proxies};
    if (display && open_registry(connection))
      return connection;
  }
  if (display)
    wl_display_disconnect(display);
  wr_interfaces_destroy(interfaces);
  free(connection);
  errno = error;
  return NULL;
}

void wr_connection_destroy(struct wr_connection *connection) {
  if (!connection->stuck)
    wl_display_flush(connection->display);
  for (uint32_t i = 0; i < connection->proxies->capacity; i++) {
    struct wr_proxy *proxy = wr_handles_at(connection->proxies, i);
    if (proxy && proxy->connection == connection)
      wr_proxy_destroy(proxy);
  }
  wl_proxy_destroy(connection->registry);
  wl_display_disconnect(connection->display);
  wr_interfaces_destroy(connection->interfaces);
  free(connection);
}

bool wr_connection_read(struct wr_connection *connection) {
  struct wl_display *display = connection->display;
  while (wl_display_prepare_read(display) != 0)
    if (wl_display_dispatch_pending(display) < 0)
      return false;
  return wl_display_read_events(display) == 0 && wl_display_dispatch_pending(display) >= 0;
}

struct wr_client_error wr_connection_error(struct wr_connection *connection) {
  struct wr_client_error result = {.error = wl_display_get_error(connection->display)};
  const struct wl_interface *interface = NULL;
  if (result.error == EPROTO) {
    result.code = wl_display_get_protocol_error(connection->display, &interface, &result.id);
    result.interface = interface ? interface->name : NULL;
  } else if (!result.error && connection->stuck) {
    result.error = connection->blocked ? ETIMEDOUT : EPIPE;
  }
  return result;
}
