/* Pictures at random in slices of any size, films among them, through encoder and decoder: each
 * update tells the truth about what the terminal shows, and in the end it shows all. Run under the
 * sanitizers, too. */
#include "checksum.h"
#include "core-test.h"
#include "decoder.h"
#include "encoder.h"

#include <limits.h>
#include <string.h>

#define STEPS 60
#define TILES 24
/* Half a second of rest for each of a few slices, and then some. */
#define SETTLE_MAX 4000

static uint32_t state = 2463534242u;

struct desk {
  struct wr_encoder *encoder;
  struct wr_decoder *decoder;
  struct wr_picture picture, shown;
  int64_t now_ms;
  bool video, fine, lossy;
  size_t waiting;
};

static struct wr_rect place(const struct wr_picture *p) {
  const int32_t w = 1 + random_below(&state, p->width), h = 1 + random_below(&state, p->height);
  return (struct wr_rect){random_below(&state, p->width - w + 1),
                          random_below(&state, p->height - h + 1), w, h};
}

/* Of one colour, noise, text or a film's. */
static void paint(struct wr_picture *p, const struct wr_rect *r, int32_t style, uint32_t seed) {
  for (int32_t y = r->y; y < r->y + r->h; y++)
    for (int32_t x = r->x; x < r->x + r->w; x++)
      *wr_picture_at(p, x, y) = style == 0   ? seed
                                : style == 1 ? random_next(&state)
                                : style == 2 ? (random_below(&state, 4) ? 0xffffff : seed)
                                             : (uint32_t)(x * 3 + y) * 0x010204u + seed * 0x030507u;
}

static uint32_t *lossy_copy(const struct wr_picture *p, const struct wr_video_part *v) {
  uint32_t *out = malloc((size_t)v->w * (size_t)v->h * sizeof *out);
  CHECK(out);
  for (int32_t y = 0; y < v->h; y++)
    for (int32_t x = 0; x < v->w; x++) {
      const int32_t px = v->x + x < p->width ? v->x + x : p->width - 1;
      const int32_t py = v->y + y < p->height ? v->y + y : p->height - 1;
      out[y * v->w + x] = *wr_picture_at(p, px, py) & 0xfefefe;
    }
  return out;
}

static void show(struct desk *d, const struct wr_encoded *e) {
  struct wr_video_picture videos[WR_STREAMS];
  for (size_t i = 0; i < e->video_count; i++) {
    const struct wr_video_part *v = &e->videos[i];
    videos[i] =
        (struct wr_video_picture){v->stream, {v->x, v->y, v->w, v->h}, lossy_copy(&d->picture, v)};
  }
  const struct wr_update update = {e->regions,    e->region_count, e->payload, e->payload_length,
                                   e->compressed, e->fine,         videos,     e->video_count};
  struct wr_decode_error error;
  CHECK(wr_decoder_apply(d->decoder, &d->shown, &update, &error));
  for (size_t i = 0; i < e->video_count; i++)
    free((void *)videos[i].pixels);
}

/* What differs without being lossy lies in a tile that is said to wait. */
static void check_rest(const struct desk *d, const struct wr_encoded *e) {
  const int32_t across = wr_tiles_across(d->picture.width);
  size_t waiting = 0;
  for (size_t i = 0; i < e->tile_count; i++)
    waiting += e->waiting[i] != 0;
  CHECK(waiting == e->waiting_count);
  for (int32_t y = 0; y < d->picture.height && !e->lossy; y++)
    for (int32_t x = 0; x < d->picture.width; x++)
      CHECK(
          e->waiting[y / WR_TILE * across + x / WR_TILE] ||
          !((*wr_picture_at(&d->picture, x, y) ^ *wr_picture_at(&d->shown, x, y)) & WR_PIXEL_RGB));
}

static void update(struct desk *d, const struct wr_rect *damage, size_t count, size_t budget,
                   bool key) {
  const struct wr_rect from = place(&d->picture);
  const struct wr_copy copy = {from.x,
                               from.y,
                               random_below(&state, d->picture.width),
                               random_below(&state, d->picture.height),
                               from.w,
                               from.h};
  const struct wr_encode_input in = {&d->picture, damage,  count,    &copy,     count > 0,
                                     1,           key,     d->video, d->now_ms, d->now_ms,
                                     TILES,       d->fine, budget,   d->fine,   d->fine};
  struct wr_encoded out;
  CHECK(wr_encoder_encode(d->encoder, &in, &out));
  /* What waited may have become what is shown already. */
  if (count == 0)
    CHECK(out.region_count > 0 || d->waiting == 0 || out.waiting_count < d->waiting);
  CHECK(budget > 0 || out.waiting_count == 0);
  show(d, &out);
  check_rest(d, &out);
  CHECK(out.lossy || out.checksum == wr_checksum_picture(&d->shown));
  d->lossy = out.lossy;
  d->waiting = out.waiting_count;
}

static size_t random_budget(void) {
  static const size_t edges[] = {0, 1, SIZE_MAX, 300, 1500};
  const int32_t choice = random_below(&state, 8);
  return choice < 5 ? edges[choice] : (size_t)random_below(&state, 40000);
}

static int play(struct desk *d) {
  const struct wr_rect film = place(&d->picture);
  int held = 0;
  for (uint32_t i = 0; i < STEPS; i++) {
    struct wr_rect damage[4] = {
        film, place(&d->picture), {INT32_MAX, INT32_MIN, INT32_MAX, INT32_MAX}};
    paint(&d->picture, &damage[0], 3, i);
    const bool more = random_below(&state, 3) == 0;
    if (more)
      paint(&d->picture, &damage[1], random_below(&state, 3), random_next(&state));
    if (random_below(&state, 40) == 0)
      d->video = !d->video;
    d->now_ms += random_below(&state, 60);
    update(d, damage, more ? 3 : 1, random_budget(), i == 0 || random_below(&state, 30) == 0);
    held += d->waiting > 0;
    if (random_below(&state, 40) == 0)
      wr_encoder_reset(d->encoder);
    if (random_below(&state, 60) == 0) {
      wr_encoder_reset(d->encoder);
      wr_decoder_forget(d->decoder);
    }
  }
  return held;
}

static int converge(int32_t width, int32_t height, bool video, bool fine) {
  const size_t pixels = (size_t)width * (size_t)height;
  struct desk d = {wr_encoder_create(width, height),
                   wr_decoder_create(TILES),
                   {calloc(pixels, 4), width, height},
                   {calloc(pixels, 4), width, height},
                   .video = video,
                   .fine = fine};
  CHECK(d.encoder && d.decoder && d.picture.pixels && d.shown.pixels);
  const int held = play(&d);
  update(&d, NULL, 0, 1, false);
  for (int i = 0; d.lossy || d.waiting > 0; i++, d.now_ms += 50) {
    CHECK(i < SETTLE_MAX);
    update(&d, NULL, 0, 1 + (size_t)random_below(&state, 9000), false);
  }
  CHECK(wr_checksum_picture(&d.picture) == wr_checksum_picture(&d.shown));
  wr_encoder_destroy(d.encoder);
  wr_decoder_destroy(d.decoder);
  free(d.picture.pixels);
  free(d.shown.pixels);
  return held;
}

int main(void) {
  int held = 0;
  converge(1, 1, false, false);
  converge(1, 1, true, true);
  for (int round = 0; round < 12; round++) {
    held += converge(413, 277, round % 2, round % 3 > 0);
    held += converge(64 + round, 129 - round, false, round % 2);
    held += converge(1 + random_below(&state, 330), 1 + random_below(&state, 330), true, round % 2);
  }
  CHECK(held > 300);
  return 0;
}
