/* By OpenH264: 4:2:0 alone and a little slower than libavcodec, but a megabyte instead of a
 * hundred. What it frees it does not overwrite. Its memory is bound by level 5.2 of H.264. */
#include "h264.h"

#include <stdlib.h>
#include <string.h>
#include <wels/codec_api.h>

struct wr_h264 {
  int32_t width, height;
  ISVCDecoder *codec;
};

bool wr_h264_full_chroma(void) { return false; }

bool wr_h264_side_by_side(void) { return true; }

static bool start(ISVCDecoder *codec) {
  SDecodingParam p;
  int quiet = WELS_LOG_QUIET;
  memset(&p, 0, sizeof p);
  (*codec)->SetOption(codec, DECODER_OPTION_TRACE_LEVEL, &quiet);
  p.uiTargetDqLayer = UINT8_MAX;
  p.eEcActiveIdc = ERROR_CON_DISABLE;
  p.sVideoProperty.size = sizeof p.sVideoProperty;
  p.sVideoProperty.eVideoBsType = VIDEO_BITSTREAM_AVC;
  return (*codec)->Initialize(codec, &p) == cmResultSuccess;
}

struct wr_h264 *wr_h264_open(int32_t width, int32_t height) {
  struct wr_h264 *d = calloc(1, sizeof *d);
  if (!d)
    return NULL;
  d->width = width;
  d->height = height;
  if (WelsCreateDecoder(&d->codec) != 0)
    d->codec = NULL;
  if (d->codec && start(d->codec))
    return d;
  wr_h264_close(d);
  return NULL;
}

void wr_h264_close(struct wr_h264 *d) {
  if (!d)
    return;
  if (d->codec) {
    (*d->codec)->Uninitialize(d->codec);
    WelsDestroyDecoder(d->codec);
  }
  free(d);
}

const char *wr_h264_by(const struct wr_h264 *d) {
  (void)d;
  return "OpenH264 in software";
}

const char *wr_h264_decode(struct wr_h264 *d, const uint8_t *bytes, size_t length,
                           struct wr_samples *out) {
  uint8_t *planes[3] = {NULL, NULL, NULL};
  SBufferInfo info;
  memset(&info, 0, sizeof info);
  const DECODING_STATE state =
      (*d->codec)->DecodeFrameNoDelay(d->codec, bytes, (int)length, planes, &info);
  if (state != dsErrorFree)
    return "no valid H.264";
  if (info.iBufferStatus != 1 || !planes[0] || !planes[1] || !planes[2])
    return "no whole picture";
  const SSysMEMBuffer *b = &info.UsrData.sSystemBuffer;
  if (b->iWidth != d->width || b->iHeight != d->height)
    return "a picture of another size";
  if (b->iFormat != videoFormatI420)
    return "samples of another kind";
  *out = (struct wr_samples){.y = planes[0],
                             .u = planes[1],
                             .v = planes[2],
                             .y_stride = b->iStride[0],
                             .chroma_stride = b->iStride[1],
                             .width = d->width,
                             .height = d->height};
  return NULL;
}
