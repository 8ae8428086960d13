/* Films that begin on a slow link, rest, or are covered by something that moves. */
#include "core-test.h"
#include "encoder.h"

#include <string.h>

#define WIDTH 640
#define HEIGHT 512
#define BUDGET 5000
/* A photograph costs more than it is charged beforehand, once. */
#define MOST_BYTES (6 * BUDGET)
#define PICTURE_MS 40

struct desk {
  struct wr_encoder *encoder;
  struct wr_picture picture;
  uint32_t noise;
  int64_t now_ms, free_ms;
  struct wr_encoded out;
};

static const struct wr_rect film = {64, 64, 512, 384};

static void paint_noise(struct desk *d, const struct wr_rect *r) {
  for (int32_t y = r->y; y < r->y + r->h; y++)
    for (int32_t x = r->x; x < r->x + r->w; x++)
      *wr_picture_at(&d->picture, x, y) = (uint32_t)random_below(&d->noise, 1 << 24);
}

/* Pictures hold all that is painted of them. */
static void check_videos(const struct wr_encoded *out) {
  for (size_t i = 0; i < out->region_count; i++) {
    const struct wr_region *r = &out->regions[i];
    for (size_t k = 0; r->encoding == WR_ENCODING_VIDEO && k < out->video_count; k++) {
      const struct wr_video_part *v = &out->videos[k];
      CHECK(v->stream != r->a || (r->x >= v->x && r->y >= v->y && r->x + r->w <= v->x + v->w &&
                                  r->y + r->h <= v->y + v->h));
    }
  }
}

static void encode(struct desk *d, const struct wr_rect *damage, const struct wr_copy *copy,
                   size_t budget) {
  const struct wr_encode_input in = {.picture = &d->picture,
                                     .damage = damage,
                                     .damage_count = damage ? 1 : 0,
                                     .copies = copy,
                                     .copy_count = copy ? 1 : 0,
                                     .level = 1,
                                     .video = true,
                                     .now_ms = d->now_ms,
                                     .free_ms = d->free_ms,
                                     .budget = budget};
  CHECK(wr_encoder_encode(d->encoder, &in, &d->out));
  check_videos(&d->out);
}

static struct desk open_desk(void) {
  const struct wr_rect all = {0, 0, WIDTH, HEIGHT};
  struct desk d = {.encoder = wr_encoder_create(WIDTH, HEIGHT),
                   .picture = {calloc(WIDTH * HEIGHT, 4), WIDTH, HEIGHT},
                   .noise = 88172645u};
  CHECK(d.encoder && d.picture.pixels);
  encode(&d, &all, NULL, 0);
  return d;
}

static void close_desk(struct desk *d) {
  wr_encoder_destroy(d->encoder);
  free(d->picture.pixels);
}

static void play(struct desk *d, const struct wr_rect *r, int frames) {
  for (int i = 0; i < frames; i++, d->now_ms += PICTURE_MS, d->free_ms += PICTURE_MS) {
    paint_noise(d, r);
    encode(d, r, NULL, 0);
  }
}

static void rest(struct desk *d) {
  for (int i = 0; d->out.lossy; i++, d->now_ms += PICTURE_MS, d->free_ms += PICTURE_MS) {
    CHECK(i < 20);
    encode(d, NULL, NULL, 0);
  }
}

/* Slices between its pictures: what waited when the film was found does not go all at once. */
static void test_begins_in_slices(void) {
  struct desk d = open_desk();
  bool began = false;
  for (int i = 0; i < 200 && !began; i++, d.now_ms += PICTURE_MS / 4, d.free_ms += 2) {
    if (i % 4 == 0)
      paint_noise(&d, &film);
    encode(&d, i % 4 == 0 ? &film : NULL, NULL, BUDGET);
    CHECK(d.out.payload_length < MOST_BYTES);
    began = d.out.video_count > 0;
  }
  CHECK(began);
  close_desk(&d);
}

/* Free time stands still while a link is full: changes now and again are no film by that clock. */
static void test_seldom_is_no_film(void) {
  struct desk d = open_desk();
  for (int i = 0; i < 20; i++, d.now_ms += 1000) {
    paint_noise(&d, &film);
    encode(&d, &film, NULL, 0);
    CHECK(d.out.streams == 0);
  }
  close_desk(&d);
}

static void test_a_part_wakes_no_film(void) {
  const struct wr_rect part = {128, 128, 90, 90};
  struct desk d = open_desk();
  play(&d, &film, 40);
  CHECK(d.out.lossy);
  rest(&d);
  play(&d, &part, 1);
  CHECK(d.out.streams != 0 && !d.out.lossy);
  play(&d, &film, 1);
  CHECK(d.out.lossy);
  close_desk(&d);
}

/* A window that moves where the film was. */
static void test_what_moves_over_it_ends_it(void) {
  const struct wr_copy copy = {128, 128, 139, 135, 400, 250};
  const struct wr_rect to = {139, 135, 400, 250};
  struct desk d = open_desk();
  play(&d, &film, 40);
  CHECK(d.out.lossy);
  for (int32_t y = to.h - 1; y >= 0; y--)
    memmove(wr_picture_at(&d.picture, to.x, to.y + y),
            wr_picture_at(&d.picture, copy.sx, copy.sy + y), (size_t)to.w * 4);
  encode(&d, &to, &copy, 0);
  CHECK(d.out.streams == 0);
  encode(&d, NULL, NULL, 0);
  CHECK(!d.out.lossy);
  close_desk(&d);
}

/* Another film begins there before all that the first one left is exact. */
static void test_another_film_in_its_place(void) {
  const struct wr_rect smaller = {100, 100, 300, 250};
  struct desk d = open_desk();
  bool began = false;
  play(&d, &film, 40);
  for (int i = 0; i < 200 && !began; i++, d.now_ms += PICTURE_MS, d.free_ms += 2) {
    paint_noise(&d, &smaller);
    encode(&d, &smaller, NULL, BUDGET);
    began = d.out.video_count > 0 && d.out.videos[0].w == smaller.w;
  }
  CHECK(began);
  close_desk(&d);
}

int main(void) {
  test_begins_in_slices();
  test_seldom_is_no_film();
  test_a_part_wakes_no_film();
  test_what_moves_over_it_ends_it();
  test_another_film_in_its_place();
  return 0;
}
