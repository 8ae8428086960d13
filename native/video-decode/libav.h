/* What is called of libav to decode in hardware. A test has calls of its own. */
#ifndef WR_LIBAV_H
#define WR_LIBAV_H

#include <libavcodec/avcodec.h>
#include <libavutil/hwcontext.h>

/* Each as in libav: below 0 is an AVERROR. */
struct wr_libav {
  const AVCodec *(*find_decoder)(const char *name);
  int (*open_device)(AVBufferRef **device, enum AVHWDeviceType type, const char *path);
  int (*open_codec)(AVCodecContext *context, const AVCodec *codec);
  int (*send)(AVCodecContext *context, const AVPacket *packet);
  int (*receive)(AVCodecContext *context, AVFrame *frame);
  /* From the hardware's memory to `to`, which has its buffer already. */
  int (*transfer)(AVFrame *to, const AVFrame *from);
  /* While a device works. */
  void (*pause)(void);
};
extern const struct wr_libav wr_libav_library;

#endif
