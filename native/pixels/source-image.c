#include "source-image.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* pixman's coordinates are 16.16 fixed point. */
#define PIXMAN_MAX_SIDE 32767

static size_t row_bytes(const struct wr_pixel_source *s) {
  const struct wr_format *format = wr_format_find(s->format);
  return (size_t)s->width * (size_t)PIXMAN_FORMAT_BPP(format->pixman) / 8;
}

bool wr_source_is_sane(const struct wr_pixel_source *s) {
  return s->width > 0 && s->height > 0 && s->width <= PIXMAN_MAX_SIDE &&
         s->height <= PIXMAN_MAX_SIDE && s->stride > 0 && wr_format_find(s->format) &&
         (size_t)s->stride >= row_bytes(s);
}

static bool is_whole(double v) { return v == floor(v); }

bool wr_source_is_shifted(const struct wr_draw *d) {
  return d->transform == 0 && is_whole(d->sx) && is_whole(d->sy) && d->sw == d->to.w &&
         d->sh == d->to.h;
}

bool wr_source_is_plain_copy(const struct wr_draw *d) {
  const struct wr_pixel_source *s = d->source;
  return (s->format == 1 || (s->format == 0 && d->opaque)) && d->alpha >= 1 &&
         wr_source_is_shifted(d) && d->sx >= 0 && d->sy >= 0 && d->sx + d->sw <= s->width &&
         d->sy + d->sh <= s->height;
}

static void free_copy(pixman_image_t *image, void *copy) {
  (void)image;
  free(copy);
}

/* pixman wants rows that start at multiples of 4; a client's pool may hold them anywhere. */
static pixman_image_t *aligned_copy(const struct wr_pixel_source *s, pixman_format_code_t format,
                                    const uint8_t *pixels) {
  const size_t row = row_bytes(s), stride = (row + 3) & ~(size_t)3;
  uint8_t *copy = malloc(stride * (size_t)s->height);
  if (!copy)
    return NULL;
  for (int32_t y = 0; y < s->height; y++)
    memcpy(copy + (size_t)y * stride, pixels + (size_t)y * (size_t)s->stride, row);
  pixman_image_t *image = pixman_image_create_bits_no_clear(format, s->width, s->height,
                                                            (uint32_t *)(void *)copy, (int)stride);
  if (!image) {
    free(copy);
    return NULL;
  }
  pixman_image_set_destroy_function(image, free_copy, copy);
  return image;
}

/* Where a point of the surface lies in the buffer. The client turned its content counter-clockwise
 * (after a flip around the vertical axis for 4..7); w, h are the surface's size in pixels. */
static void surface_to_buffer(int transform, double w, double h, struct pixman_f_transform *m) {
  const double rows[8][2][3] = {
      {{1, 0, 0}, {0, 1, 0}},  {{0, 1, 0}, {-1, 0, w}},  {{-1, 0, w}, {0, -1, h}},
      {{0, -1, h}, {1, 0, 0}}, {{-1, 0, w}, {0, 1, 0}},  {{0, 1, 0}, {1, 0, 0}},
      {{1, 0, 0}, {0, -1, h}}, {{0, -1, h}, {-1, 0, w}},
  };
  pixman_f_transform_init_identity(m);
  memcpy(m->m[0], rows[transform][0], sizeof m->m[0]);
  memcpy(m->m[1], rows[transform][1], sizeof m->m[1]);
}

static void set_transform(pixman_image_t *image, const struct wr_draw *d) {
  const struct wr_pixel_source *s = d->source;
  const bool turned = d->transform & 1;
  struct pixman_f_transform crop, turn, both;
  pixman_f_transform_init_identity(&crop);
  crop.m[0][0] = d->sw / d->to.w;
  crop.m[0][2] = d->sx;
  crop.m[1][1] = d->sh / d->to.h;
  crop.m[1][2] = d->sy;
  surface_to_buffer(d->transform, turned ? s->height : s->width, turned ? s->width : s->height,
                    &turn);
  pixman_f_transform_multiply(&both, &turn, &crop);
  pixman_transform_t fixed;
  if (pixman_transform_from_pixman_f_transform(&fixed, &both))
    pixman_image_set_transform(image, &fixed);
}

pixman_image_t *wr_source_image_create(const struct wr_draw *d, const void *pixels) {
  struct wr_pixel_source *s = d->source;
  const struct wr_format *known = wr_format_find(s->format);
  const pixman_format_code_t format = d->opaque ? known->opaque : known->pixman;
  pixman_image_t *image = s->stride % 4 || (uintptr_t)pixels % 4
                              ? aligned_copy(s, format, pixels)
                              : pixman_image_create_bits_no_clear(format, s->width, s->height,
                                                                  (uint32_t *)pixels, s->stride);
  if (!image)
    return NULL;
  if (wr_source_is_shifted(d))
    return image;
  set_transform(image, d);
  const bool scaled = d->sw != d->to.w || d->sh != d->to.h || !is_whole(d->sx) || !is_whole(d->sy);
  pixman_image_set_filter(
      image, scaled && d->bilinear ? PIXMAN_FILTER_BILINEAR : PIXMAN_FILTER_NEAREST, NULL, 0);
  /* Bilinear samples half a pixel beyond the edge: repeat it, else edges turn translucent. An
   * unscaled source needs none and keeps pixman's fast paths. */
  pixman_image_set_repeat(image, scaled ? PIXMAN_REPEAT_PAD : PIXMAN_REPEAT_NONE);
  return image;
}
