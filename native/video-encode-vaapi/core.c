/* By libavcodec's h264_vaapi. */
#include "units.h"
#include "vaapi.h"
#include "yuv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The kernel numbers render nodes from 128 on. */
#define NODE_FIRST 128
#define NODES 8
#define FRAMES_PER_S 30
/* Another rate needs an encoder anew, and that a key picture: only when it is worth one. */
#define LESS_PERCENT 80
#define MORE_PERCENT 150
/* Longer than any film. */
#define NO_KEYS_BY_ITSELF (1 << 20)

struct wr_video_encoder {
  const struct wr_vaapi_libav *libav;
  struct wr_video_settings settings; /* of the rate that is encoded with */
  AVBufferRef *device, *pool;
  AVCodecContext *context;
  AVFrame *samples, *surface;
  AVPacket *packet;
  struct wr_yuv yuv;
  uint8_t *both; /* chroma, as NV12 has it */
  int64_t pictures;
  char name[64];
};

static void set_up(AVCodecContext *c, const struct wr_video_settings *s) {
  c->width = s->width;
  c->height = s->height;
  c->pix_fmt = AV_PIX_FMT_VAAPI;
  c->time_base = (AVRational){1, FRAMES_PER_S};
  c->framerate = (AVRational){FRAMES_PER_S, 1};
  c->bit_rate = c->rc_max_rate = (int64_t)s->kbit_per_s * 1000;
  /* A fifth of a second: a picture that is larger would wait on the link. */
  c->rc_buffer_size = s->kbit_per_s * 200;
  c->qmin = s->min_qp;
  c->qmax = WR_VIDEO_MAX_QP;
  /* Nothing that a decoder would have to wait for to put pictures in order. */
  c->profile = FF_PROFILE_H264_CONSTRAINED_BASELINE;
  c->max_b_frames = 0;
  c->refs = 1;
  c->gop_size = NO_KEYS_BY_ITSELF;
  c->color_range = AVCOL_RANGE_JPEG;
  c->color_primaries = AVCOL_PRI_BT709;
  c->color_trc = AVCOL_TRC_BT709;
  c->colorspace = AVCOL_SPC_BT709;
}

static bool open_codec(struct wr_video_encoder *e, const struct wr_video_settings *s) {
  const AVCodec *codec = e->libav->find_encoder("h264_vaapi");
  avcodec_free_context(&e->context);
  e->context = codec ? avcodec_alloc_context3(codec) : NULL;
  if (!e->context)
    return false;
  set_up(e->context, s);
  e->context->hw_frames_ctx = av_buffer_ref(e->pool);
  AVDictionary *options = NULL;
  av_dict_set(&options, "async_depth", "1", 0);
  av_dict_set(&options, "sei", "0", 0);
  const bool opened =
      e->context->hw_frames_ctx && e->libav->open_codec(e->context, codec, &options) >= 0;
  av_dict_free(&options);
  e->settings = *s;
  return opened;
}

static bool open_node(struct wr_video_encoder *e, const struct wr_video_settings *s, int node) {
  char path[32];
  snprintf(path, sizeof path, "/dev/dri/renderD%d", node);
  snprintf(e->name, sizeof e->name, "VAAPI on %s", path);
  if (e->libav->open_device(&e->device, path) < 0)
    e->device = NULL;
  if (e->device && e->libav->open_pool(&e->pool, e->device, s->width, s->height) < 0)
    e->pool = NULL;
  if (e->pool && open_codec(e, s))
    return true;
  avcodec_free_context(&e->context);
  av_buffer_unref(&e->pool);
  av_buffer_unref(&e->device);
  return false;
}

static bool allocate(struct wr_video_encoder *e, const struct wr_video_settings *s) {
  const size_t pixels = (size_t)s->width * (size_t)s->height;
  uint8_t *planes = malloc(2 * pixels);
  e->samples = av_frame_alloc();
  e->surface = av_frame_alloc();
  e->packet = av_packet_alloc();
  if (!planes || !e->samples || !e->surface || !e->packet) {
    free(planes);
    return false;
  }
  e->yuv =
      (struct wr_yuv){planes, planes + pixels, planes + pixels + pixels / 4, s->width, s->height};
  e->both = planes + pixels + pixels / 2;
  AVFrame *f = e->samples;
  f->format = AV_PIX_FMT_NV12;
  f->width = f->linesize[0] = f->linesize[1] = s->width;
  f->height = s->height;
  f->data[0] = planes;
  f->data[1] = e->both;
  return true;
}

struct wr_video_encoder *wr_vaapi_create(const struct wr_vaapi_libav *libav,
                                         const struct wr_video_settings *s) {
  if (!wr_video_settings_fit(s))
    return NULL;
  struct wr_video_encoder *e = calloc(1, sizeof *e);
  if (!e)
    return NULL;
  av_log_set_level(AV_LOG_QUIET);
  e->libav = libav;
  bool opened = false;
  if (allocate(e, s))
    for (int i = 0; i < NODES && !opened; i++)
      opened = open_node(e, s, NODE_FIRST + i);
  if (opened)
    return e;
  wr_video_encoder_destroy(e);
  return NULL;
}

struct wr_video_encoder *wr_video_encoder_create(const struct wr_video_settings *s) {
  return wr_vaapi_create(&wr_vaapi_library, s);
}

void wr_video_encoder_destroy(struct wr_video_encoder *e) {
  if (!e)
    return;
  avcodec_free_context(&e->context);
  av_frame_free(&e->surface);
  av_frame_free(&e->samples);
  av_packet_free(&e->packet);
  av_buffer_unref(&e->pool);
  av_buffer_unref(&e->device);
  free(e->yuv.y);
  free(e);
}

bool wr_video_encoder_set_rate(struct wr_video_encoder *e, int32_t kbit_per_s) {
  const int64_t now = e->settings.kbit_per_s;
  if (100 * (int64_t)kbit_per_s >= LESS_PERCENT * now &&
      100 * (int64_t)kbit_per_s <= MORE_PERCENT * now)
    return true;
  struct wr_video_settings s = e->settings;
  s.kbit_per_s = kbit_per_s;
  return open_codec(e, &s);
}

const char *wr_video_encoder_by(const struct wr_video_encoder *e) { return e->name; }

static void mix_chroma(struct wr_video_encoder *e) {
  const size_t samples = (size_t)e->yuv.width * (size_t)e->yuv.height / 4;
  const uint8_t *restrict u = e->yuv.u, *restrict v = e->yuv.v;
  uint8_t *restrict both = e->both;
  for (size_t i = 0; i < samples; i++) {
    both[2 * i] = u[i];
    both[2 * i + 1] = v[i];
  }
}

/* The device is done with each picture before the next one comes: one that wants more first would
 * make every picture late. */
static bool put_through(struct wr_video_encoder *e, bool key) {
  av_frame_unref(e->surface);
  av_packet_unref(e->packet);
  if (e->libav->take(e->pool, e->surface) < 0 || e->libav->upload(e->surface, e->samples) < 0)
    return false;
  e->surface->pts = e->pictures++;
  e->surface->pict_type = key ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
  e->surface->color_range = AVCOL_RANGE_JPEG;
  e->surface->color_primaries = AVCOL_PRI_BT709;
  e->surface->color_trc = AVCOL_TRC_BT709;
  e->surface->colorspace = AVCOL_SPC_BT709;
  return e->libav->send(e->context, e->surface) >= 0 &&
         e->libav->receive(e->context, e->packet) >= 0;
}

bool wr_video_encoder_encode(struct wr_video_encoder *e, const struct wr_picture *picture,
                             int32_t x, int32_t y, bool key, int64_t time_ms,
                             struct wr_video_output *out) {
  (void)time_ms;
  if (!e->context)
    return false;
  wr_yuv_from_picture(picture, x, y, &e->yuv);
  mix_chroma(e);
  if (!put_through(e, key))
    return false;
  const enum wr_unit kind = wr_unit_kind(e->packet->data, (size_t)e->packet->size);
  if (kind == WR_UNIT_BROKEN || (key && kind != WR_UNIT_KEY))
    return false;
  *out = (struct wr_video_output){e->packet->data, (size_t)e->packet->size, kind == WR_UNIT_KEY};
  return true;
}
