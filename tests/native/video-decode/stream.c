#include "stream.h"
#include "../../../native/video-encode/core.h"

#include <stdlib.h>
#include <string.h>

static uint32_t wave(uint32_t v) { return v % 256 < 128 ? 2 * (v % 128) : 255 - 2 * (v % 128); }

static void paint(uint32_t *pixels, int32_t width, int32_t height, uint32_t frame) {
  for (uint32_t y = 0; y < (uint32_t)height; y++)
    for (uint32_t x = 0; x < (uint32_t)width; x++)
      pixels[y * (uint32_t)width + x] =
          wave(x * 2 + frame * 5) << 16 | wave(y * 3 + frame * 3) << 8 | wave(x + y + frame);
}

bool stream_make(struct stream *s, int32_t width, int32_t height) {
  const struct wr_video_settings settings = {width, height, 4000, 12, false};
  struct wr_video_encoder *e = wr_video_encoder_create(&settings);
  if (!e)
    return false;
  memset(s, 0, sizeof *s);
  bool fine = true;
  for (uint32_t i = 0; fine && i < STREAM_UNITS; i++) {
    s->pictures[i] = malloc((size_t)width * (size_t)height * sizeof(uint32_t));
    paint(s->pictures[i], width, height, i);
    const struct wr_picture picture = {s->pictures[i], width, height};
    struct wr_video_output out;
    fine = wr_video_encoder_encode(e, &picture, 0, 0, i == 0 || i == 6, i * 33, &out) &&
           out.key == (i == 0 || i == 6);
    s->units[i].length = out.length;
    s->units[i].bytes = malloc(out.length);
    memcpy(s->units[i].bytes, out.bytes, out.length);
  }
  wr_video_encoder_destroy(e);
  return fine;
}

void stream_free(struct stream *s) {
  for (size_t i = 0; i < STREAM_UNITS; i++) {
    free(s->units[i].bytes);
    free(s->pictures[i]);
  }
}
