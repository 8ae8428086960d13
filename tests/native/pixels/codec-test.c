/* Random pictures through encoder and decoder, then mutated updates, under the sanitizers. */
#include "core-test.h"

#include "bits.h"
#include "checksum.h"
#include "decoder.h"
#include "encoder.h"

#include <limits.h>
#include <string.h>

static struct wr_picture create_picture(int32_t width, int32_t height) {
  /* Exactly as large as needed: one pixel too far is found by the sanitizer. */
  struct wr_picture p = {calloc((size_t)width * (size_t)height, 4), width, height};
  CHECK(p.pixels);
  return p;
}

static void scribble(struct wr_picture *p, uint32_t *random, struct wr_rect *r) {
  r->x = random_below(random, p->width);
  r->y = random_below(random, p->height);
  r->w = 1 + random_below(random, p->width - r->x);
  r->h = 1 + random_below(random, p->height - r->y);
  const int32_t style = random_below(random, 4);
  const uint32_t colour = random_next(random);
  for (int32_t y = r->y; y < r->y + r->h; y++)
    for (int32_t x = r->x; x < r->x + r->w; x++) {
      const uint32_t noise = random_next(random);
      const uint32_t soft = (uint32_t)(x * 2 + y) * 0x010101 + (noise & 0x030303);
      *wr_picture_at(p, x, y) = style == 0   ? colour
                                : style == 1 ? noise
                                : style == 2 ? soft
                                : noise % 5  ? 0
                                             : colour;
    }
}

static void check_equal(const struct wr_picture *a, const struct wr_picture *b) {
  for (size_t i = 0; i < (size_t)a->width * (size_t)a->height; i++)
    CHECK(((a->pixels[i] ^ b->pixels[i]) & WR_PIXEL_RGB) == 0);
}

static struct wr_update update_of(const struct wr_encoded *e) {
  return (struct wr_update){e->regions,    e->region_count, e->payload, e->payload_length,
                            e->compressed, e->fine,         NULL,       0};
}

/* The decoder's picture is the encoder's afterwards. */
static struct wr_encoded show(struct wr_encoder *encoder, struct wr_decoder *decoder,
                              const struct wr_encode_input *input, struct wr_picture *shown) {
  struct wr_encoded out;
  struct wr_decode_error error;
  CHECK(wr_encoder_encode(encoder, input, &out));
  const struct wr_update update = update_of(&out);
  CHECK(wr_decoder_apply(decoder, shown, &update, &error));
  check_equal(input->picture, shown);
  CHECK(out.checksum == wr_checksum_picture(shown));
  return out;
}

static void round_trips(int32_t width, int32_t height, int steps) {
  uint32_t random = 2463534242u + (uint32_t)width;
  struct wr_picture fb = create_picture(width, height), shown = create_picture(width, height);
  struct wr_encoder *encoder = wr_encoder_create(width, height);
  struct wr_decoder *decoder = wr_decoder_create(16);
  CHECK(encoder && decoder);
  for (int i = 0; i < steps; i++) {
    struct wr_rect damage[2] = {{0, 0, 0, 0}, {INT32_MAX, INT32_MIN, INT32_MAX, INT32_MAX}};
    scribble(&fb, &random, &damage[0]);
    struct wr_copy copies[3];
    for (int c = 0; c < 3; c++)
      copies[c] = (struct wr_copy){random_below(&random, 400) - 200, (int32_t)random_next(&random),
                                   random_below(&random, 400) - 200, random_below(&random, 9),
                                   random_below(&random, 400),       random_below(&random, 400)};
    copies[2].sy = random_below(&random, 9);
    if (i % 7 == 3)
      wr_encoder_reset(encoder);
    const struct wr_encode_input input = {&fb,       damage,      2,     copies, 3,
                                          1 + i % 3, i % 11 == 5, false, 0,      0,
                                          16,        i % 3 > 0,   0,     false,  i % 2 == 0};
    show(encoder, decoder, &input, &shown);
    if (i % 5 == 2) {
      wr_decoder_forget(decoder);
      wr_encoder_reset(encoder);
    }
  }
  wr_encoder_destroy(encoder);
  wr_decoder_destroy(decoder);
  free(fb.pixels);
  free(shown.pixels);
}

static void paste(struct wr_picture *p, const struct wr_picture *from, const struct wr_rect *at) {
  struct wr_rect r = *at;
  if (!wr_rect_clip(&r, p->width, p->height))
    return;
  for (int32_t y = r.y; y < r.y + r.h; y++)
    memcpy(wr_picture_at(p, r.x, y), wr_picture_at(from, r.x - at->x, y - at->y),
           (size_t)r.w * sizeof(uint32_t));
}

/* Windows of noise move over noise: parts of tiles come back, whatever slots there are. */
static void moves(int32_t width, int32_t height, int32_t slots, int steps) {
  uint32_t random = 88675123u + (uint32_t)slots;
  struct wr_picture fb = create_picture(width, height), shown = create_picture(width, height);
  struct wr_picture wall = create_picture(width, height), noise = create_picture(width, height);
  struct wr_encoder *encoder = wr_encoder_create(width, height);
  struct wr_decoder *decoder = wr_decoder_create(slots);
  CHECK(encoder && decoder);
  for (int i = 0; i < width * height; i++) {
    wall.pixels[i] = random_next(&random);
    noise.pixels[i] = random_next(&random);
  }
  struct wr_rect windows[2] = {{9, 7, width / 2, height / 2}, {50, 64, width / 3, height - 5}};
  int parts = 0;
  for (int i = 0; i < steps; i++) {
    const struct wr_rect all = {0, 0, width, height};
    struct wr_rect *w = &windows[i % 9 == 0];
    struct wr_copy copy = {w->x, w->y, 0, 0, w->w, w->h};
    w->x += random_below(&random, 23) - (w->x > 0 ? 12 : 4);
    w->y += random_below(&random, 23) - (w->y > 0 ? 12 : 4);
    copy.dx = w->x;
    copy.dy = w->y;
    paste(&fb, &wall, &all);
    for (int k = 0; k < 2; k++)
      paste(&fb, &noise, &windows[k]);
    const struct wr_encode_input input = {&fb, &all, 1,     &copy, 1, 1,     i % 50 == 0, false,
                                          0,   0,    slots, false, 0, false, true};
    const struct wr_encoded out = show(encoder, decoder, &input, &shown);
    for (size_t k = 0; k < out.region_count; k++)
      parts += out.regions[k].encoding == WR_ENCODING_KEEP &&
               out.regions[k].a >= slots - wr_tiles_across(width);
  }
  CHECK(parts > steps / 5);
  wr_encoder_destroy(encoder);
  wr_decoder_destroy(decoder);
  free(fb.pixels);
  free(shown.pixels);
  free(wall.pixels);
  free(noise.pixels);
}

static void scroll_picture(struct wr_picture *p, uint32_t *random) {
  const size_t width = (size_t)p->width, all = width * (size_t)p->height;
  const bool vertical = random_below(random, 2);
  size_t by = (size_t)random_below(random, vertical ? p->height : p->width);
  if (vertical)
    by *= width;
  if (random_below(random, 2))
    memmove(p->pixels, p->pixels + by, (all - by) * sizeof(uint32_t));
  else
    memmove(p->pixels + by, p->pixels, (all - by) * sizeof(uint32_t));
}

/* The found copies read and write beside every edge of the picture. */
static void scrolls(int32_t width, int32_t height, int steps) {
  uint32_t random = 521288629u + (uint32_t)height;
  struct wr_picture fb = create_picture(width, height), shown = create_picture(width, height);
  struct wr_encoder *encoder = wr_encoder_create(width, height);
  struct wr_decoder *decoder = wr_decoder_create(16);
  CHECK(encoder && decoder);
  for (int i = 0; i < (int)(width * height); i++)
    fb.pixels[i] = random_next(&random);
  int copies = 0;
  for (int i = 0; i < steps; i++) {
    struct wr_rect damage[2] = {{0, 0, width, height}};
    if (i % 4 == 3)
      scribble(&fb, &random, &damage[1]);
    const struct wr_encode_input input = {&fb, damage, 2,  NULL,  0, 1,     false, false,
                                          0,   0,      16, false, 0, false, true};
    const struct wr_encoded out = show(encoder, decoder, &input, &shown);
    copies += out.region_count > 0 && out.regions[0].encoding == WR_ENCODING_COPY;
    scroll_picture(&fb, &random);
  }
  CHECK(copies > steps / 3);
  wr_encoder_destroy(encoder);
  wr_decoder_destroy(decoder);
  free(fb.pixels);
  free(shown.pixels);
}

/* A window that an application draws at another place, or a picture that it drags under it, by any
 * amount in both directions and across the edges; nobody says that anything moved. */
static void drags(int32_t width, int32_t height, int steps) {
  uint32_t random = 362436069u + (uint32_t)width;
  struct wr_picture fb = create_picture(width, height), shown = create_picture(width, height);
  struct wr_picture wall = create_picture(2 * width, 2 * height);
  struct wr_picture noise = create_picture(2 * width, 2 * height);
  struct wr_encoder *encoder = wr_encoder_create(width, height);
  struct wr_decoder *decoder = wr_decoder_create(90);
  CHECK(encoder && decoder);
  for (int i = 0; i < 4 * width * height; i++) {
    wall.pixels[i] = random_next(&random);
    noise.pixels[i] = random_next(&random);
  }
  struct wr_rect window = {9, 7, width * 2 / 3, height * 3 / 4};
  struct wr_rect under = {-width / 2, -height / 2, 2 * width, 2 * height};
  int copies = 0;
  for (int i = 0; i < steps; i++) {
    const struct wr_rect all = {0, 0, width, height};
    struct wr_rect *moved = i % 3 == 0 ? &under : &window;
    if (i % 4 > 0) {
      moved->x += random_below(&random, 41) - (moved->x > 0 || moved == &under ? 20 : 9);
      moved->y += random_below(&random, 41) - (moved->y > 0 || moved == &under ? 20 : 9);
      if (moved == &under && (under.x > 0 || under.y > 0 || under.x < -width || under.y < -height))
        under = (struct wr_rect){-width / 2, -height / 2, 2 * width, 2 * height};
    }
    paste(&fb, &wall, &under);
    paste(&fb, &noise, &window);
    const struct wr_encode_input input = {&fb, &all, 1,  NULL,  0, 1,     i % 50 == 0, false,
                                          0,   0,    90, false, 0, false, true};
    const struct wr_encoded out = show(encoder, decoder, &input, &shown);
    for (size_t k = 0; k < out.region_count; k++)
      copies += out.regions[k].encoding == WR_ENCODING_COPY &&
                out.regions[k].x != out.regions[k].a && out.regions[k].y != out.regions[k].b;
  }
  CHECK(copies > steps / 4);
  wr_encoder_destroy(encoder);
  wr_decoder_destroy(decoder);
  free(fb.pixels);
  free(shown.pixels);
  free(wall.pixels);
  free(noise.pixels);
}

static int32_t hostile_number(uint32_t *random) {
  static const int32_t edges[] = {0, 1, -1, INT32_MAX, INT32_MIN, 1 << 16, 0xffffff, 0x1000000};
  return random_below(random, 2) ? edges[random_below(random, 8)]
                                 : (int32_t)random_next(random) >> random_below(random, 32);
}

/* Every mutation is refused or stays inside; exact copies on the heap let the sanitizer see. */
static void mutations(int rounds, bool fine) {
  uint32_t random = 88172645u;
  struct wr_picture fb = create_picture(70, 50), shown = create_picture(70, 50);
  struct wr_rect damage;
  scribble(&fb, &random, &damage);
  struct wr_encoder *encoder = wr_encoder_create(70, 50);
  struct wr_decoder *decoder = wr_decoder_create(16);
  struct wr_encoded out;
  const struct wr_encode_input input = {&fb, NULL, 0,  NULL, 0, 1,    true, false,
                                        0,   0,    16, fine, 0, fine, fine};
  CHECK(encoder && decoder && wr_encoder_encode(encoder, &input, &out));
  int refused = 0;
  for (int i = 0; i < rounds; i++) {
    const size_t bytes = out.region_count * sizeof(struct wr_region);
    struct wr_region *regions = malloc(bytes + 1);
    size_t length = out.payload_length;
    if (i % 5 == 0)
      length = (size_t)random_below(&random, (int32_t)length + 1);
    uint8_t *payload = malloc(length + (length == 0));
    CHECK(regions && payload);
    memcpy(regions, out.regions, bytes);
    memcpy(payload, out.payload, length);
    if (i % 2)
      ((int32_t *)regions)[random_below(&random, (int32_t)(bytes / 4))] = hostile_number(&random);
    else if (length > 0)
      payload[random_below(&random, (int32_t)length)] ^= (uint8_t)(1 << random_below(&random, 8));
    const struct wr_update update = {regions,        out.region_count, payload, length,
                                     out.compressed, out.fine,         NULL,    0};
    struct wr_decode_error error;
    if (!wr_decoder_apply(decoder, &shown, &update, &error)) {
      CHECK(error.reason);
      refused++;
    }
    free(regions);
    free(payload);
  }
  CHECK(refused > rounds / 10);
  wr_encoder_destroy(encoder);
  wr_decoder_destroy(decoder);
  free(fb.pixels);
  free(shown.pixels);
}

/* Parts of a video picture, which may lie partly outside: never read or written over an edge. */
static void videos(int rounds) {
  uint32_t random = 2463534242u;
  struct wr_picture shown = create_picture(70, 50);
  const size_t size = 40 * 30 * sizeof(uint32_t);
  uint32_t *pixels = malloc(size);
  CHECK(pixels);
  memset(pixels, 0x55, size);
  struct wr_decoder *decoder = wr_decoder_create(16);
  int painted = 0;
  for (int i = 0; i < rounds; i++) {
    const struct wr_video_picture video = {
        1, {random_below(&random, 90) - 10, random_below(&random, 70) - 10, 40, 30}, pixels};
    struct wr_region r = {WR_ENCODING_VIDEO,
                          random_below(&random, 60),
                          random_below(&random, 40),
                          1 + random_below(&random, 30),
                          1 + random_below(&random, 20),
                          1,
                          0};
    if (i % 3 == 0)
      ((int32_t *)&r)[1 + random_below(&random, 5)] = hostile_number(&random);
    const struct wr_update update = {&r, 1, NULL, 0, false, false, &video, 1};
    struct wr_decode_error error;
    const bool fine = wr_decoder_apply(decoder, &shown, &update, &error);
    painted += fine;
    CHECK(!fine || (r.a == 1 && r.x >= video.rect.x && r.y >= video.rect.y &&
                    r.x + r.w <= video.rect.x + 40 && r.y + r.h <= video.rect.y + 30 &&
                    *wr_picture_at(&shown, r.x, r.y) == 0x55555555u));
  }
  CHECK(painted > rounds / 50);
  wr_decoder_destroy(decoder);
  free(pixels);
  free(shown.pixels);
}

/* Hostile rows of tiles, kept and shown: refused or inside, and a refused update changes nothing.
 */
static void tiles(int rounds) {
  uint32_t random = 362436069u;
  struct wr_picture shown = create_picture(150, 70), before = create_picture(150, 70);
  struct wr_decoder *decoder = wr_decoder_create(5);
  CHECK(decoder);
  int accepted = 0;
  for (int i = 0; i < rounds; i++) {
    struct wr_rect drawn;
    scribble(&shown, &random, &drawn);
    memcpy(before.pixels, shown.pixels, 150 * 70 * sizeof(uint32_t));
    struct wr_region r[4];
    for (int k = 0; k < 4; k++)
      r[k] = (struct wr_region){random_below(&random, 2) ? WR_ENCODING_KEEP : WR_ENCODING_KEPT,
                                64 * random_below(&random, 2),
                                0,
                                random_below(&random, 2) ? 64 : 86,
                                random_below(&random, 9) ? 64 : 65,
                                random_below(&random, 5),
                                0};
    if (i % 3 == 0)
      ((int32_t *)r)[random_below(&random, 28)] = hostile_number(&random);
    const struct wr_update update = {r, 4, NULL, 0, false, false, NULL, 0};
    struct wr_decode_error error;
    if (wr_decoder_apply(decoder, &shown, &update, &error))
      accepted++;
    else
      check_equal(&before, &shown);
    if (i % 50 == 49)
      wr_decoder_forget(decoder);
  }
  CHECK(accepted > rounds / 50 && accepted < rounds);
  wr_decoder_destroy(decoder);
  free(shown.pixels);
  free(before.pixels);
}

static void room_of_bits(void) {
  struct wr_bits bits = {0};
  wr_bits_write(&bits);
  for (int i = 0; i < 1000; i++)
    wr_bits_put(&bits, 1);
  const size_t letters = bits.capacity;
  wr_bits_write(&bits);
  CHECK(bits.capacity == letters);
  for (int i = 0; i < 1000000; i++)
    wr_bits_put(&bits, 1);
  CHECK(bits.capacity >= 1000000);
  wr_bits_write(&bits);
  CHECK(bits.capacity == 0 && !bits.out);
}

int main(void) {
  room_of_bits();
  tiles(20000);
  videos(20000);
  round_trips(1, 1, 20);
  round_trips(63, 65, 60);
  round_trips(257, 130, 60);
  round_trips(641, 479, 6);
  moves(331, 203, 4096, 300);
  moves(331, 203, 54, 300);
  moves(65, 640, 18, 300);
  moves(1400, 150, 700, 60);
  scrolls(128, 128, 40);
  scrolls(331, 203, 40);
  scrolls(130, 477, 40);
  drags(331, 203, 200);
  drags(128, 400, 100);
  drags(1001, 150, 60);
  CHECK(!wr_encoder_create(0, 1));
  CHECK(!wr_encoder_create(1, WR_PICTURE_MAX_SIDE + 1));
  mutations(20000, false);
  mutations(20000, true);
  return 0;
}
