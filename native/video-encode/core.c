#include "core.h"
#include "detail.h"
#include "yuv.h"

#include <stdlib.h>
#include <string.h>
#include <wels/codec_api.h>

/* What rate control takes for granted; a slower film gets more for each picture. */
#define FRAMES_PER_S 30
#define MAX_QP WR_VIDEO_MAX_QP

struct wr_video_encoder {
  ISVCEncoder *codec;
  struct wr_yuv yuv;
  uint8_t *bytes;
  size_t capacity;
  bool detail;
};

static void fill_layer(SSpatialLayerConfig *layer, const struct wr_video_settings *s) {
  layer->iVideoWidth = s->width;
  layer->iVideoHeight = s->height;
  layer->fFrameRate = FRAMES_PER_S;
  layer->iSpatialBitrate = s->kbit_per_s * 1000;
  layer->iMaxSpatialBitrate = UNSPECIFIED_BIT_RATE;
  /* Nothing that a decoder would have to wait for to put pictures in order. */
  layer->uiProfileIdc = PRO_BASELINE;
  layer->sSliceArgument.uiSliceMode = SM_SINGLE_SLICE;
  layer->bVideoSignalTypePresent = true;
  layer->uiVideoFormat = VF_UNDEF;
  layer->bFullRange = true;
  layer->bColorDescriptionPresent = true;
  layer->uiColorPrimaries = CP_BT709;
  layer->uiTransferCharacteristics = TRC_BT709;
  layer->uiColorMatrix = CM_BT709;
}

static bool configure(ISVCEncoder *codec, const struct wr_video_settings *s) {
  SEncParamExt p;
  int quiet = WELS_LOG_QUIET;
  (*codec)->SetOption(codec, ENCODER_OPTION_TRACE_LEVEL, &quiet);
  if ((*codec)->GetDefaultParams(codec, &p) != cmResultSuccess)
    return false;
  p.iUsageType = CAMERA_VIDEO_REAL_TIME;
  p.iPicWidth = s->width;
  p.iPicHeight = s->height;
  p.iTargetBitrate = s->kbit_per_s * 1000;
  p.iMaxBitrate = UNSPECIFIED_BIT_RATE;
  p.iRCMode = RC_BITRATE_MODE;
  p.fMaxFrameRate = FRAMES_PER_S;
  p.iTemporalLayerNum = 1;
  p.iSpatialLayerNum = 1;
  p.iComplexityMode = LOW_COMPLEXITY;
  p.uiIntraPeriod = 0;
  p.iNumRefFrame = 1;
  p.eSpsPpsIdStrategy = CONSTANT_ID;
  p.iEntropyCodingModeFlag = 0;
  p.bEnableFrameSkip = false;
  p.iMinQp = s->min_qp;
  p.iMaxQp = MAX_QP;
  p.iMultipleThreadIdc = 1;
  p.bEnableDenoise = false;
  p.bEnableAdaptiveQuant = false;
  p.bEnableBackgroundDetection = false;
  p.bEnableSceneChangeDetect = false;
  p.bEnableLongTermReference = false;
  fill_layer(&p.sSpatialLayers[0], s);
  return (*codec)->InitializeExt(codec, &p) == cmResultSuccess;
}

static bool allocate(struct wr_video_encoder *e, const struct wr_video_settings *s) {
  const size_t pixels = (size_t)s->width * (size_t)s->height;
  uint8_t *planes = malloc(pixels * 3 / 2);
  if (!planes)
    return false;
  e->yuv =
      (struct wr_yuv){planes, planes + pixels, planes + pixels + pixels / 4, s->width, s->height};
  return true;
}

struct wr_video_encoder *wr_video_encoder_create(const struct wr_video_settings *s) {
  if (!wr_video_settings_fit(s))
    return NULL;
  struct wr_video_encoder *e = calloc(1, sizeof *e);
  if (!e)
    return NULL;
  e->detail = s->detail;
  if (WelsCreateSVCEncoder(&e->codec) != 0)
    e->codec = NULL;
  if (e->codec && allocate(e, s) && configure(e->codec, s))
    return e;
  wr_video_encoder_destroy(e);
  return NULL;
}

void wr_video_encoder_destroy(struct wr_video_encoder *e) {
  if (!e)
    return;
  if (e->codec) {
    (*e->codec)->Uninitialize(e->codec);
    WelsDestroySVCEncoder(e->codec);
  }
  free(e->yuv.y);
  free(e->bytes);
  free(e);
}

bool wr_video_encoder_set_rate(struct wr_video_encoder *e, int32_t kbit_per_s) {
  SBitrateInfo rate = {SPATIAL_LAYER_ALL, kbit_per_s * 1000};
  return (*e->codec)->SetOption(e->codec, ENCODER_OPTION_BITRATE, &rate) == cmResultSuccess;
}

const char *wr_video_encoder_by(const struct wr_video_encoder *e) {
  (void)e;
  return "OpenH264 in software";
}

static size_t layer_length(const SLayerBSInfo *layer) {
  size_t length = 0;
  for (int i = 0; i < layer->iNalCount; i++)
    length += (size_t)layer->pNalLengthInByte[i];
  return length;
}

static bool take(struct wr_video_encoder *e, const SFrameBSInfo *info,
                 struct wr_video_output *out) {
  size_t length = 0;
  for (int i = 0; i < info->iLayerNum; i++)
    length += layer_length(&info->sLayerInfo[i]);
  if (length > e->capacity) {
    free(e->bytes);
    e->bytes = malloc(2 * length);
    e->capacity = e->bytes ? 2 * length : 0;
    if (!e->bytes)
      return false;
  }
  size_t at = 0;
  for (int i = 0; i < info->iLayerNum; i++) {
    const size_t part = layer_length(&info->sLayerInfo[i]);
    memcpy(e->bytes + at, info->sLayerInfo[i].pBsBuf, part);
    at += part;
  }
  *out = (struct wr_video_output){e->bytes, length, info->eFrameType == videoFrameTypeIDR};
  return length > 0;
}

bool wr_video_encoder_encode(struct wr_video_encoder *e, const struct wr_picture *picture,
                             int32_t x, int32_t y, bool key, int64_t time_ms,
                             struct wr_video_output *out) {
  if (!e->detail)
    wr_yuv_from_picture(picture, x, y, &e->yuv);
  else if (!wr_detail_from_picture(picture, x, y, &e->yuv))
    return false;
  if (key)
    (*e->codec)->ForceIntraFrame(e->codec, true);
  SSourcePicture source = {.iColorFormat = videoFormatI420,
                           .iStride = {e->yuv.width, e->yuv.width / 2, e->yuv.width / 2, 0},
                           .pData = {e->yuv.y, e->yuv.u, e->yuv.v, NULL},
                           .iPicWidth = e->yuv.width,
                           .iPicHeight = e->yuv.height,
                           .uiTimeStamp = time_ms};
  SFrameBSInfo info;
  memset(&info, 0, sizeof info);
  if ((*e->codec)->EncodeFrame(e->codec, &source, &info) != cmResultSuccess)
    return false;
  return take(e, &info, out);
}
