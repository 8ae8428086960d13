/* A part of a picture that moves, as a stream of H.264: by OpenH264, or in hardware by
 * ../video-encode-vaapi. */
#ifndef WR_VIDEO_ENCODE_H
#define WR_VIDEO_ENCODE_H

#include "picture.h"

/* A macroblock is 16 pixels; level 5.1 ends at these. */
#define WR_VIDEO_MIN_SIDE 16
#define WR_VIDEO_MAX_WIDTH 3840
#define WR_VIDEO_MAX_HEIGHT 2160
/* No picture is made worse than that. */
#define WR_VIDEO_MAX_QP 42

struct wr_video_encoder;

struct wr_video_settings {
  int32_t width, height; /* even */
  int32_t kbit_per_s;    /* as a mean over a second; less where less is enough */
  int32_t min_qp;        /* 0 to 51: no picture is made better than that */
  bool detail; /* of the chroma that 4:2:0 loses, instead of the picture: chroma-detail.h */
};

/* Lives until the encoder's next call. */
struct wr_video_output {
  const uint8_t *bytes; /* Annex B, one access unit */
  size_t length;
  bool key;
};

/* Whether an encoder can be made. */
bool wr_video_settings_fit(const struct wr_video_settings *settings);

/* NULL when the settings do not fit, memory is short, or there is no hardware. */
struct wr_video_encoder *wr_video_encoder_create(const struct wr_video_settings *settings);
void wr_video_encoder_destroy(struct wr_video_encoder *encoder);

/* From the next picture on. False when it is refused. */
bool wr_video_encoder_set_rate(struct wr_video_encoder *encoder, int32_t kbit_per_s);

/* Encodes the part of `picture` at (x, y), which may go over its right and lower edge by a pixel.
 * Any thread, one at a time. False when it fails; then the next picture has to be a key. */
bool wr_video_encoder_encode(struct wr_video_encoder *encoder, const struct wr_picture *picture,
                             int32_t x, int32_t y, bool key, int64_t time_ms,
                             struct wr_video_output *out);

/* What encodes, for people. */
const char *wr_video_encoder_by(const struct wr_video_encoder *encoder);

#endif
