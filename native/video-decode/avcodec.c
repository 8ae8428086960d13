/* By libavcodec, in hardware where there is any. */
#include "avcodec.h"
#include "planes.h"

#include <stdlib.h>
#include <string.h>

/* A device gives a picture within this many pauses, or it is taken for broken. */
#define PATIENCE 100

static struct wr_hardware machine = {.libav = &wr_libav_library};

struct wr_h264 {
  int32_t width, height;
  struct wr_hardware *hardware;
  enum wr_way way;
  const char *by;
  AVCodecContext *context;
  AVPacket *packet;
  AVFrame *frame;
  AVFrame *copy; /* of a picture that is in the hardware's memory */
  struct wr_planes planes;
  uint8_t *bytes; /* padded as libavcodec wants it */
  size_t capacity;
};

static int get_buffer(AVCodecContext *context, AVFrame *frame, int flags) {
  struct wr_h264 *d = context->opaque;
  if (frame->format == AV_PIX_FMT_VAAPI)
    return avcodec_default_get_buffer2(context, frame, flags);
  int width = frame->width, height = frame->height;
  int aligns[AV_NUM_DATA_POINTERS];
  avcodec_align_dimensions2(context, &width, &height, aligns);
  return wr_planes_give(&d->planes, frame, width, height) ? 0 : AVERROR(ENOMEM);
}

static void set_up(AVCodecContext *context, void *opaque) {
  const struct wr_h264 *d = opaque;
  context->opaque = opaque;
  context->get_buffer2 = get_buffer;
  context->flags |= AV_CODEC_FLAG_LOW_DELAY;
  context->thread_count = 1;
  context->err_recognition = AV_EF_EXPLODE | AV_EF_BITSTREAM | AV_EF_BUFFER;
  context->error_concealment = 0;
  /* A device of V4L2 wants to know beforehand. */
  context->width = context->coded_width = d->width;
  context->height = context->coded_height = d->height;
  /* Whole macroblocks, and a row of them to spare. */
  context->max_pixels = (int64_t)(d->width + 32) * (d->height + 32);
}

static bool open_context(struct wr_h264 *d) {
  const struct wr_opening opening = {set_up, d};
  av_frame_unref(d->frame);
  avcodec_free_context(&d->context);
  d->context = wr_hardware_open(d->hardware, &opening, &d->way);
  return d->context != NULL;
}

bool wr_h264_full_chroma(void) { return true; }

/* They share the hardware, and what is known of it. */
bool wr_h264_side_by_side(void) { return false; }

struct wr_h264 *wr_avcodec_open(struct wr_hardware *hardware, int32_t width, int32_t height) {
  struct wr_h264 *d = calloc(1, sizeof *d);
  if (!d)
    return NULL;
  av_log_set_level(AV_LOG_QUIET);
  d->width = width;
  d->height = height;
  d->hardware = hardware;
  d->by = "nothing yet";
  d->packet = av_packet_alloc();
  d->frame = av_frame_alloc();
  d->copy = av_frame_alloc();
  if (d->packet && d->frame && d->copy && open_context(d))
    return d;
  wr_h264_close(d);
  return NULL;
}

struct wr_h264 *wr_h264_open(int32_t width, int32_t height) {
  return wr_avcodec_open(&machine, width, height);
}

void wr_h264_close(struct wr_h264 *d) {
  if (!d)
    return;
  av_frame_free(&d->frame);
  av_frame_free(&d->copy);
  av_packet_free(&d->packet);
  avcodec_free_context(&d->context);
  wr_planes_free(&d->planes);
  if (d->bytes)
    explicit_bzero(d->bytes, d->capacity);
  free(d->bytes);
  free(d);
}

const char *wr_h264_by(const struct wr_h264 *d) { return d->by; }

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
  return NULL;
}

static const char *samples_of(const struct wr_h264 *d, const AVFrame *f, struct wr_samples *out) {
  const bool together = f->format == AV_PIX_FMT_NV12;
  const bool full_chroma = f->format == AV_PIX_FMT_YUV444P || f->format == AV_PIX_FMT_YUVJ444P;
  if (!together && !full_chroma && f->format != AV_PIX_FMT_YUV420P &&
      f->format != AV_PIX_FMT_YUVJ420P)
    return "samples of another kind";
  const int chroma_width = full_chroma || together ? d->width : d->width / 2;
  if (!f->data[0] || !f->data[1] || (!together && !f->data[2]) || f->linesize[0] < d->width ||
      f->linesize[1] < chroma_width)
    return "a picture without its samples";
  *out = (struct wr_samples){.y = f->data[0],
                             .u = f->data[1],
                             .v = together ? f->data[1] + 1 : f->data[2],
                             .y_stride = f->linesize[0],
                             .chroma_stride = f->linesize[1],
                             .width = d->width,
                             .height = d->height,
                             .full_chroma = full_chroma,
                             .together = together};
  return NULL;
}

/* Out of the hardware's memory; sets `from` to where the samples are. */
static const char *fetch(struct wr_h264 *d, const AVFrame **from) {
  if (d->frame->format != AV_PIX_FMT_VAAPI)
    return NULL;
  av_frame_unref(d->copy);
  d->copy->format = AV_PIX_FMT_NV12;
  d->copy->width = d->width;
  d->copy->height = d->height;
  if (!wr_planes_give(&d->planes, d->copy, d->width, d->height))
    return "no memory for the picture";
  *from = d->copy;
  return d->hardware->libav->transfer(d->copy, d->frame) < 0 ? "a picture that cannot be read"
                                                             : NULL;
}

static int send_and_receive(struct wr_h264 *d) {
  const struct wr_libav *libav = d->hardware->libav;
  int result = libav->send(d->context, d->packet);
  if (result < 0)
    return result;
  result = libav->receive(d->context, d->frame);
  /* A device of V4L2 works beside us; the others are done, or never will be. */
  for (int i = 0; d->way == WR_WAY_V4L2 && result == AVERROR(EAGAIN) && i < PATIENCE; i++) {
    libav->pause();
    result = libav->receive(d->context, d->frame);
  }
  return result;
}

static const char *decode(struct wr_h264 *d, size_t length, struct wr_samples *out) {
  av_frame_unref(d->frame);
  d->packet->data = d->bytes;
  d->packet->size = (int)length;
  const int received = send_and_receive(d);
  if (received < 0)
    return received == AVERROR(EAGAIN) ? "no whole picture" : "no valid H.264";
  const AVFrame *from = d->frame;
  const char *problem = check_frame(d, from);
  if (!problem)
    problem = fetch(d, &from);
  if (!problem)
    problem = samples_of(d, from, out);
  const bool stepped_back = d->way == WR_WAY_VAAPI && d->frame->format != AV_PIX_FMT_VAAPI;
  d->by = wr_hardware_name(d->hardware, stepped_back ? WR_WAY_SOFTWARE : d->way);
  return problem;
}

const char *wr_h264_decode(struct wr_h264 *d, const uint8_t *bytes, size_t length,
                           struct wr_samples *out) {
  if (!copy_padded(d, bytes, length))
    return "no memory for the picture";
  const char *problem = decode(d, length, out);
  if (!problem || d->way == WR_WAY_SOFTWARE)
    return problem;
  /* A key picture is whole without the hardware; for any other the caller has to ask for one. */
  wr_hardware_give_up(d->hardware);
  return open_context(d) ? decode(d, length, out) : problem;
}
