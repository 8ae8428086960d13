/* A library that decodes H.264: one of avcodec.c and openh264.c. */
#ifndef WR_H264_H
#define WR_H264_H

#include "rgb.h"

struct wr_h264;

/* Whether it decodes 4:4:4 beside 4:2:0. */
bool wr_h264_full_chroma(void);

/* Whether several may decode at the same time, each on a thread of its own. */
bool wr_h264_side_by_side(void);

/* For pictures of that size. NULL when memory is short or the library has no decoder. */
struct wr_h264 *wr_h264_open(int32_t width, int32_t height);
void wr_h264_close(struct wr_h264 *h264);

/* Decodes one access unit to samples, which live until the next call; only their `limited` is left
 * to the caller. NULL, or what is wrong. */
const char *wr_h264_decode(struct wr_h264 *h264, const uint8_t *bytes, size_t length,
                           struct wr_samples *out);

/* What decoded the last picture, for people. */
const char *wr_h264_by(const struct wr_h264 *h264);

#endif
