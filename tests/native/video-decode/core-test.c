/* The decoder against streams of the encoder, whole and broken. */
#include "core.h"
#include "rgb.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stream.h"

#define WIDTH 64
#define HEIGHT 48
#define GUARD 0x5aa55aa5u
#define MUTATIONS 10000

static uint32_t random_state = 7;

static uint32_t random_below(uint32_t n) {
  random_state = random_state * 1664525u + 1013904223u;
  return (random_state >> 8) % n;
}

static void check(bool fine, const char *what) {
  if (fine)
    return;
  fprintf(stderr, "failed: %s\n", what);
  exit(1);
}

/* Each with a pixel before and behind that nobody may write. */
static uint32_t guarded[WIDTH * HEIGHT + 2], before[WIDTH * HEIGHT + 2];

static void fill_guarded(void) {
  for (size_t i = 0; i < WIDTH * HEIGHT + 2; i++)
    guarded[i] = GUARD;
}

static double psnr_squares(const uint32_t *a, const uint32_t *b) {
  double sum = 0;
  for (size_t i = 0; i < WIDTH * HEIGHT; i++)
    for (int shift = 0; shift < 24; shift += 8) {
      const int d = (int)(a[i] >> shift & 255) - (int)(b[i] >> shift & 255);
      sum += d * d;
    }
  return sum / (3.0 * WIDTH * HEIGHT);
}

static void whole_stream(const struct stream *s) {
  struct wr_video_decoder *d = wr_video_decoder_create(WIDTH, HEIGHT);
  check(d, "a decoder");
  for (size_t i = 0; i < STREAM_UNITS; i++) {
    fill_guarded();
    const char *problem =
        wr_video_decoder_decode(d, s->units[i].bytes, s->units[i].length, false, guarded + 1);
    check(!problem, problem ? problem : "");
    check(guarded[0] == GUARD && guarded[WIDTH * HEIGHT + 1] == GUARD, "bounds");
    check(psnr_squares(guarded + 1, s->pictures[i]) < 30, "a picture like the one that went in");
  }
  wr_video_decoder_destroy(d);
}

/* A key is needed first, and a picture of another size is none. */
static void refused(const struct stream *s) {
  struct wr_video_decoder *d = wr_video_decoder_create(WIDTH, HEIGHT);
  fill_guarded();
  check(wr_video_decoder_decode(d, s->units[1].bytes, s->units[1].length, false, guarded + 1),
        "refusal of a stream without its beginning");
  check(wr_video_decoder_decode(d, s->units[0].bytes, 0, false, guarded + 1), "refusal of nothing");
  check(wr_video_decoder_decode(d, s->units[0].bytes, 1u << 30, false, guarded + 1),
        "refusal of too much");
  wr_video_decoder_destroy(d);
  d = wr_video_decoder_create(WIDTH + 32, HEIGHT);
  check(wr_video_decoder_decode(d, s->units[0].bytes, s->units[0].length, false, guarded + 1),
        "refusal of another size");
  wr_video_decoder_destroy(d);
  for (size_t i = 0; i < WIDTH * HEIGHT + 2; i++)
    check(guarded[i] == GUARD, "nothing written");
  check(!wr_video_decoder_create(15, 16) && !wr_video_decoder_create(17, 16) &&
            !wr_video_decoder_create(3842, 16) && !wr_video_decoder_create(-2, 16),
        "sizes out of range");
}

static size_t mutate(const struct unit *u, uint8_t *out) {
  size_t length = u->length;
  memcpy(out, u->bytes, length);
  const uint32_t changes = 1 + random_below(8);
  for (uint32_t i = 0; i < changes; i++)
    /* Headers are at the front: most of the harm is done there. */
    out[random_below(random_below(2) ? (uint32_t)length
                     : length < 24   ? (uint32_t)length
                                     : 24)] = (uint8_t)random_below(256);
  if (random_below(8) == 0)
    length = 1 + random_below((uint32_t)length);
  return length;
}

static void mutations(const struct stream *s) {
  struct wr_video_decoder *d = wr_video_decoder_create(WIDTH, HEIGHT);
  size_t refusals = 0;
  for (int round = 0; round < MUTATIONS; round++) {
    /* Most of them where the decoder stands, not refused for want of a beginning. */
    if (round % 2 == 0)
      wr_video_decoder_decode(d, s->units[0].bytes, s->units[0].length, false, guarded + 1);
    const struct unit *u = &s->units[random_below(STREAM_UNITS)];
    /* Of its own, so that a read behind its end is seen. */
    uint8_t *bytes = malloc(u->length);
    const size_t length = mutate(u, bytes);
    uint8_t *exact = malloc(length);
    memcpy(exact, bytes, length);
    free(bytes);
    memcpy(before, guarded, sizeof guarded);
    if (wr_video_decoder_decode(d, exact, length, round % 3 == 0, guarded + 1)) {
      refusals++;
      check(memcmp(before, guarded, sizeof guarded) == 0, "nothing written of what is refused");
    }
    free(exact);
    check(guarded[0] == GUARD && guarded[WIDTH * HEIGHT + 1] == GUARD, "bounds");
  }
  check(refusals > MUTATIONS / 4, "refusals");
  const char *problem =
      wr_video_decoder_decode(d, s->units[0].bytes, s->units[0].length, false, guarded + 1);
  check(!problem, "a key picture after all that");
  check(psnr_squares(guarded + 1, s->pictures[0]) < 30, "the picture of the key");
  wr_video_decoder_destroy(d);
}

/* Any two pictures of one size make one, whatever they hold; nothing else does. */
static void pairs(const struct stream *s) {
  struct wr_video_decoder *whole = wr_video_decoder_create(WIDTH, HEIGHT);
  struct wr_video_decoder *detail = wr_video_decoder_create(WIDTH, HEIGHT);
  struct wr_video_decoder *other = wr_video_decoder_create(WIDTH + 16, HEIGHT);
  fill_guarded();
  check(wr_video_decoder_paint(whole, NULL, false, guarded + 1), "refusal before any picture");
  check(!wr_video_decoder_samples(whole, s->units[0].bytes, s->units[0].length), "samples");
  check(wr_video_decoder_paint(whole, detail, false, guarded + 1), "refusal without detail");
  check(wr_video_decoder_paint(whole, other, false, guarded + 1), "refusal of another size");
  for (size_t i = 0; i < WIDTH * HEIGHT + 2; i++)
    check(guarded[i] == GUARD, "nothing written");
  for (size_t i = 0; i < STREAM_UNITS; i++) {
    check(!wr_video_decoder_samples(whole, s->units[i].bytes, s->units[i].length) &&
              !wr_video_decoder_samples(detail, s->units[i].bytes, s->units[i].length) &&
              !wr_video_decoder_paint(whole, detail, i % 2, guarded + 1),
          "a picture with detail");
    check(guarded[0] == GUARD && guarded[WIDTH * HEIGHT + 1] == GUARD, "bounds");
  }
  check(wr_video_decoder_paint(whole, detail, false, guarded + 1), "refusal of what was used up");
  check(!wr_video_decoder_samples(whole, s->units[0].bytes, s->units[0].length) &&
            wr_video_decoder_samples(detail, s->units[0].bytes, 20) &&
            wr_video_decoder_paint(whole, detail, false, guarded + 1),
        "refusal of broken detail");
  for (int round = 0; round < MUTATIONS / 5; round++) {
    wr_video_decoder_samples(detail, s->units[0].bytes, s->units[0].length);
    const struct unit *u = &s->units[random_below(STREAM_UNITS)];
    uint8_t *bytes = malloc(u->length);
    const size_t length = mutate(u, bytes);
    const bool fine = !wr_video_decoder_samples(detail, bytes, length);
    free(bytes);
    wr_video_decoder_samples(whole, s->units[0].bytes, s->units[0].length);
    check(!wr_video_decoder_paint(whole, detail, false, guarded + 1) == fine, "what was decoded");
    check(guarded[0] == GUARD && guarded[WIDTH * HEIGHT + 1] == GUARD, "bounds");
  }
  wr_video_decoder_destroy(whole);
  wr_video_decoder_destroy(detail);
  wr_video_decoder_destroy(other);
}

/* Detail gives each pixel of a block its own chroma. */
static void detailed(void) {
  uint8_t y[16], u[4], v[4], more_y[16], more_u[4], more_v[4];
  uint32_t out[16];
  memset(y, 128, sizeof y);
  memset(u, 128, sizeof u);
  memset(v, 128, sizeof v);
  memset(more_y, 128, sizeof more_y);
  memset(more_u, 128, sizeof more_u);
  memset(more_v, 128, sizeof more_v);
  const struct wr_samples samples = {y, u, v, 4, 2, 4, 4, false, false, false};
  const struct wr_samples detail = {more_y, more_u, more_v, 4, 2, 4, 4, false, false, false};
  wr_rgb_with_detail(&samples, &detail, out);
  for (int i = 0; i < 16; i++)
    check((out[i] & 0xffffff) == 0x808080, "grey without detail");
  more_y[0] = 128 + 10;         /* U, left to right, in the first block */
  more_y[4 * 2 + 2] = 128 - 20; /* V, top to bottom, in the first block */
  wr_rgb_with_detail(&samples, &detail, out);
  const uint32_t blue = out[0] & 255, red = out[0] >> 16 & 255;
  check(blue == 128 + 19 && red == 128 - 31, "the first pixel's own chroma");
  check((out[1] & 255) == 128 - 19 && (out[4] >> 16 & 255) == 128 + 31, "and its neighbours'");
  check((out[2] & 0xffffff) == 0x808080 && (out[10] & 0xffffff) == 0x808080, "no other block");
}

/* Greys and the primary colours, of both ranges, come out as they are. */
static void colours(void) {
  static const struct {
    uint8_t y, u, v;
    bool limited;
    uint32_t rgb;
  } known[] = {{0, 128, 128, false, 0x000000}, {255, 128, 128, false, 0xffffff},
               {16, 128, 128, true, 0x000000}, {235, 128, 128, true, 0xffffff},
               {54, 99, 255, false, 0xfe0000}, {182, 30, 12, false, 0x00ff01},
               {63, 102, 240, true, 0xff0000}};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    uint8_t y[4], u[1] = {known[i].u}, v[1] = {known[i].v};
    uint32_t out[4];
    memset(y, known[i].y, sizeof y);
    const struct wr_samples samples = {y, u, v, 2, 1, 2, 2, known[i].limited, false, false};
    wr_rgb_from_samples(&samples, out);
    for (int shift = 0; shift < 24; shift += 8) {
      const int d = (int)(out[3] >> shift & 255) - (int)(known[i].rgb >> shift & 255);
      check(d >= -3 && d <= 3, "a colour");
    }
  }
}

int main(void) {
  struct stream stream;
  check(stream_make(&stream, WIDTH, HEIGHT), "a stream");
  whole_stream(&stream);
  refused(&stream);
  fill_guarded();
  mutations(&stream);
  pairs(&stream);
  detailed();
  colours();
  stream_free(&stream);
  return 0;
}
