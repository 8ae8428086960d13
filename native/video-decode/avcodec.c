/* By libavcodec. */
#include "h264.h"

#include <libavcodec/avcodec.h>
#include <libavutil/imgutils.h>
#include <stdlib.h>
#include <string.h>

/* What libavcodec reads over the end of a row. */
#define ROW_ALIGN 64
#define PLANES_EXTRA 256

struct wr_h264 {
  int32_t width, height;
  AVCodecContext *context;
  AVPacket *packet;
  AVFrame *frame;
  AVBufferPool *pool;
  size_t pool_size;
  uint8_t *bytes; /* padded as libavcodec wants it */
  size_t capacity;
};

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

static bool pool_of(struct wr_h264 *d, size_t size) {
  if (d->pool && d->pool_size == size)
    return true;
  av_buffer_pool_uninit(&d->pool);
  d->pool = av_buffer_pool_init2(size, NULL, make_buffer, NULL);
  d->pool_size = size;
  return d->pool != NULL;
}

static int get_buffer(AVCodecContext *context, AVFrame *frame, int flags) {
  (void)flags;
  struct wr_h264 *d = context->opaque;
  int width = frame->width, height = frame->height;
  int aligns[AV_NUM_DATA_POINTERS];
  avcodec_align_dimensions2(context, &width, &height, aligns);
  if (av_image_fill_linesizes(frame->linesize, frame->format, FFALIGN(width, ROW_ALIGN)) < 0)
    return AVERROR(EINVAL);
  ptrdiff_t strides[4];
  size_t planes[4], size = PLANES_EXTRA;
  for (int i = 0; i < 4; i++)
    strides[i] = frame->linesize[i];
  if (av_image_fill_plane_sizes(planes, frame->format, height, strides) < 0)
    return AVERROR(EINVAL);
  for (int i = 0; i < 4; i++)
    size += planes[i];
  if (!pool_of(d, size) || !(frame->buf[0] = av_buffer_pool_get(d->pool)))
    return AVERROR(ENOMEM);
  frame->extended_data = frame->data;
  uint8_t *at = frame->buf[0]->data;
  for (int i = 0; i < 4; i++) {
    frame->data[i] = planes[i] ? at : NULL;
    at += planes[i];
  }
  return 0;
}

static enum AVPixelFormat software_format(AVCodecContext *context,
                                          const enum AVPixelFormat *formats) {
  (void)context;
  for (; *formats != AV_PIX_FMT_NONE; formats++)
    if (*formats == AV_PIX_FMT_YUV420P || *formats == AV_PIX_FMT_YUVJ420P ||
        *formats == AV_PIX_FMT_YUV444P || *formats == AV_PIX_FMT_YUVJ444P)
      return *formats;
  return AV_PIX_FMT_NONE;
}

static bool open_codec(struct wr_h264 *d) {
  const AVCodec *codec = avcodec_find_decoder_by_name("h264");
  d->context = codec ? avcodec_alloc_context3(codec) : NULL;
  if (!d->context)
    return false;
  d->context->opaque = d;
  d->context->get_buffer2 = get_buffer;
  d->context->get_format = software_format;
  d->context->flags |= AV_CODEC_FLAG_LOW_DELAY;
  d->context->thread_count = 1;
  d->context->err_recognition = AV_EF_EXPLODE | AV_EF_BITSTREAM | AV_EF_BUFFER;
  d->context->error_concealment = 0;
  /* Whole macroblocks, and a row of them to spare. */
  d->context->max_pixels = (int64_t)(d->width + 32) * (d->height + 32);
  return avcodec_open2(d->context, codec, NULL) == 0;
}

bool wr_h264_full_chroma(void) { return true; }

struct wr_h264 *wr_h264_open(int32_t width, int32_t height) {
  struct wr_h264 *d = calloc(1, sizeof *d);
  if (!d)
    return NULL;
  av_log_set_level(AV_LOG_QUIET);
  d->width = width;
  d->height = height;
  d->packet = av_packet_alloc();
  d->frame = av_frame_alloc();
  if (d->packet && d->frame && open_codec(d))
    return d;
  wr_h264_close(d);
  return NULL;
}

void wr_h264_close(struct wr_h264 *d) {
  if (!d)
    return;
  av_frame_free(&d->frame);
  av_packet_free(&d->packet);
  avcodec_free_context(&d->context);
  av_buffer_pool_uninit(&d->pool);
  if (d->bytes)
    explicit_bzero(d->bytes, d->capacity);
  free(d->bytes);
  free(d);
}

static bool copy_padded(struct wr_h264 *d, const uint8_t *bytes, size_t length) {
  if (length + AV_INPUT_BUFFER_PADDING_SIZE > d->capacity) {
    if (d->bytes)
      explicit_bzero(d->bytes, d->capacity);
    free(d->bytes);
    d->capacity = 2 * length + AV_INPUT_BUFFER_PADDING_SIZE;
    d->bytes = malloc(d->capacity);
    if (!d->bytes) {
      d->capacity = 0;
      return false;
    }
  }
  memcpy(d->bytes, bytes, length);
  memset(d->bytes + length, 0, AV_INPUT_BUFFER_PADDING_SIZE);
  return true;
}

static const char *check_frame(const struct wr_h264 *d, const AVFrame *f) {
  if (f->width != d->width || f->height != d->height)
    return "a picture of another size";
  if ((f->flags & AV_FRAME_FLAG_CORRUPT) || f->decode_error_flags)
    return "a broken picture";
  switch (f->format) {
  case AV_PIX_FMT_YUV420P:
  case AV_PIX_FMT_YUVJ420P:
  case AV_PIX_FMT_YUV444P:
  case AV_PIX_FMT_YUVJ444P:
    return NULL;
  default:
    return "samples of another kind";
  }
}

const char *wr_h264_decode(struct wr_h264 *d, const uint8_t *bytes, size_t length,
                           struct wr_samples *out) {
  av_frame_unref(d->frame);
  if (!copy_padded(d, bytes, length))
    return "no memory for the picture";
  d->packet->data = d->bytes;
  d->packet->size = (int)length;
  const int sent = avcodec_send_packet(d->context, d->packet);
  const int received = sent < 0 ? sent : avcodec_receive_frame(d->context, d->frame);
  if (received < 0)
    return received == AVERROR(EAGAIN) ? "no whole picture" : "no valid H.264";
  const AVFrame *f = d->frame;
  const char *problem = check_frame(d, f);
  const bool full_chroma = f->format == AV_PIX_FMT_YUV444P || f->format == AV_PIX_FMT_YUVJ444P;
  if (!problem)
    *out = (struct wr_samples){f->data[0], f->data[1], f->data[2], f->linesize[0], f->linesize[1],
                               d->width,   d->height,  false,      full_chroma};
  return problem;
}
