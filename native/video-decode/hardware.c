#include "hardware.h"

#include <stdio.h>
#include <time.h>

/* The kernel numbers render nodes from 128 on; a terminal has one, seldom two. */
#define NODE_FIRST 128
#define NODES 8
#define PAUSE_NS 2000000

static int open_device(AVBufferRef **device, enum AVHWDeviceType type, const char *path) {
  return av_hwdevice_ctx_create(device, type, path, NULL, 0);
}

static int open_codec(AVCodecContext *context, const AVCodec *codec) {
  return avcodec_open2(context, codec, NULL);
}

static int transfer(AVFrame *to, const AVFrame *from) {
  return av_hwframe_transfer_data(to, from, 0);
}

static void pause_shortly(void) {
  const struct timespec time = {0, PAUSE_NS};
  nanosleep(&time, NULL);
}

const struct wr_libav wr_libav_library = {
    avcodec_find_decoder_by_name, open_device, open_codec,   avcodec_send_packet,
    avcodec_receive_frame,        transfer,    pause_shortly};

static void search_vaapi(struct wr_hardware *h) {
  if (h->searched)
    return;
  h->searched = true;
  for (int i = 0; i < NODES && !h->vaapi; i++) {
    char path[32];
    snprintf(path, sizeof path, "/dev/dri/renderD%d", NODE_FIRST + i);
    if (h->libav->open_device(&h->vaapi, AV_HWDEVICE_TYPE_VAAPI, path) < 0)
      h->vaapi = NULL;
    else
      snprintf(h->vaapi_name, sizeof h->vaapi_name, "VAAPI on %s", path);
  }
}

static enum AVPixelFormat choose_format(AVCodecContext *context,
                                        const enum AVPixelFormat *formats) {
  for (const enum AVPixelFormat *f = formats; context->hw_device_ctx && *f != AV_PIX_FMT_NONE; f++)
    if (*f == AV_PIX_FMT_VAAPI)
      return *f;
  /* Also where the hardware does not have this kind of H.264. */
  for (; *formats != AV_PIX_FMT_NONE; formats++)
    if (*formats == AV_PIX_FMT_YUV420P || *formats == AV_PIX_FMT_YUVJ420P ||
        *formats == AV_PIX_FMT_YUV444P || *formats == AV_PIX_FMT_YUVJ444P)
      return *formats;
  return AV_PIX_FMT_NONE;
}

static AVCodecContext *try_way(struct wr_hardware *h, const struct wr_opening *o, enum wr_way way) {
  if (way == WR_WAY_VAAPI) {
    search_vaapi(h);
    if (!h->vaapi)
      return NULL;
  }
  const AVCodec *codec = h->libav->find_decoder(way == WR_WAY_V4L2 ? "h264_v4l2m2m" : "h264");
  AVCodecContext *context = codec ? avcodec_alloc_context3(codec) : NULL;
  if (!context)
    return NULL;
  context->get_format = choose_format;
  o->before(context, o->opaque);
  if (way == WR_WAY_VAAPI)
    context->hw_device_ctx = av_buffer_ref(h->vaapi);
  const bool ready = way != WR_WAY_VAAPI || context->hw_device_ctx;
  if (!ready || h->libav->open_codec(context, codec) < 0)
    avcodec_free_context(&context);
  return context;
}

AVCodecContext *wr_hardware_open(struct wr_hardware *h, const struct wr_opening *opening,
                                 enum wr_way *way) {
  AVCodecContext *context = NULL;
  *way = h->failed ? WR_WAY_SOFTWARE : WR_WAY_VAAPI;
  while (!(context = try_way(h, opening, *way)) && *way != WR_WAY_SOFTWARE)
    ++*way;
  return context;
}

const char *wr_hardware_name(const struct wr_hardware *h, enum wr_way way) {
  if (way == WR_WAY_VAAPI)
    return h->vaapi_name;
  return way == WR_WAY_V4L2 ? "V4L2 M2M" : "libavcodec in software";
}

void wr_hardware_give_up(struct wr_hardware *h) {
  h->failed = true;
  av_buffer_unref(&h->vaapi);
}
