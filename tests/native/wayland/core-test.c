/* The core without Node: handle table, interfaces, and a server fed by raw sockets. Made for ASan.
 */
#define _GNU_SOURCE
#include "core.h"
#include "shm.h"

#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

static void test_handles(void) {
  struct wr_handles handles = {0};
  int item;
  assert(!wr_handles_get(&handles, 0) && !wr_handles_get(&handles, 1ull << 22));
  wr_handle first = wr_handles_add(&handles, &item);
  assert(wr_handles_get(&handles, first) == &item);
  wr_handles_remove(&handles, first);
  assert(!wr_handles_get(&handles, first));
  wr_handles_remove(&handles, first);
  assert(handles.live == 0);
  /* A freed slot comes round last, and then under another name. */
  for (int i = 0; i < 200; i++) {
    wr_handle next = wr_handles_add(&handles, &item);
    assert(next && next != first);
    if (i % 2)
      wr_handles_remove(&handles, next);
  }
  assert(handles.live == 100 && !wr_handles_get(&handles, first));
  wr_handles_free(&handles);
}

static const struct wr_message requests[] = {
    {.name = "destroy", .since = 1, .destructor = true},
    {.name = "all",
     .since = 1,
     .arg_count = 6,
     .args = {{.type = 'i'},
              {.type = 'u'},
              {.type = 'f'},
              {.type = 's', .nullable = true},
              {.type = 'a'},
              {.type = 'h'}}},
    {.name = "make",
     .since = 1,
     .arg_count = 2,
     .args = {{.type = 'n', .iface = "probe"}, {.type = 'o', .nullable = true, .iface = "probe"}}},
    {.name = "buffer", .since = 1, .arg_count = 1, .args = {{.type = 'o', .iface = "wl_buffer"}}},
    {.name = "stranger", .since = 2, .arg_count = 1, .args = {{.type = 'o', .iface = "nobody"}}},
};
static const struct wr_message events[] = {
    {.name = "text", .since = 1, .arg_count = 1, .args = {{.type = 's'}}},
    {.name = "other", .since = 2, .arg_count = 1, .args = {{.type = 'o', .iface = "probe"}}},
    {.name = "end", .since = 1, .destructor = true},
};

static struct wr_interfaces *make_interfaces(void) {
  char error[160];
  struct wr_interfaces *set = wr_interfaces_create();
  assert(wr_interfaces_add(set, "probe", 2, requests, 5, events, 3, error));
  assert(wr_interfaces_add(set, "wl_buffer", 1, requests, 1, NULL, 0, error));
  assert(wr_interfaces_finish(set));
  return set;
}

static void test_interfaces(void) {
  struct wr_interfaces *set = make_interfaces();
  const struct wl_interface *probe = &wr_interfaces_find(set, "probe")->wl;
  assert(probe->method_count == 5 && probe->event_count == 3);
  assert(!strcmp(probe->methods[1].signature, "iuf?sah"));
  assert(!strcmp(probe->methods[2].signature, "n?o") && probe->methods[2].types[0] == probe);
  assert(!strcmp(probe->methods[4].signature, "2o"));
  assert(set->defined == 2 && wr_interfaces_find(set, "nobody")->index == 2);
  static const struct wr_message wrong[] = {
      {.name = "type", .since = 1, .arg_count = 1, .args = {{.type = 'x'}}},
      {.name = "untyped", .since = 1, .arg_count = 1, .args = {{.type = 'n'}}},
      {.name = "nullable", .since = 1, .arg_count = 1, .args = {{.type = 'i', .nullable = true}}},
      {.name = "many", .since = 1, .arg_count = WR_MAX_ARGS + 1},
      {.name = "since", .since = 3},
      {.name = "never", .since = 0},
  };
  char error[160];
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    error[0] = 0;
    assert(!wr_interfaces_add(set, "wrong", 2, &wrong[i], 1, NULL, 0, error) && error[0]);
  }
  assert(!wr_interfaces_add(set, "probe", 1, NULL, 0, NULL, 0, error));
  wr_interfaces_destroy(set);
}

struct seen {
  int clients, gone, bound, requests, destroyed;
  struct wr_resource *last;       /* the last bound or made object */
  struct wr_shm_buffer *retained; /* one reference is ours */
  bool destroy_client, destroy_self;
};

static void on_created(void *context, struct wr_client *client) {
  (void)client;
  ((struct seen *)context)->clients++;
}
static void on_dying(void *context, struct wr_client *client) {
  (void)context;
  assert(client->doomed);
}
static void on_gone(void *context, struct wr_client *client) {
  assert(client->resources == 0);
  ((struct seen *)context)->gone++;
}
static void on_bound(void *context, struct wr_global *global, struct wr_resource *resource) {
  assert(global->iface == resource->iface);
  ((struct seen *)context)->bound++;
  ((struct seen *)context)->last = resource;
}
static void on_destroyed(void *context, struct wr_resource *resource) {
  struct seen *seen = context;
  seen->destroyed++;
  if (seen->last == resource)
    seen->last = NULL;
}
static void on_shm(void *context, struct wr_resource *resource) {
  struct seen *seen = context;
  if (seen->retained)
    return;
  seen->retained = resource->shm;
  wr_shm_reference(resource->shm);
  wr_shm_retain(resource->shm);
}
static void on_request(void *context, struct wr_resource *resource, uint32_t opcode,
                       const struct wr_message *message, const union wl_argument *args,
                       struct wr_resource *const *objects) {
  struct seen *seen = context;
  seen->requests++;
  for (uint32_t i = 0; i < message->arg_count; i++)
    if (message->args[i].type == 'h')
      close(args[i].h);
  if (opcode == 2)
    seen->last = objects[0];
  if (seen->destroy_self)
    wr_resource_destroy(resource);
  else if (seen->destroy_client)
    wr_client_destroy(resource->client);
}

struct fixture {
  struct seen seen;
  struct wr_server_tables tables;
  struct wr_server *server;
};

static void set_up(struct fixture *fixture) {
  *fixture = (struct fixture){0};
  const struct wr_hooks hooks = {&fixture->seen, on_created, on_dying,     on_gone,
                                 on_bound,       on_request, on_destroyed, on_shm};
  fixture->server = wr_server_create(make_interfaces(), &fixture->tables, &hooks);
  assert(fixture->server);
  const struct wr_interface *probe = wr_interfaces_find(fixture->server->interfaces, "probe");
  assert(wr_server_add_global(fixture->server, probe, 2));
  wl_display_init_shm(fixture->server->display);
}

static void tear_down(struct fixture *fixture) {
  wr_server_destroy(fixture->server);
  assert(fixture->seen.gone == fixture->seen.clients);
  assert(!fixture->tables.clients.live && !fixture->tables.resources.live);
  assert(!fixture->tables.globals.live);
  if (fixture->seen.retained) {
    wr_shm_release(fixture->seen.retained);
    wr_shm_unreference(fixture->seen.retained);
  }
  wr_handles_free(&fixture->tables.clients);
  wr_handles_free(&fixture->tables.resources);
  wr_handles_free(&fixture->tables.globals);
}

/* A message under construction; all sizes here are small and known. */
struct wire {
  uint8_t bytes[4096];
  uint32_t length, start;
};

static void put(struct wire *wire, uint32_t word) {
  memcpy(wire->bytes + wire->length, &word, 4);
  wire->length += 4;
}
static void begin(struct wire *wire, uint32_t id) {
  wire->start = wire->length;
  put(wire, id);
  put(wire, 0);
}
static void put_string(struct wire *wire, const char *text) {
  uint32_t size = (uint32_t)strlen(text) + 1;
  put(wire, size);
  memset(wire->bytes + wire->length, 0, (size + 3) & ~3u);
  memcpy(wire->bytes + wire->length, text, size);
  wire->length += (size + 3) & ~3u;
}
static void finish(struct wire *wire, uint32_t opcode) {
  uint32_t head = (wire->length - wire->start) << 16 | opcode;
  memcpy(wire->bytes + wire->start + 4, &head, 4);
}

static void send_bytes(int socket, const void *bytes, size_t length, int fd) {
  char control[CMSG_SPACE(sizeof(int))] = {0};
  struct iovec part = {(void *)bytes, length};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
  if (fd >= 0) {
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof fd);
    memcpy(CMSG_DATA(header), &fd, sizeof fd);
  }
  sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* Registry 2, probe 3 (global 1), wl_shm 4 (global 2), pool 5, buffer 6; then one of each request.
 */
static uint32_t script(struct wire *wire, uint32_t *after_bind) {
  *wire = (struct wire){0};
  begin(wire, 1), put(wire, 2), finish(wire, 1);
  begin(wire, 2), put(wire, 1), put_string(wire, "probe"), put(wire, 2), put(wire, 3);
  finish(wire, 0);
  *after_bind = wire->length;
  begin(wire, 3), put(wire, 7), put(wire, 8), put(wire, 256), put_string(wire, "text");
  put(wire, 3), put(wire, 0x030201), finish(wire, 1);
  begin(wire, 2), put(wire, 2), put_string(wire, "wl_shm"), put(wire, 1), put(wire, 4);
  finish(wire, 0);
  begin(wire, 4), put(wire, 5), put(wire, 4096), finish(wire, 0);
  begin(wire, 5), put(wire, 6), put(wire, 0), put(wire, 16), put(wire, 16), put(wire, 64);
  put(wire, 1), finish(wire, 0);
  begin(wire, 3), put(wire, 6), finish(wire, 3);
  begin(wire, 3), put(wire, 7), put(wire, 0), finish(wire, 2);
  begin(wire, 3), put(wire, 8), put(wire, 7), finish(wire, 2);
  begin(wire, 6), finish(wire, 0);
  begin(wire, 7), finish(wire, 0);
  return wire->length;
}

static int connect_client(struct fixture *fixture) {
  int fds[2];
  assert(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) == 0);
  assert(wr_server_add_client(fixture->server, fds[0]));
  return fds[1];
}

static void run(struct fixture *fixture) {
  for (int i = 0; i < 3; i++) {
    wr_server_dispatch(fixture->server);
    wr_server_flush(fixture->server);
  }
}

static int make_file(size_t bytes) {
  int fd = memfd_create("pool", MFD_CLOEXEC);
  uint8_t *pixels = malloc(bytes);
  memset(pixels, 0x5a, bytes);
  assert(write(fd, pixels, bytes) == (ssize_t)bytes);
  free(pixels);
  return fd;
}

/* Both descriptors of the script arrive with its first bytes; libwayland hands them out in order.
 */
static void send_script(int socket, const struct wire *wire, int file) {
  send_bytes(socket, wire->bytes, 4, file);
  send_bytes(socket, wire->bytes + 4, wire->length - 4, file);
}

static void test_script(void) {
  struct fixture fixture;
  struct wire wire;
  uint32_t after_bind;
  set_up(&fixture);
  int file = make_file(4096);
  int socket = connect_client(&fixture);
  script(&wire, &after_bind);
  send_script(socket, &wire, file);
  run(&fixture);
  struct seen *seen = &fixture.seen;
  assert(seen->bound == 1 && seen->requests == 5 && seen->destroyed == 2);
  assert(seen->retained && !seen->retained->buffer && seen->retained->snapshot);
  assert(((const uint8_t *)seen->retained->source.begin(&seen->retained->source))[63] == 0x5a);
  close(socket);
  run(&fixture);
  assert(seen->gone == 1);
  close(file);
  tear_down(&fixture);
}

static void test_truncated_pool(void) {
  struct fixture fixture;
  struct wire wire;
  uint32_t after_bind;
  set_up(&fixture);
  int file = make_file(4096);
  int socket = connect_client(&fixture);
  script(&wire, &after_bind);
  wire.length -= 16; /* keeps the buffer and object 7 */
  send_script(socket, &wire, file);
  run(&fixture);
  assert(fixture.seen.retained->buffer && ftruncate(file, 0) == 0);
  struct wr_pixel_source *source = &fixture.seen.retained->source;
  assert(((const uint8_t *)source->begin(source))[100] == 0);
  source->end(source);
  close(socket);
  run(&fixture);
  assert(fixture.seen.gone == 1 && fixture.seen.retained->snapshot);
  close(file);
  tear_down(&fixture);
}

static void test_events(void) {
  struct fixture fixture;
  struct wire wire;
  uint32_t after_bind;
  set_up(&fixture);
  int one = connect_client(&fixture), two = connect_client(&fixture);
  script(&wire, &after_bind);
  send_bytes(one, wire.bytes, after_bind, -1);
  run(&fixture);
  struct wr_resource *first = fixture.seen.last;
  send_bytes(two, wire.bytes, after_bind, -1);
  run(&fixture);
  struct wr_resource *second = fixture.seen.last;
  union wl_argument foreign = {.o = (struct wl_object *)second->resource};
  assert(wr_resource_post(first, 1, &foreign) == WR_POST_FOREIGN);
  char text[5000];
  memset(text, 'x', sizeof text - 1);
  text[sizeof text - 1] = 0;
  union wl_argument longer = {.s = text};
  assert(wr_resource_post(first, 0, &longer) == WR_POST_TOO_BIG);
  /* Nobody reads: in the end that client is dropped, and the other is not. */
  text[3000] = 0;
  for (int i = 0; i < 1000 && fixture.seen.gone == 0; i++) {
    wr_resource_post(first, 0, &longer);
    wr_server_flush(fixture.server);
  }
  assert(fixture.seen.gone == 1 && fixture.seen.last == second);
  wr_resource_post(second, 2, NULL);
  assert(fixture.seen.last == NULL);
  close(one);
  close(two);
  run(&fixture);
  tear_down(&fixture);
}

static void test_ending_inside_hooks(bool client) {
  struct fixture fixture;
  struct wire wire;
  uint32_t after_bind;
  set_up(&fixture);
  int file = make_file(4096);
  int socket = connect_client(&fixture);
  script(&wire, &after_bind);
  fixture.seen.destroy_client = client;
  fixture.seen.destroy_self = !client;
  send_script(socket, &wire, file);
  run(&fixture);
  assert(fixture.seen.requests == 1 && fixture.seen.gone == 1);
  close(socket);
  close(file);
  tear_down(&fixture);
}

/* Every byte of a good conversation in turn becomes a bad one. */
static void test_mutations(void) {
  static const uint8_t values[] = {0x00, 0x01, 0x7f, 0x80, 0xff};
  struct fixture fixture;
  struct wire wire;
  uint32_t after_bind;
  int file = make_file(4096);
  set_up(&fixture);
  uint32_t length = script(&wire, &after_bind);
  for (uint32_t at = 0; at < length * sizeof values; at++) {
    struct wire bad = wire;
    bad.bytes[at / sizeof values] ^= values[at % sizeof values] ? values[at % sizeof values] : 0x55;
    int socket = connect_client(&fixture);
    send_script(socket, &bad, file);
    run(&fixture);
    close(socket);
    run(&fixture);
  }
  assert(fixture.seen.clients == (int)(length * sizeof values));
  assert(fixture.seen.gone == fixture.seen.clients && fixture.seen.requests > 1000);
  close(file);
  tear_down(&fixture);
}

static void quiet(const char *format, va_list args) {
  (void)format;
  (void)args;
}

int main(void) {
  wl_log_set_handler_server(quiet);
  test_handles();
  test_interfaces();
  test_script();
  test_truncated_pool();
  test_events();
  test_ending_inside_hooks(true);
  test_ending_inside_hooks(false);
  test_mutations();
  puts("wayland core: all good");
  return 0;
}
