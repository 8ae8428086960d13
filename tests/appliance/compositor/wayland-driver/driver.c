/* A Wayland client that does what lines on its standard input say and tells events on its standard
 * output. */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <wayland-client.h>

#include "viewporter-client.h"

#define MAX_OBJECTS 256

struct buffer {
  struct wl_buffer *proxy;
  int fd;
};

static struct wl_display *display;
static struct wl_compositor *compositor;
static struct wl_subcompositor *subcompositor;
static struct wl_shm *shm;
static struct wp_viewporter *viewporter;
static struct wl_surface *surfaces[MAX_OBJECTS];
static struct wl_subsurface *subsurfaces[MAX_OBJECTS];
static struct wp_viewport *viewports[MAX_OBJECTS];
static struct buffer buffers[MAX_OBJECTS];

static void on_global(void *data, struct wl_registry *registry, uint32_t name,
                      const char *interface, uint32_t version) {
  (void)data;
  if (!strcmp(interface, "wl_compositor"))
    compositor =
        wl_registry_bind(registry, name, &wl_compositor_interface, version < 5 ? version : 5);
  else if (!strcmp(interface, "wl_subcompositor"))
    subcompositor = wl_registry_bind(registry, name, &wl_subcompositor_interface, 1);
  else if (!strcmp(interface, "wl_shm"))
    shm = wl_registry_bind(registry, name, &wl_shm_interface, 1);
  else if (!strcmp(interface, "wp_viewporter"))
    viewporter = wl_registry_bind(registry, name, &wp_viewporter_interface, 1);
  else if (!strcmp(interface, "wl_output"))
    wl_registry_bind(registry, name, &wl_output_interface, 2);
}

static void on_global_remove(void *data, struct wl_registry *registry, uint32_t name) {
  (void)data, (void)registry, (void)name;
}

static const struct wl_registry_listener registry_listener = {on_global, on_global_remove};

static void on_release(void *data, struct wl_buffer *proxy) {
  (void)proxy;
  printf("release %d\n", (int)(intptr_t)data);
}

static const struct wl_buffer_listener buffer_listener = {on_release};

static void on_enter(void *data, struct wl_surface *surface, struct wl_output *output) {
  (void)surface, (void)output;
  printf("enter %d\n", (int)(intptr_t)data);
}

static void on_leave(void *data, struct wl_surface *surface, struct wl_output *output) {
  (void)surface, (void)output;
  printf("leave %d\n", (int)(intptr_t)data);
}

static const struct wl_surface_listener surface_listener = {.enter = on_enter, .leave = on_leave};

static void on_frame(void *data, struct wl_callback *callback, uint32_t time_ms) {
  (void)time_ms;
  printf("frame %d\n", (int)(intptr_t)data);
  wl_callback_destroy(callback);
}

static const struct wl_callback_listener frame_listener = {on_frame};

static void on_sync(void *data, struct wl_callback *callback, uint32_t serial) {
  (void)serial;
  printf("synced %d\n", (int)(intptr_t)data);
  wl_callback_destroy(callback);
}

static const struct wl_callback_listener sync_listener = {on_sync};

/* Four quadrants of colour: left top, right top, left bottom, right bottom. */
static void create_buffer(int id, int width, int height, uint32_t format,
                          const uint32_t colours[4]) {
  size_t size = (size_t)width * height * 4;
  int fd = memfd_create("driver", MFD_CLOEXEC);
  if (fd < 0 || ftruncate(fd, size) != 0)
    abort();
  uint32_t *pixels = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (pixels == MAP_FAILED)
    abort();
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      pixels[y * width + x] = colours[(y >= height / 2) * 2 + (x >= width / 2)];
  munmap(pixels, size);
  struct wl_shm_pool *pool = wl_shm_create_pool(shm, fd, size);
  buffers[id].proxy = wl_shm_pool_create_buffer(pool, 0, width, height, width * 4, format);
  buffers[id].fd = fd;
  wl_buffer_add_listener(buffers[id].proxy, &buffer_listener, (void *)(intptr_t)id);
  wl_shm_pool_destroy(pool);
}

static bool run_surface(const char *verb, int id, const int *n) {
  if (!strcmp(verb, "surface")) {
    surfaces[id] = wl_compositor_create_surface(compositor);
    wl_surface_add_listener(surfaces[id], &surface_listener, (void *)(intptr_t)id);
  } else if (!strcmp(verb, "attach"))
    wl_surface_attach(surfaces[id], n[0] < 0 ? NULL : buffers[n[0]].proxy, 0, 0);
  else if (!strcmp(verb, "damage"))
    wl_surface_damage_buffer(surfaces[id], n[0], n[1], n[2], n[3]);
  else if (!strcmp(verb, "scale"))
    wl_surface_set_buffer_scale(surfaces[id], n[0]);
  else if (!strcmp(verb, "transform"))
    wl_surface_set_buffer_transform(surfaces[id], n[0]);
  else if (!strcmp(verb, "frame"))
    wl_callback_add_listener(wl_surface_frame(surfaces[id]), &frame_listener, (void *)(intptr_t)id);
  else if (!strcmp(verb, "commit"))
    wl_surface_commit(surfaces[id]);
  else if (!strcmp(verb, "destroy"))
    wl_surface_destroy(surfaces[id]);
  else
    return false;
  return true;
}

static bool run_extension(const char *verb, int id, const int *n) {
  if (!strcmp(verb, "subsurface"))
    subsurfaces[id] = wl_subcompositor_get_subsurface(subcompositor, surfaces[id], surfaces[n[0]]);
  else if (!strcmp(verb, "position"))
    wl_subsurface_set_position(subsurfaces[id], n[0], n[1]);
  else if (!strcmp(verb, "desync"))
    wl_subsurface_set_desync(subsurfaces[id]);
  else if (!strcmp(verb, "below"))
    wl_subsurface_place_below(subsurfaces[id], surfaces[n[0]]);
  else if (!strcmp(verb, "viewport"))
    viewports[id] = wp_viewporter_get_viewport(viewporter, surfaces[id]);
  else if (!strcmp(verb, "source"))
    wp_viewport_set_source(viewports[id], wl_fixed_from_int(n[0]), wl_fixed_from_int(n[1]),
                           wl_fixed_from_int(n[2]), wl_fixed_from_int(n[3]));
  else if (!strcmp(verb, "destination"))
    wp_viewport_set_destination(viewports[id], n[0], n[1]);
  else
    return false;
  return true;
}

static void run_line(const char *line) {
  char verb[32];
  int id = 0, n[4] = {0};
  uint32_t c[4], format;
  int width, height;
  if (sscanf(line, "buffer %d %d %d %u %x %x %x %x", &id, &width, &height, &format, &c[0], &c[1],
             &c[2], &c[3]) == 8) {
    create_buffer(id, width, height, format, c);
    return;
  }
  if (sscanf(line, "%31s %d %d %d %d %d", verb, &id, &n[0], &n[1], &n[2], &n[3]) < 2 || id < 0 ||
      id >= MAX_OBJECTS)
    exit(2);
  if (!strcmp(verb, "sync"))
    wl_callback_add_listener(wl_display_sync(display), &sync_listener, (void *)(intptr_t)id);
  else if (!strcmp(verb, "truncate"))
    (void)!ftruncate(buffers[id].fd, n[0]);
  else if (!strcmp(verb, "destroy-buffer"))
    wl_buffer_destroy(buffers[id].proxy);
  else if (!run_surface(verb, id, n) && !run_extension(verb, id, n))
    exit(2);
}

static void tell_error(void) {
  const struct wl_interface *interface = NULL;
  if (wl_display_get_error(display) == EPROTO) {
    uint32_t code = wl_display_get_protocol_error(display, &interface, NULL);
    printf("error %s %u\n", interface ? interface->name : "?", code);
  } else
    printf("disconnected\n");
  exit(0);
}

int main(void) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  display = wl_display_connect(NULL);
  if (!display)
    return 1;
  wl_registry_add_listener(wl_display_get_registry(display), &registry_listener, NULL);
  if (wl_display_roundtrip(display) < 0)
    tell_error();
  char line[256];
  setvbuf(stdin, NULL, _IONBF, 0);
  struct pollfd fds[2] = {{0, POLLIN, 0}, {wl_display_get_fd(display), POLLIN, 0}};
  for (;;) {
    wl_display_flush(display);
    poll(fds, 2, -1);
    if (fds[1].revents && wl_display_dispatch(display) < 0)
      tell_error();
    if (!fds[0].revents)
      continue;
    if (!fgets(line, sizeof line, stdin))
      return 0;
    run_line(line);
  }
}
