/* What is called of libav to encode in hardware. A test has calls of its own. */
#ifndef WR_VAAPI_LIBAV_H
#define WR_VAAPI_LIBAV_H

#include <libavcodec/avcodec.h>
#include <libavutil/hwcontext.h>

/* Each as in libav: below 0 is an AVERROR. */
struct wr_vaapi_libav {
  const AVCodec *(*find_encoder)(const char *name);
  int (*open_device)(AVBufferRef **device, const char *path);
  /* Memory of the hardware for pictures of NV12. */
  int (*open_pool)(AVBufferRef **pool, AVBufferRef *device, int width, int height);
  int (*open_codec)(AVCodecContext *context, const AVCodec *codec, AVDictionary **options);
  int (*take)(AVBufferRef *pool, AVFrame *surface);
  /* From NV12 in our memory to the hardware's. */
  int (*upload)(AVFrame *surface, const AVFrame *samples);
  int (*send)(AVCodecContext *context, const AVFrame *surface);
  int (*receive)(AVCodecContext *context, AVPacket *packet);
};
extern const struct wr_vaapi_libav wr_vaapi_library;

#endif
