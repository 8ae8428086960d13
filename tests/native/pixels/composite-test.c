/* Sources of every format, gone, cut, unaligned or absurd, under the sanitizers. */
#include "core-test.h"

#include "composite.h"
#include "formats.h"

#include <string.h>

struct test_source {
  struct wr_pixel_source source;
  const void *pixels;
  int open, begun;
};

static int open_sources;

static const void *test_begin(struct wr_pixel_source *source) {
  struct test_source *s = (struct test_source *)source;
  s->begun++;
  if (!s->pixels)
    return NULL;
  s->open++;
  CHECK(++open_sources == 1); /* never two at a time */
  return s->pixels;
}

static void test_end(struct wr_pixel_source *source) {
  struct test_source *s = (struct test_source *)source;
  s->open--;
  open_sources--;
}

static struct test_source source_of(const void *pixels, int32_t width, int32_t height,
                                    int32_t stride, uint32_t format) {
  return (struct test_source){
      {WR_PIXEL_SOURCE_ABI, width, height, stride, format, test_begin, test_end}, pixels, 0, 0};
}

static struct wr_draw draw_of(struct test_source *s, int32_t x, int32_t y, int32_t w, int32_t h) {
  return (struct wr_draw){.kind = WR_DRAW_IMAGE,
                          .source = &s->source,
                          .to = {x, y, w, h},
                          .sw = w,
                          .sh = h,
                          .alpha = 1};
}

static uint32_t paint_one(const struct wr_draw *draw) {
  uint32_t pixels[16 * 16];
  memset(pixels, 0x11, sizeof pixels);
  struct wr_picture target = {pixels, 16, 16};
  const struct wr_rect all = {0, 0, 16, 16};
  CHECK(wr_composite(&target, draw, 1, &all, 1));
  CHECK(open_sources == 0);
  return pixels[0] & WR_PIXEL_RGB;
}

/* Full red in each format, written out by hand from the format's definition. */
static void formats(void) {
  static const struct {
    const char *code;
    uint32_t value;
    int bytes;
  } red[] = {
      {"AB24", 0xff0000ff, 4}, {"XB24", 0x000000ff, 4}, {"RA24", 0xff0000ff, 4},
      {"RX24", 0xff000000, 4}, {"BA24", 0x0000ffff, 4}, {"BX24", 0x0000ff00, 4},
      {"RG24", 0x00ff0000, 3}, {"BG24", 0x000000ff, 3}, {"RG16", 0xf800, 2},
      {"BG16", 0x001f, 2},     {"AR30", 0xfff00000, 4}, {"XR30", 0x3ff00000, 4},
      {"AB30", 0xc00003ff, 4}, {"XB30", 0x000003ff, 4},
  };
  for (size_t i = 0; i < sizeof red / sizeof *red; i++) {
    uint32_t code;
    memcpy(&code, red[i].code, 4);
    uint8_t pixel[4];
    memcpy(pixel, &red[i].value, 4); /* little-endian, as the formats are */
    struct test_source s = source_of(pixel, 1, 1, red[i].bytes, code);
    const struct wr_draw draw = draw_of(&s, 0, 0, 1, 1);
    const uint32_t got = paint_one(&draw);
    if (got != 0xff0000)
      fprintf(stderr, "format %s gives %06x\n", red[i].code, got);
    CHECK(got == 0xff0000);
  }
  size_t count;
  wr_format_list(&count);
  CHECK(count == 2 + sizeof red / sizeof *red);
  CHECK(!wr_format_find(0x3231564e)); /* NV12 */
}

static void sources_without_pixels(void) {
  struct test_source gone = source_of(NULL, 1, 1, 4, 1);
  struct wr_draw draw = draw_of(&gone, 0, 0, 1, 1);
  CHECK(paint_one(&draw) == 0x111111);
  CHECK(gone.begun > 0);
  const uint32_t pixel = 0xffffffff;
  struct test_source absurd[] = {
      source_of(&pixel, 0, 1, 4, 1),          source_of(&pixel, 1, -1, 4, 1),
      source_of(&pixel, 2, 1, 4, 1),          source_of(&pixel, 1, 1, -4, 1),
      source_of(&pixel, 40000, 1, 160000, 1),
  };
  for (size_t i = 0; i < sizeof absurd / sizeof *absurd; i++) {
    draw = draw_of(&absurd[i], 0, 0, 1, 1);
    CHECK(paint_one(&draw) == 0x111111);
    CHECK(absurd[i].begun == 0);
  }
}

/* What a vanished opaque window would have hidden is painted. */
static void vanished_window_hides_nothing(void) {
  const uint32_t green = 0xff00ff00;
  struct test_source below = source_of(&green, 1, 1, 4, 0), gone = source_of(NULL, 1, 1, 4, 1);
  struct wr_draw items[] = {draw_of(&below, 0, 0, 1, 1), draw_of(&gone, 0, 0, 1, 1)};
  uint32_t pixel = 0;
  struct wr_picture target = {&pixel, 1, 1};
  const struct wr_rect all = {0, 0, 1, 1};
  CHECK(wr_composite(&target, items, 2, &all, 1));
  CHECK((pixel & WR_PIXEL_RGB) == 0x00ff00);
}

/* Random rectangles, crops and transforms around a heap buffer of exact size, at odd addresses. */
static void random_items(int rounds) {
  uint32_t random = 123456789u;
  struct wr_picture target = {calloc(90 * 70, 4), 90, 70};
  CHECK(target.pixels);
  size_t format_count;
  const struct wr_format *list = wr_format_list(&format_count);
  for (int i = 0; i < rounds; i++) {
    const int32_t w = 1 + random_below(&random, 40), h = 1 + random_below(&random, 40);
    const struct wr_format *format = &list[random_below(&random, (int32_t)format_count)];
    const int32_t bytes = (int32_t)PIXMAN_FORMAT_BPP(format->pixman) / 8;
    const int32_t stride = w * bytes + random_below(&random, 4);
    const int32_t shift = random_below(&random, 4);
    uint8_t *pool = calloc((size_t)(stride * h + shift), 1);
    CHECK(pool);
    struct test_source s = source_of(pool + shift, w, h, stride, format->shm);
    struct wr_draw draw =
        draw_of(&s, random_below(&random, 200) - 100, random_below(&random, 200) - 100,
                1 + random_below(&random, 99), 1 + random_below(&random, 99));
    if (random_below(&random, 2))
      draw.sw = 1 + random_below(&random, 60) + random_below(&random, 2) * 0.5;
    draw.sx = random_below(&random, 50) - 20 + random_below(&random, 2) * 0.25;
    draw.sy = random_below(&random, 50) - 20;
    draw.transform = random_below(&random, 8);
    draw.alpha = random_below(&random, 2) ? 1 : 0.3;
    draw.opaque = random_below(&random, 2);
    draw.bilinear = random_below(&random, 2);
    const struct wr_rect damage[] = {{-3, -3, 60, 60}, {20, 10, 1 << 30, 1 << 30}, {5, 5, -1, 4}};
    CHECK(wr_composite(&target, &draw, 1, damage, 3));
    CHECK(open_sources == 0);
    free(pool);
  }
  free(target.pixels);
}

int main(void) {
  formats();
  sources_without_pixels();
  vanished_window_hides_nothing();
  random_items(3000);
  return 0;
}
