#include "shm.h"

#include <stdlib.h>
#include <string.h>

static uint64_t snapshot_bytes_total;

static const void *begin_read(struct wr_pixel_source *source) {
  struct wr_shm_buffer *shm = (struct wr_shm_buffer *)source;
  if (!shm->buffer)
    return shm->snapshot;
  wl_shm_buffer_begin_access(shm->buffer);
  return wl_shm_buffer_get_data(shm->buffer);
}

static void end_read(struct wr_pixel_source *source) {
  struct wr_shm_buffer *shm = (struct wr_shm_buffer *)source;
  if (shm->buffer)
    wl_shm_buffer_end_access(shm->buffer);
}

struct wr_shm_buffer *wr_shm_create(struct wl_shm_buffer *buffer) {
  struct wr_shm_buffer *shm = calloc(1, sizeof *shm);
  if (!shm)
    return NULL;
  shm->source = (struct wr_pixel_source){
      .abi = WR_PIXEL_SOURCE_ABI,
      .width = wl_shm_buffer_get_width(buffer),
      .height = wl_shm_buffer_get_height(buffer),
      .stride = wl_shm_buffer_get_stride(buffer),
      .format = wl_shm_buffer_get_format(buffer),
      .begin = begin_read,
      .end = end_read,
  };
  shm->buffer = buffer;
  shm->references = 1;
  return shm;
}

static void drop_snapshot(struct wr_shm_buffer *shm) {
  free(shm->snapshot);
  shm->snapshot = NULL;
  snapshot_bytes_total -= shm->snapshot_bytes;
  shm->snapshot_bytes = 0;
}

static void take_snapshot(struct wr_shm_buffer *shm) {
  uint64_t bytes = (uint64_t)shm->source.stride * (uint64_t)shm->source.height;
  if (snapshot_bytes_total + bytes > WR_MAX_SNAPSHOT_BYTES)
    return;
  uint8_t *copy = malloc(bytes);
  if (!copy)
    return;
  const void *pixels = begin_read(&shm->source);
  memcpy(copy, pixels, bytes);
  end_read(&shm->source);
  shm->snapshot = copy;
  shm->snapshot_bytes = bytes;
  snapshot_bytes_total += bytes;
}

void wr_shm_reference(struct wr_shm_buffer *shm) { shm->references++; }

void wr_shm_unreference(struct wr_shm_buffer *shm) {
  if (--shm->references)
    return;
  drop_snapshot(shm);
  free(shm);
}

void wr_shm_retain(struct wr_shm_buffer *shm) { shm->retained++; }

void wr_shm_release(struct wr_shm_buffer *shm) {
  if (shm->retained && !--shm->retained)
    drop_snapshot(shm);
}

void wr_shm_detach(struct wr_shm_buffer *shm) {
  if (shm->retained)
    take_snapshot(shm);
  shm->buffer = NULL;
}
