#include "planes.h"

#include <libavutil/imgutils.h>
#include <string.h>

/* What libavcodec reads over the end of a row. */
#define ROW_ALIGN 64
#define PLANES_EXTRA 256

/* What is only freed can still be read where memory is handed out anew. */
static void wipe_buffer(void *opaque, uint8_t *data) {
  explicit_bzero(data, (size_t)(uintptr_t)opaque);
  av_free(data);
}

static AVBufferRef *make_buffer(void *opaque, size_t size) {
  (void)opaque;
  uint8_t *data = av_malloc(size);
  AVBufferRef *buffer =
      data ? av_buffer_create(data, size, wipe_buffer, (void *)(uintptr_t)size, 0) : NULL;
  if (!buffer)
    av_free(data);
  return buffer;
}

static bool pool_of(struct wr_planes *p, size_t size) {
  if (p->pool && p->size == size)
    return true;
  av_buffer_pool_uninit(&p->pool);
  p->pool = av_buffer_pool_init2(size, NULL, make_buffer, NULL);
  p->size = size;
  return p->pool != NULL;
}

bool wr_planes_give(struct wr_planes *p, AVFrame *frame, int width, int height) {
  if (av_image_fill_linesizes(frame->linesize, frame->format, FFALIGN(width, ROW_ALIGN)) < 0)
    return false;
  ptrdiff_t strides[4];
  size_t sizes[4], size = PLANES_EXTRA;
  for (int i = 0; i < 4; i++)
    strides[i] = frame->linesize[i];
  if (av_image_fill_plane_sizes(sizes, frame->format, height, strides) < 0)
    return false;
  for (int i = 0; i < 4; i++)
    size += sizes[i];
  if (!pool_of(p, size) || !(frame->buf[0] = av_buffer_pool_get(p->pool)))
    return false;
  frame->extended_data = frame->data;
  uint8_t *at = frame->buf[0]->data;
  for (int i = 0; i < 4; i++) {
    frame->data[i] = sizes[i] ? at : NULL;
    at += sizes[i];
  }
  return true;
}

void wr_planes_free(struct wr_planes *p) { av_buffer_pool_uninit(&p->pool); }
