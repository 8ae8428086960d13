/* A context in memory of our own can be overwritten: it keeps literals of what it unpacked. */
#define ZSTD_STATIC_LINKING_ONLY

#include "decoder.h"
#include "fine.h"
#include "paint.h"
#include "planes.h"
#include "tile-store.h"

#include <stdlib.h>
#include <string.h>
#include <zstd.h>

struct wr_decoder {
  ZSTD_DCtx *context; /* lies in workspace */
  void *workspace;
  size_t workspace_size;
  uint8_t *bytes;
  size_t capacity;
  struct wr_tile_store tiles;
  struct wr_fine fine;
};

struct wr_decoder *wr_decoder_create(int32_t tiles) {
  struct wr_decoder *d = calloc(1, sizeof *d);
  if (!d)
    return NULL;
  wr_fine_init(&d->fine);
  d->workspace_size = ZSTD_estimateDCtxSize();
  d->workspace = malloc(d->workspace_size);
  d->context = d->workspace ? ZSTD_initStaticDCtx(d->workspace, d->workspace_size) : NULL;
  if (d->context && wr_tile_store_init(&d->tiles, tiles))
    return d;
  wr_decoder_destroy(d);
  return NULL;
}

/* What is only freed can still be read where memory is handed out anew. */
static void wipe(void *bytes, size_t length) {
  if (bytes)
    explicit_bzero(bytes, length);
}

void wr_decoder_forget(struct wr_decoder *d) {
  wr_tile_store_forget(&d->tiles);
  wr_fine_forget(&d->fine);
  wipe(d->bytes, d->capacity);
  wipe(d->workspace, d->workspace_size);
  d->context = ZSTD_initStaticDCtx(d->workspace, d->workspace_size);
}

void wr_decoder_destroy(struct wr_decoder *d) {
  if (!d)
    return;
  wipe(d->bytes, d->capacity);
  wipe(d->workspace, d->workspace_size);
  wr_tile_store_finish(&d->tiles);
  wr_fine_forget(&d->fine);
  wr_fine_finish(&d->fine);
  free(d->workspace);
  free(d->bytes);
  free(d);
}

static bool inside(const struct wr_picture *p, int32_t x, int32_t y, int32_t w, int32_t h) {
  return x >= 0 && y >= 0 && w > 0 && h > 0 && w <= p->width && h <= p->height &&
         x <= p->width - w && y <= p->height - h;
}

static bool is_rgb(int32_t v) { return v >= 0 && v <= 0xffffff; }

static const struct wr_video_picture *video_of(const struct wr_update *u,
                                               const struct wr_region *r) {
  for (size_t i = 0; i < u->video_count; i++)
    if (u->videos[i].stream == r->a)
      return &u->videos[i];
  return NULL;
}

/* The rectangle lies inside the picture; a video may lie anywhere. */
static const char *check_video(const struct wr_update *u, const struct wr_region *r) {
  const struct wr_video_picture *v = video_of(u, r);
  if (!v)
    return "no picture of this video stream";
  const int64_t x = (int64_t)r->x - v->rect.x, y = (int64_t)r->y - v->rect.y;
  return x >= 0 && y >= 0 && x + r->w <= v->rect.w && y + r->h <= v->rect.h
             ? NULL
             : "rectangle outside the video";
}

static const char *check_region(struct wr_decoder *d, const struct wr_update *u,
                                const struct wr_region *r, const struct wr_picture *p) {
  if (!inside(p, r->x, r->y, r->w, r->h))
    return "rectangle outside the picture";
  switch (r->encoding) {
  case WR_ENCODING_SOLID:
    return is_rgb(r->a) ? NULL : "colour out of range";
  case WR_ENCODING_COPY:
    return inside(p, r->a, r->b, r->w, r->h) ? NULL : "copy source outside the picture";
  case WR_ENCODING_PIXELS:
    return NULL;
  case WR_ENCODING_DELTA:
    return u->fine ? "not of a fine payload" : NULL;
  case WR_ENCODING_TINTED:
    if (u->fine)
      return "not of a fine payload";
    return is_rgb(r->a) && is_rgb(r->b) ? NULL : "colour line out of range";
  case WR_ENCODING_VIDEO:
    return check_video(u, r);
  case WR_ENCODING_KEEP:
  case WR_ENCODING_KEPT:
    return wr_tile_store_plan(&d->tiles, r);
  default:
    return "unknown encoding";
  }
}

/* Sums in 64 bits cannot wrap: at most 2^19 regions of at most 2^28 pixels. */
static bool check_regions(struct wr_decoder *d, const struct wr_picture *p,
                          const struct wr_update *u, size_t *raw_length,
                          struct wr_decode_error *error) {
  const uint64_t area = (uint64_t)p->width * (uint64_t)p->height;
  uint64_t payload = 0, painted = 0;
  *error = (struct wr_decode_error){WR_DECODE_WHOLE_UPDATE, "too many regions"};
  if (u->region_count > wr_region_limit(p->width, p->height))
    return false;
  for (size_t i = 0; i < u->region_count; i++) {
    const struct wr_region *r = &u->regions[i];
    error->region = i;
    if ((error->reason = check_region(d, u, r, p)))
      return false;
    const uint64_t pixels = (uint64_t)r->w * (uint64_t)r->h;
    painted += r->encoding == WR_ENCODING_KEEP ? 0 : pixels;
    payload += wr_region_has_payload(r) ? pixels : 0;
    error->reason = "more pixels than the picture can take in one update";
    if (payload > area || painted > WR_PAINT_FACTOR * area)
      return false;
  }
  *raw_length = (size_t)(3 * payload);
  return true;
}

static const char *decompress(struct wr_decoder *d, const struct wr_update *u, size_t length) {
  if (ZSTD_findFrameCompressedSize(u->payload, u->payload_length) != u->payload_length)
    return "payload is not exactly one zstd frame";
  if (ZSTD_getFrameContentSize(u->payload, u->payload_length) != length)
    return "payload's content size does not match the regions";
  if (length > d->capacity) {
    wipe(d->bytes, d->capacity);
    free(d->bytes);
    d->bytes = malloc(length);
    d->capacity = d->bytes ? length : 0;
    if (!d->bytes)
      return "no memory for the payload";
  }
  const size_t got =
      ZSTD_decompressDCtx(d->context, d->bytes, length, u->payload, u->payload_length);
  return got == length ? NULL : "payload is not valid zstd";
}

/* Gives the raw bytes in *raw or says why not. */
static const char *open_payload(struct wr_decoder *d, const struct wr_update *u, size_t length,
                                int32_t width, const uint8_t **raw) {
  *raw = u->payload;
  if (u->fine && u->compressed)
    return "a fine payload is not compressed again";
  if (length == 0)
    return u->payload_length == 0 ? NULL : "payload without a region that uses it";
  if (u->fine)
    return wr_fine_reserve(&d->fine, width) ? NULL : "no memory for a region";
  if (!u->compressed)
    return u->payload_length == length ? NULL : "payload's length does not match the regions";
  const char *reason = decompress(d, u, length);
  *raw = d->bytes;
  return reason;
}

static void paint_video(struct wr_picture *p, const struct wr_region *r,
                        const struct wr_video_picture *v) {
  const size_t stride = (size_t)v->rect.w;
  const uint32_t *from =
      v->pixels + (size_t)(r->y - v->rect.y) * stride + (size_t)(r->x - v->rect.x);
  for (int32_t y = 0; y < r->h; y++, from += stride)
    memcpy(wr_picture_at(p, r->x, r->y + y), from, (size_t)r->w * sizeof *from);
}

static void paint_region(struct wr_decoder *d, struct wr_picture *p, const struct wr_update *u,
                         const struct wr_region *r, const uint8_t *raw) {
  const struct wr_rect rect = {r->x, r->y, r->w, r->h};
  if (r->encoding == WR_ENCODING_SOLID)
    wr_paint_solid(p, &rect, (uint32_t)r->a);
  else if (r->encoding == WR_ENCODING_COPY)
    wr_paint_copy(p, r->a, r->b, &rect);
  else if (r->encoding == WR_ENCODING_VIDEO)
    paint_video(p, r, video_of(u, r));
  else if (r->encoding == WR_ENCODING_KEEP)
    wr_tile_store_keep(&d->tiles, p, r);
  else if (r->encoding == WR_ENCODING_KEPT)
    wr_tile_store_paint(&d->tiles, p, r);
  else if (u->fine)
    wr_fine_code(&d->fine, p, &rect, NULL);
  else
    wr_planes_unpack(r, raw, p);
}

bool wr_decoder_apply(struct wr_decoder *d, struct wr_picture *p, const struct wr_update *u,
                      struct wr_decode_error *error) {
  size_t length;
  const uint8_t *raw;
  if (!check_regions(d, p, u, &length, error)) {
    const size_t planned = error->region == WR_DECODE_WHOLE_UPDATE ? 0 : error->region + 1;
    wr_tile_store_unplan(&d->tiles, u->regions, planned);
    return false;
  }
  *error =
      (struct wr_decode_error){WR_DECODE_WHOLE_UPDATE, open_payload(d, u, length, p->width, &raw)};
  if (error->reason) {
    wr_tile_store_unplan(&d->tiles, u->regions, u->region_count);
    return false;
  }
  if (u->fine && length > 0) {
    wr_bits_read(&d->fine.bits, u->payload, u->payload_length);
    wr_fine_begin(&d->fine, false);
  }
  for (size_t i = 0; i < u->region_count; i++) {
    paint_region(d, p, u, &u->regions[i], raw);
    if (!u->fine && wr_region_has_payload(&u->regions[i]))
      raw += 3 * (size_t)u->regions[i].w * (size_t)u->regions[i].h;
  }
  return true;
}
