#include "libav.h"

/* One that is written, one that is encoded, one that it refers to, and those that drivers keep. */
#define SURFACES 6

static int open_device(AVBufferRef **device, const char *path) {
  return av_hwdevice_ctx_create(device, AV_HWDEVICE_TYPE_VAAPI, path, NULL, 0);
}

static int open_pool(AVBufferRef **pool, AVBufferRef *device, int width, int height) {
  *pool = av_hwframe_ctx_alloc(device);
  if (!*pool)
    return AVERROR(ENOMEM);
  AVHWFramesContext *frames = (AVHWFramesContext *)(*pool)->data;
  frames->format = AV_PIX_FMT_VAAPI;
  frames->sw_format = AV_PIX_FMT_NV12;
  frames->width = width;
  frames->height = height;
  frames->initial_pool_size = SURFACES;
  const int result = av_hwframe_ctx_init(*pool);
  if (result < 0)
    av_buffer_unref(pool);
  return result;
}

static int take(AVBufferRef *pool, AVFrame *surface) {
  return av_hwframe_get_buffer(pool, surface, 0);
}

static int upload(AVFrame *surface, const AVFrame *samples) {
  return av_hwframe_transfer_data(surface, samples, 0);
}

const struct wr_vaapi_libav wr_vaapi_library = {
    avcodec_find_encoder_by_name, open_device,           open_pool, avcodec_open2, take, upload,
    avcodec_send_frame,           avcodec_receive_packet};
