/* Conversion and the encoder's edges; what comes out is decoded in tests/native/video-decode. */
#include "core.h"
#include "detail.h"
#include "yuv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void check(bool fine, const char *what) {
  if (fine)
    return;
  fprintf(stderr, "failed: %s\n", what);
  exit(1);
}

/* BT.709, full range, from the definition. */
static void colours(void) {
  static const struct {
    uint32_t rgb;
    uint8_t y, u, v;
  } known[] = {{0x000000, 0, 128, 128}, {0xffffff, 255, 128, 128}, {0xff0000, 54, 99, 255},
               {0x00ff00, 182, 30, 12}, {0x0000ff, 18, 255, 116},  {0x808080, 128, 128, 128}};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    uint32_t pixels[4] = {known[i].rgb, known[i].rgb, known[i].rgb, known[i].rgb};
    const struct wr_picture p = {pixels, 2, 2};
    uint8_t y[4], u[1], v[1];
    struct wr_yuv out = {y, u, v, 2, 2};
    wr_yuv_from_picture(&p, 0, 0, &out);
    check(abs(y[3] - known[i].y) <= 1 && abs(u[0] - known[i].u) <= 1 && abs(v[0] - known[i].v) <= 1,
          "a colour");
  }
}

/* A picture of odd size, allocated without a byte to spare: its edges are repeated. */
static void over_the_edge(void) {
  const int32_t width = 35, height = 21;
  uint32_t *pixels = malloc((size_t)width * (size_t)height * sizeof *pixels);
  for (int32_t i = 0; i < width * height; i++)
    pixels[i] = (uint32_t)i * 0x010203;
  const struct wr_picture p = {pixels, width, height};
  uint8_t y[18 * 16], u[9 * 8], v[9 * 8];
  struct wr_yuv out = {y, u, v, 18, 16};
  wr_yuv_from_picture(&p, 18, 6, &out);
  check(y[17] == y[16] && y[15 * 18] == y[14 * 18], "the edges once more");
  uint8_t inside[2 * 2], iu[1], iv[1];
  struct wr_yuv two = {inside, iu, iv, 2, 2};
  wr_yuv_from_picture(&p, 20, 8, &two);
  check(inside[0] == y[2 * 18 + 2] && iu[0] == u[9 + 1] && iv[0] == v[9 + 1],
        "the same inside as beside the edge");
  free(pixels);
}

/* Rows of many pixels are taken by other code than what is left at their ends. */
static void every_pixel_alike(void) {
  enum { WIDTH = 110, HEIGHT = 6 };
  static uint32_t pixels[WIDTH * HEIGHT];
  uint32_t state = 7;
  for (size_t i = 0; i < WIDTH * HEIGHT; i++) {
    state = state * 1664525u + 1013904223u;
    /* Every third is as bright or as dark as can be. */
    pixels[i] = i % 3 ? state : (state & 0x80808080u) / 128 * 255;
  }
  const struct wr_picture p = {pixels, WIDTH, HEIGHT};
  uint8_t y[WIDTH * HEIGHT], u[WIDTH * HEIGHT / 4], v[WIDTH * HEIGHT / 4];
  struct wr_yuv all = {y, u, v, WIDTH, HEIGHT};
  wr_yuv_from_picture(&p, 0, 0, &all);
  for (int32_t j = 0; j < HEIGHT; j += 2)
    for (int32_t i = 0; i < WIDTH; i += 2) {
      uint8_t own[4], iu[1], iv[1];
      struct wr_yuv two = {own, iu, iv, 2, 2};
      wr_yuv_from_picture(&p, i, j, &two);
      const int32_t at = j / 2 * (WIDTH / 2) + i / 2;
      check(iu[0] == u[at] && iv[0] == v[at], "chroma alone and in a row");
      check(own[1] == y[j * WIDTH + i + 1] && own[2] == y[(j + 1) * WIDTH + i],
            "luma alone and in a row");
    }
}

/* Grey has none; a line of a strong colour has, and only there; the edges are repeated. */
static void detail(void) {
  const int32_t width = 35, height = 21;
  uint32_t *pixels = malloc((size_t)width * (size_t)height * sizeof *pixels);
  for (int32_t i = 0; i < width * height; i++)
    pixels[i] = 0x010101u * (uint32_t)(i % 251);
  const struct wr_picture p = {pixels, width, height};
  uint8_t y[18 * 16], u[9 * 8], v[9 * 8];
  struct wr_yuv out = {y, u, v, 18, 16};
  check(wr_detail_from_picture(&p, 18, 6, &out), "memory");
  for (int32_t i = 0; i < 18 * 16; i++)
    check(y[i] == 128 && u[i % 72] == 128 && v[i % 72] == 128, "no detail in grey");
  for (uint32_t turn = 0; turn < 64; turn++)
    check(wr_detail_share(&p, 18, 6, 18, 16, turn) == 0, "nothing is missed in grey");
  for (int32_t row = 0; row < height; row++)
    pixels[row * width + 24] = 0xff0000;
  check(wr_detail_from_picture(&p, 18, 6, &out), "memory");
  check(abs(y[3] - 128) > 5 && abs(y[9 + 3] - 128) > 20, "the line is narrower than a block");
  check(y[0] == 128 && y[8] == 128 && y[17] == 128 && u[0] == 128, "and only the line");
  check(wr_detail_share(&p, 18, 6, 18, 16, 0) > 100, "the line is missed");
  free(pixels);
}

static void settings(void) {
  const struct wr_video_settings wrong[] = {
      {14, 16, 1000, 20, false},   {16, 14, 1000, 20, false},   {17, 16, 1000, 20, false},
      {3842, 16, 1000, 20, false}, {16, 2162, 1000, 20, false}, {16, 16, 49, 20, false},
      {16, 16, 200001, 20, false}, {16, 16, 1000, -1, false},   {16, 16, 1000, 43, false},
      {-16, 16, 1000, 20, false}};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
    check(!wr_video_encoder_create(&wrong[i]), "settings out of range");
}

static size_t encode_noise(struct wr_video_encoder *e, int frames) {
  static uint32_t pixels[160 * 120];
  uint32_t state = 1;
  size_t length = 0;
  for (int f = 0; f < frames; f++) {
    for (size_t i = 0; i < 160 * 120; i++) {
      state = state * 1664525u + 1013904223u;
      pixels[i] = state >> 8;
    }
    const struct wr_picture p = {pixels, 160, 120};
    struct wr_video_output out;
    check(wr_video_encoder_encode(e, &p, 0, 0, f == 0, f * 33, &out), "a picture");
    check(out.key == (f == 0), "a key where it was asked for");
    check(out.bytes[0] == 0 && out.bytes[1] == 0 && out.length > 8, "Annex B");
    length += f < 10 ? 0 : out.length;
  }
  return length;
}

static void rate(void) {
  const struct wr_video_settings s = {160, 120, 4000, 20, false};
  struct wr_video_encoder *e = wr_video_encoder_create(&s);
  check(e, "an encoder");
  const size_t much = encode_noise(e, 40);
  check(wr_video_encoder_set_rate(e, 400), "another rate");
  const size_t little = encode_noise(e, 40);
  check(little < much / 2, "less at a lower rate");
  wr_video_encoder_destroy(e);
}

int main(void) {
  colours();
  over_the_edge();
  detail();
  every_pixel_alike();
  settings();
  rate();
  return 0;
}
