#define _GNU_SOURCE
#include "backend-wayland.h"

#include <sys/mman.h>
#include <unistd.h>
#include "marks.h"

static void on_release(void *data, struct wl_buffer *buffer) {
  (void)buffer;
  ((struct wr_wayland_buffer *)data)->busy = false;
}

static const struct wl_buffer_listener buffer_listener = {.release = on_release};

bool wr_wayland_buffers_open(struct wr_wayland_backend *backend) {
  const int32_t width = WR_MARKS_SCREEN_WIDTH, height = WR_MARKS_SCREEN_HEIGHT;
  const int32_t stride = width * 4, size = stride * height;
  /* Populated: the kernel's clearing of 8 MB must not lie within the first key of a buffer. */
  int fd = memfd_create("workload", MFD_CLOEXEC);
  if (fd < 0 || ftruncate(fd, (off_t)size * WR_WAYLAND_BUFFERS) < 0)
    return false;
  char *memory = mmap(NULL, (size_t)size * WR_WAYLAND_BUFFERS, PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_POPULATE, fd, 0);
  if (memory == MAP_FAILED)
    return false;
  struct wl_shm_pool *pool = wl_shm_create_pool(backend->shm, fd, size * WR_WAYLAND_BUFFERS);
  for (int32_t i = 0; i < WR_WAYLAND_BUFFERS; i++) {
    struct wr_wayland_buffer *buffer = &backend->buffers[i];
    buffer->canvas = (struct wr_canvas){width, height, (uint32_t *)(memory + (size_t)i * size)};
    buffer->buffer =
        wl_shm_pool_create_buffer(pool, i * size, width, height, stride, WL_SHM_FORMAT_XRGB8888);
    wl_buffer_add_listener(buffer->buffer, &buffer_listener, buffer);
  }
  wl_shm_pool_destroy(pool);
  close(fd);
  return true;
}

struct wr_wayland_buffer *wr_wayland_buffers_free(struct wr_wayland_backend *backend) {
  for (size_t i = 0; i < WR_WAYLAND_BUFFERS; i++)
    if (!backend->buffers[i].busy)
      return &backend->buffers[i];
  return NULL;
}

static void refresh(struct wr_wayland_backend *backend, struct wr_wayland_buffer *buffer) {
  wr_canvas_copy(&buffer->canvas, &backend->base.canvas, buffer->stale);
  buffer->stale = (struct wr_rect){0, 0, 0, 0};
}

/* With the first picture all of them: 8 MB copied by the application must not lie within the first
 * key of each further buffer. */
void wr_wayland_buffers_update(struct wr_wayland_backend *backend, struct wr_wayland_buffer *buffer,
                               const struct wr_damage *damage) {
  for (size_t i = 0; i < WR_WAYLAND_BUFFERS; i++)
    for (size_t j = 0; j < damage->count; j++)
      backend->buffers[i].stale = wr_damage_union(backend->buffers[i].stale, damage->rects[j]);
  if (!backend->filled)
    for (size_t i = 0; i < WR_WAYLAND_BUFFERS; i++)
      refresh(backend, &backend->buffers[i]);
  backend->filled = true;
  refresh(backend, buffer);
}
