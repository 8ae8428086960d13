/* Films, text and copies at random through encoder and decoder, with a codec that loses something:
 * what the terminal shows is never older than the frame, and exactly what was composed once
 * everything rests. */
#include "core-test.h"
#include "decoder.h"
#include "encoder.h"

#include <string.h>

#define WIDTH 413
#define HEIGHT 277
#define FRAMES 140
/* In the place of the codec: seven bits of eight. */
#define CODED_BITS 0xfefefeu

static uint32_t state = 2463534242u;

static struct wr_rect place(void) {
  const int32_t w = 8 + random_below(&state, WIDTH - 8), h = 8 + random_below(&state, HEIGHT - 8);
  return (struct wr_rect){random_below(&state, WIDTH - w + 1), random_below(&state, HEIGHT - h + 1),
                          w, h};
}

static void paint_film(struct wr_picture *p, const struct wr_rect *r, uint32_t frame) {
  for (int32_t y = r->y; y < r->y + r->h; y++)
    for (int32_t x = r->x; x < r->x + r->w; x++)
      *wr_picture_at(p, x, y) = (uint32_t)(x * 3 + y) * 0x010204u + frame * 0x030507u;
}

/* It goes on, goes on in a part of it, or shows what it showed before. */
static void play_film(struct wr_picture *p, struct wr_rect r, uint32_t frame) {
  const int32_t how = random_below(&state, 8);
  if (how == 0)
    r.w = 1 + random_below(&state, r.w);
  if (how == 1)
    r.h = 1 + random_below(&state, r.h);
  paint_film(p, &r, how < 4 ? frame - (uint32_t)random_below(&state, 4) : frame);
}

static void paint_text(struct wr_picture *p, const struct wr_rect *r) {
  for (int32_t y = r->y; y < r->y + r->h; y++)
    for (int32_t x = r->x; x < r->x + r->w; x++)
      *wr_picture_at(p, x, y) = random_below(&state, 4) ? 0xffffff : 0x202020;
}

/* Memory of its own, so that reads over its edge are seen. */
static uint32_t *lossy_copy(const struct wr_picture *p, const struct wr_video_part *v) {
  uint32_t *out = malloc((size_t)v->w * (size_t)v->h * sizeof *out);
  CHECK(out);
  for (int32_t y = 0; y < v->h; y++)
    for (int32_t x = 0; x < v->w; x++) {
      const int32_t px = v->x + x < WIDTH ? v->x + x : WIDTH - 1;
      const int32_t py = v->y + y < HEIGHT ? v->y + y : HEIGHT - 1;
      out[y * v->w + x] = *wr_picture_at(p, px, py) & CODED_BITS;
    }
  return out;
}

static void show(struct wr_decoder *d, struct wr_picture *shown, const struct wr_picture *p,
                 const struct wr_encoded *e) {
  struct wr_video_picture videos[WR_STREAMS];
  for (size_t i = 0; i < e->video_count; i++) {
    const struct wr_video_part *v = &e->videos[i];
    CHECK(v->w % 2 == 0 && v->h % 2 == 0 && v->x + v->w <= WIDTH + 1 && v->y + v->h <= HEIGHT + 1);
    videos[i] = (struct wr_video_picture){v->stream, {v->x, v->y, v->w, v->h}, lossy_copy(p, v)};
  }
  const struct wr_update update = {e->regions,    e->region_count, e->payload, e->payload_length,
                                   e->compressed, e->fine,         videos,     e->video_count};
  struct wr_decode_error error;
  CHECK(wr_decoder_apply(d, shown, &update, &error));
  for (size_t i = 0; i < e->video_count; i++)
    free((void *)videos[i].pixels);
}

static bool same(const struct wr_picture *a, const struct wr_picture *b, uint32_t bits) {
  for (size_t i = 0; i < (size_t)WIDTH * HEIGHT; i++)
    if ((a->pixels[i] ^ b->pixels[i]) & bits)
      return false;
  return true;
}

struct desk {
  struct wr_encoder *encoder;
  struct wr_decoder *decoder;
  struct wr_picture picture, shown;
  int64_t now_ms, free_ms;
  size_t budget; /* of each frame; 0: none */
  bool lossy, waits;
};

static void frame(struct desk *d, const struct wr_rect *damage, size_t count, bool key) {
  const size_t copies = (size_t)random_below(&state, 2);
  const struct wr_rect from = place();
  const struct wr_copy copy = {
      from.x, from.y, random_below(&state, WIDTH), random_below(&state, HEIGHT), from.w, from.h};
  const struct wr_encode_input in = {&d->picture, damage, count,     &copy,         copies,
                                     1,           key,    true,      d->now_ms,     d->free_ms,
                                     16,          true,   d->budget, d->budget > 0, true};
  struct wr_encoded out;
  CHECK(wr_encoder_encode(d->encoder, &in, &out));
  show(d->decoder, &d->shown, &d->picture, &out);
  d->lossy = out.lossy;
  d->waits = out.waiting_count > 0;
  if (!d->waits)
    CHECK(same(&d->picture, &d->shown, out.lossy ? CODED_BITS : WR_PIXEL_RGB));
}

static int play(struct desk *d) {
  struct wr_rect damage[6] = {{0, 0, WIDTH, HEIGHT}}, films[2] = {place(), place()};
  int lossy = 0;
  for (uint32_t i = 0; i < FRAMES; i++) {
    memcpy(damage + 1, films, sizeof films);
    if (random_below(&state, 50) == 0)
      films[random_below(&state, 2)] = place();
    memcpy(damage + 3, films, sizeof films);
    for (int k = 0; k < 2; k++)
      play_film(&d->picture, films[k], i);
    damage[5] = place();
    const bool text = random_below(&state, 8) == 0;
    if (text)
      paint_text(&d->picture, &damage[5]);
    const int32_t step = random_below(&state, 60);
    d->now_ms += step;
    d->free_ms += step / (1 + random_below(&state, 3));
    frame(d, damage + 1, text ? 5 : 4, i == 0 || random_below(&state, 60) == 0);
    lossy += d->lossy;
    if (random_below(&state, 100) == 0)
      wr_encoder_reset(d->encoder);
  }
  return lossy;
}

int main(void) {
  int lossy = 0;
  for (int round = 0; round < 24; round++) {
    struct desk d = {wr_encoder_create(WIDTH, HEIGHT),
                     wr_decoder_create(16),
                     {calloc(WIDTH * HEIGHT, 4), WIDTH, HEIGHT},
                     {calloc(WIDTH * HEIGHT, 4), WIDTH, HEIGHT},
                     0,
                     0,
                     round % 3 == 0 ? 20000 : 0,
                     false,
                     false};
    CHECK(d.encoder && d.decoder && d.picture.pixels && d.shown.pixels);
    lossy += play(&d);
    d.budget = 0;
    for (int i = 0; d.lossy || d.waits; i++, d.now_ms += 50, d.free_ms += 50) {
      CHECK(i < 40);
      frame(&d, NULL, 0, false);
    }
    CHECK(same(&d.picture, &d.shown, WR_PIXEL_RGB));
    wr_encoder_destroy(d.encoder);
    wr_decoder_destroy(d.decoder);
    free(d.picture.pixels);
    free(d.shown.pixels);
  }
  CHECK(lossy > 200);
  return 0;
}
