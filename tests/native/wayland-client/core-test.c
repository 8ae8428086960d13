/* The core without Node, against a libwayland server in the same thread. Made for ASan. */
#define _GNU_SOURCE
#include "core.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <wayland-server-core.h>

enum { REQ_DESTROY, REQ_ALL, REQ_MAKE, REQ_FD };
static const struct wr_message requests[] = {
    {.name = "destroy", .since = 1, .destructor = true},
    {.name = "all",
     .since = 1,
     .arg_count = 5,
     .args = {{.type = 'i'},
              {.type = 'u'},
              {.type = 'f'},
              {.type = 's', .nullable = true},
              {.type = 'a'}}},
    {.name = "make",
     .since = 1,
     .arg_count = 2,
     .args = {{.type = 'n', .iface = "probe"}, {.type = 'o', .nullable = true, .iface = "probe"}}},
    {.name = "give", .since = 1, .arg_count = 1, .args = {{.type = 'h'}}},
};
enum { EV_TEXT, EV_OTHER, EV_NEW, EV_FD, EV_END };
static const struct wr_message events[] = {
    {.name = "text", .since = 1, .arg_count = 1, .args = {{.type = 's'}}},
    {.name = "other",
     .since = 1,
     .arg_count = 1,
     .args = {{.type = 'o', .nullable = true, .iface = "probe"}}},
    {.name = "made", .since = 1, .arg_count = 1, .args = {{.type = 'n', .iface = "probe"}}},
    {.name = "fd", .since = 1, .arg_count = 1, .args = {{.type = 'h'}}},
    {.name = "end", .since = 1, .destructor = true},
};
static const struct wr_message callback_events[] = {
    {.name = "done", .since = 1, .destructor = true, .arg_count = 1, .args = {{.type = 'u'}}}};

static struct wr_interfaces *make_interfaces(void) {
  char error[160];
  struct wr_interfaces *set = wr_interfaces_create();
  assert(wr_interfaces_add(set, "probe", 2, requests, 4, events, 5, error));
  assert(wr_interfaces_add(set, "wl_callback", 1, NULL, 0, callback_events, 1, error));
  assert(wr_interfaces_finish(set));
  return set;
}

/* The server's side */

struct server {
  struct wl_display *display;
  struct wl_client *client;
  struct wr_interfaces *interfaces;
  struct wl_resource *last;
  uint32_t requests;
  char said[64];
} server;

static struct wl_resource *serve(struct wl_client *client, uint32_t id);

static int on_request(const void *implementation, void *target, uint32_t opcode,
                      const struct wl_message *message, union wl_argument *args) {
  (void)implementation;
  (void)message;
  server.requests++;
  server.last = target;
  if (opcode == REQ_ALL)
    snprintf(server.said, sizeof server.said, "%d %u %g %s %zu", args[0].i, args[1].u,
             wl_fixed_to_double(args[2].f), args[3].s ? args[3].s : "-", args[4].a->size);
  else if (opcode == REQ_MAKE)
    server.last = serve(server.client, args[0].n);
  else if (opcode == REQ_FD)
    close(args[0].h);
  else
    wl_resource_destroy(target);
  return 0;
}

static struct wl_resource *serve(struct wl_client *client, uint32_t id) {
  struct wl_resource *resource = wl_resource_create(client, &server.interfaces->list[0]->wl, 2, id);
  wl_resource_set_dispatcher(resource, on_request, &server, NULL, NULL);
  return resource;
}

static void on_bind(struct wl_client *client, void *data, uint32_t version, uint32_t id) {
  (void)data;
  (void)version;
  server.last = serve(client, id);
}

/* The client's side */

struct seen {
  uint32_t globals, name, events, gone, version;
  uint32_t opcode;
  struct wr_proxy *proxy, *object;
  char text[64];
  bool destroy_inside;
} seen;

static void on_global(void *context, uint32_t name, const char *interface, uint32_t version) {
  (void)context;
  seen.globals++;
  if (!strcmp(interface, "probe")) {
    seen.name = name;
    seen.version = version;
  }
}
static void on_global_removed(void *context, uint32_t name) {
  (void)context;
  assert(name == seen.name);
  seen.globals--;
}
static void on_event(void *context, struct wr_proxy *proxy, uint32_t opcode,
                     const struct wr_message *event, const union wl_argument *args,
                     struct wr_proxy *const *objects) {
  (void)context;
  seen.events++;
  seen.opcode = opcode;
  seen.proxy = proxy;
  seen.object = objects[0];
  if (!strcmp(event->name, "text"))
    snprintf(seen.text, sizeof seen.text, "%s", args[0].s);
  if (!strcmp(event->name, "fd"))
    close(args[0].h);
  if (seen.destroy_inside)
    wr_proxy_destroy(proxy);
}
static void on_gone(void *context, struct wr_proxy *proxy) {
  (void)context;
  (void)proxy;
  seen.gone++;
}

static const struct wr_client_hooks hooks = {NULL, on_global, on_global_removed, on_event, on_gone};
static struct wr_handles proxies;
static struct wr_connection *client;

static void serve_once(void) {
  wl_event_loop_dispatch(wl_display_get_event_loop(server.display), 0);
  wl_display_flush_clients(server.display);
}

static bool turn(void) {
  bool good = wr_connection_flush(client);
  serve_once();
  return wr_connection_read(client) && good;
}

static struct wr_proxy *begin(void) {
  int fds[2];
  assert(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) == 0);
  memset(&server, 0, sizeof server);
  memset(&seen, 0, sizeof seen);
  server.display = wl_display_create();
  server.interfaces = make_interfaces();
  server.client = wl_client_create(server.display, fds[0]);
  wl_global_create(server.display, &server.interfaces->list[0]->wl, 2, NULL, on_bind);
  client = wr_connection_create(make_interfaces(), fds[1], NULL, &proxies, &hooks);
  assert(client && turn() && turn() && seen.globals == 1 && seen.version == 2);
  struct wr_proxy *probe;
  assert(wr_connection_bind(client, seen.name, client->interfaces->list[0], 2, &probe) == WR_SENT);
  assert(probe && turn() && server.last);
  return probe;
}

static void end(void) {
  wr_connection_destroy(client);
  wl_display_destroy_clients(server.display);
  wl_display_destroy(server.display);
  wr_interfaces_destroy(server.interfaces);
  assert(proxies.live == 0);
}

static void test_arguments(void) {
  struct wr_proxy *probe = begin(), *made;
  struct wl_array bytes = {.size = 3, .data = "abc"};
  union wl_argument all[] = {
      {.i = -5}, {.u = 4000000000u}, {.f = wl_fixed_from_double(1.5)}, {.s = "hey"}, {.a = &bytes}};
  assert(wr_proxy_request(probe, REQ_ALL, all, &made) == WR_SENT && !made && turn());
  assert(!strcmp(server.said, "-5 4000000000 1.5 hey 3"));
  all[3].s = NULL;
  assert(wr_proxy_request(probe, REQ_ALL, all, &made) == WR_SENT && turn());
  assert(!strcmp(server.said, "-5 4000000000 1.5 - 3"));
  char huge[5000];
  memset(huge, 'x', sizeof huge);
  huge[4999] = 0;
  all[3].s = huge;
  assert(wr_proxy_request(probe, REQ_ALL, all, &made) == WR_REQUEST_TOO_BIG);
  bytes.size = SIZE_MAX - 2;
  all[3].s = NULL;
  assert(wr_proxy_request(probe, REQ_ALL, all, &made) == WR_REQUEST_TOO_BIG);
  end();
}

static void test_objects(void) {
  struct wr_proxy *probe = begin(), *made;
  union wl_argument make[] = {{.o = NULL}, {.o = (struct wl_object *)probe->proxy}};
  assert(wr_proxy_request(probe, REQ_MAKE, make, &made) == WR_SENT && made && turn());
  wl_resource_post_event(server.last, EV_TEXT, "hello");
  serve_once();
  assert(turn() && seen.proxy == made && !strcmp(seen.text, "hello"));
  struct wl_resource *child = server.last;
  wl_resource_post_event(child, EV_OTHER, child);
  serve_once();
  assert(turn() && seen.object == made);
  wl_resource_post_event(child, EV_NEW, serve(server.client, 0));
  serve_once();
  assert(turn() && seen.object && seen.object->handle && seen.object != made);
  /* An object that is gone here arrives as none. */
  uint32_t before = seen.gone;
  wr_handle old = seen.object->handle;
  wr_proxy_destroy(seen.object);
  assert(seen.gone == before + 1 && !wr_handles_get(&proxies, old));
  wl_resource_post_event(child, EV_END);
  serve_once();
  assert(turn() && seen.gone == before + 2);
  union wl_argument none[] = {{.o = NULL}};
  assert(wr_proxy_request(probe, REQ_DESTROY, none, &made) == WR_SENT && seen.gone == before + 3);
  end();
}

static void test_destroyed_inside(void) {
  struct wr_proxy *probe = begin();
  (void)probe;
  seen.destroy_inside = true;
  wl_resource_post_event(server.last, EV_TEXT, "one");
  wl_resource_post_event(server.last, EV_TEXT, "two");
  wl_resource_post_event(server.last, EV_END);
  serve_once();
  assert(turn() && seen.events == 1 && seen.gone == 1);
  end();
}

static int open_descriptors(void) {
  int count = 0;
  for (int fd = 0; fd < 1024; fd++)
    count += fcntl(fd, F_GETFD) >= 0;
  return count;
}

static void test_descriptors(void) {
  struct wr_proxy *probe = begin(), *made;
  int before = open_descriptors();
  for (int i = 0; i < 100; i++) {
    union wl_argument give[] = {{.h = 0}};
    assert(wr_proxy_request(probe, REQ_FD, give, &made) == WR_SENT);
    if (i % 10 == 9)
      assert(turn());
  }
  wl_resource_post_event(server.last, EV_FD, 0);
  serve_once();
  assert(turn() && seen.events == 1 && server.requests == 100);
  assert(open_descriptors() == before);
  /* What nobody has taken yet goes with the connection. */
  wl_resource_post_event(server.last, EV_FD, 0);
  serve_once();
  end();
}

static void test_sync(void) {
  begin();
  struct wr_proxy *callback;
  assert(wr_connection_sync(client, client->interfaces->list[1], &callback) == WR_SENT);
  assert(turn() && turn() && seen.proxy == callback && seen.gone == 1);
  end();
}

static void test_protocol_error(void) {
  struct wr_proxy *probe = begin();
  uint32_t id = wl_proxy_get_id(probe->proxy);
  wl_resource_post_error(server.last, 7, "no");
  serve_once();
  assert(!turn());
  struct wr_client_error error = wr_connection_error(client);
  assert(error.error == EPROTO && error.code == 7 && error.id == id &&
         !strcmp(error.interface, "probe"));
  end();
}

static void test_disconnect(void) {
  struct wr_proxy *probe = begin(), *made;
  struct wl_array none = {0};
  union wl_argument all[] = {{.i = 1}, {.u = 1}, {.f = 1}, {.s = "x"}, {.a = &none}};
  wl_client_destroy(server.client);
  /* Far more than the buffer holds: nothing may abort. */
  for (int i = 0; i < 1000; i++)
    wr_proxy_request(probe, REQ_ALL, all, &made);
  while (wr_connection_read(client))
    ;
  assert(wr_connection_error(client).error == EPIPE);
  end();
}

static void test_full_socket(void) {
  struct wr_proxy *probe = begin(), *made;
  char text[3000];
  memset(text, 'x', sizeof text);
  text[2999] = 0;
  struct wl_array none = {0};
  union wl_argument all[] = {{.i = 1}, {.u = 1}, {.f = 1}, {.s = text}, {.a = &none}};
  uint32_t sent = 0;
  while (wr_proxy_request(probe, REQ_ALL, all, &made) == WR_SENT)
    sent++;
  assert(sent > 10 && sent < 100000);
  assert(wr_connection_error(client).error == ETIMEDOUT);
  end();
}

static void test_nonsense(void) {
  begin();
  /* An event that the interface does not have, with a size beyond everything. */
  int fds[2];
  assert(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) == 0);
  struct wr_connection *other =
      wr_connection_create(make_interfaces(), fds[1], NULL, &proxies, &hooks);
  uint32_t words[] = {2, (12u << 16) | 9, 0};
  assert(write(fds[0], words, sizeof words) == sizeof words);
  bool good = true;
  for (int i = 0; i < 5 && good; i++)
    good = wr_connection_read(other);
  assert(!good && wr_connection_error(other).error);
  wr_connection_destroy(other);
  close(fds[0]);
  assert(!wr_connection_create(make_interfaces(), -1, "/nowhere/wayland", &proxies, &hooks) &&
         errno == ENOENT);
  end();
}

static void on_any_global_removed(void *context, uint32_t name) {
  (void)context;
  (void)name;
}

/* A compositor that sends anything: the connection ends or goes on, and nothing else happens. */
static void test_random_bytes(void) {
  struct wr_proxy *made;
  struct wr_client_hooks any = hooks;
  any.global_removed = on_any_global_removed;
  for (unsigned seed = 1; seed <= 400; seed++) {
    int fds[2];
    assert(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds) == 0);
    struct wr_connection *other =
        wr_connection_create(make_interfaces(), fds[1], NULL, &proxies, &any);
    wr_connection_bind(other, 1, other->interfaces->list[0], 2, &made);
    srand(seed);
    bool good = true;
    for (int round = 0; round < 20 && good; round++) {
      uint32_t words[16];
      for (int i = 0; i < 16; i++)
        words[i] = rand() % 3 ? (uint32_t)rand() % 8 : (uint32_t)rand();
      uint32_t size = seed % 4 ? 8 + 4 * ((uint32_t)rand() % 15) : (uint32_t)rand() & 0xffff;
      words[0] = 2 + (uint32_t)rand() % 3;
      words[1] = size << 16 | (uint32_t)rand() % 7;
      assert(write(fds[0], words, sizeof words) == sizeof words);
      good = wr_connection_read(other);
    }
    wr_connection_destroy(other);
    close(fds[0]);
  }
  assert(proxies.live == 0);
}

static void be_quiet(const char *format, va_list args) {
  (void)format;
  (void)args;
}

int main(void) {
  wl_log_set_handler_client(be_quiet);
  test_arguments();
  test_objects();
  test_destroyed_inside();
  test_descriptors();
  test_sync();
  test_protocol_error();
  test_disconnect();
  test_full_socket();
  test_nonsense();
  test_random_bytes();
  wr_handles_free(&proxies);
  return 0;
}
