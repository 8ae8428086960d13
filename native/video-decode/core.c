#include "core.h"
#include "h264.h"

#include <stdlib.h>

/* No encoder makes more of a picture than its samples are. */
#define BYTES_PER_PIXEL 3
#define BYTES_EXTRA 4096

struct wr_video_decoder {
  int32_t width, height;
  struct wr_h264 *h264;
  struct wr_samples samples;
  bool decoded;
};

struct wr_video_decoder *wr_video_decoder_create(int32_t width, int32_t height) {
  if (width < WR_VIDEO_MIN_SIDE || height < WR_VIDEO_MIN_SIDE || width > WR_VIDEO_MAX_WIDTH ||
      height > WR_VIDEO_MAX_HEIGHT || width % 2 || height % 2)
    return NULL;
  struct wr_video_decoder *d = calloc(1, sizeof *d);
  if (!d)
    return NULL;
  *d = (struct wr_video_decoder){
      .width = width, .height = height, .h264 = wr_h264_open(width, height)};
  if (d->h264)
    return d;
  free(d);
  return NULL;
}

void wr_video_decoder_destroy(struct wr_video_decoder *d) {
  if (!d)
    return;
  wr_h264_close(d->h264);
  free(d);
}

/* A broken stream leaves parameter sets and delays that the next one would inherit. */
static const char *refuse(struct wr_video_decoder *d, const char *problem) {
  wr_h264_close(d->h264);
  d->h264 = wr_h264_open(d->width, d->height);
  return problem;
}

const char *wr_video_decoder_samples(struct wr_video_decoder *d, const uint8_t *bytes,
                                     size_t length) {
  const size_t most = (size_t)d->width * (size_t)d->height * BYTES_PER_PIXEL + BYTES_EXTRA;
  d->decoded = false;
  if (length == 0 || length > most)
    return "no picture has this many bytes";
  if (!d->h264)
    return "no memory for a decoder";
  const char *problem = wr_h264_decode(d->h264, bytes, length, &d->samples);
  if (problem)
    return refuse(d, problem);
  d->decoded = true;
  return NULL;
}

const char *wr_video_decoder_paint(struct wr_video_decoder *d, struct wr_video_decoder *detail,
                                   bool limited, uint32_t *pixels) {
  if (!d->decoded || (detail && !detail->decoded))
    return "nothing was decoded";
  if (detail && (detail->width != d->width || detail->height != d->height))
    return "detail of another size";
  if (detail && (detail->samples.full_chroma || d->samples.full_chroma))
    return "detail where nothing is lost";
  d->samples.limited = limited;
  if (detail)
    wr_rgb_with_detail(&d->samples, &detail->samples, pixels);
  else
    wr_rgb_from_samples(&d->samples, pixels);
  d->decoded = false;
  if (detail)
    detail->decoded = false;
  return NULL;
}

const char *wr_video_decoder_decode(struct wr_video_decoder *d, const uint8_t *bytes, size_t length,
                                    bool limited, uint32_t *pixels) {
  const char *problem = wr_video_decoder_samples(d, bytes, length);
  return problem ? problem : wr_video_decoder_paint(d, NULL, limited, pixels);
}

const char *wr_video_decoder_by(const struct wr_video_decoder *d) {
  return d->h264 ? wr_h264_by(d->h264) : "nothing";
}
