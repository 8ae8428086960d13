#include "composite.h"
#include "paint.h"
#include "source-image.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool is_opaque(const struct wr_draw *d) {
  if (d->alpha < 1)
    return false;
  if (d->kind == WR_DRAW_SOLID)
    return d->colour >= WR_PIXEL_OPAQUE;
  const struct wr_format *format = wr_format_find(d->source->format);
  return d->opaque || format->pixman == format->opaque;
}

static bool has_pixels(const struct wr_draw *d) {
  if (d->kind == WR_DRAW_SOLID)
    return true;
  if (!wr_source_is_sane(d->source) || !d->source->begin(d->source))
    return false;
  d->source->end(d->source);
  return true;
}

/* Whether an image covers its whole rectangle: without padding, what lies outside stays. */
static bool covers(const struct wr_draw *d) {
  if (d->kind == WR_DRAW_SOLID)
    return true;
  const bool turned = d->transform & 1;
  const int32_t w = turned ? d->source->height : d->source->width;
  const int32_t h = turned ? d->source->width : d->source->height;
  return d->sx >= 0 && d->sy >= 0 && d->sx + d->sw <= w && d->sy + d->sh <= h;
}

static void paint_box(struct wr_picture *target, const struct wr_draw *d, const uint8_t *pixels,
                      const pixman_box32_t *box) {
  const size_t stride = (size_t)d->source->stride;
  const uint8_t *from = pixels + (size_t)(box->y1 - d->to.y + (int32_t)d->sy) * stride +
                        (size_t)(box->x1 - d->to.x + (int32_t)d->sx) * 4;
  for (int32_t y = box->y1; y < box->y2; y++, from += stride)
    memcpy(wr_picture_at(target, box->x1, y), from, (size_t)(box->x2 - box->x1) * 4);
}

static bool paint_copy(struct wr_picture *target, const struct wr_draw *d,
                       pixman_region32_t *visible) {
  const uint8_t *pixels = d->source->begin(d->source);
  if (!pixels)
    return true;
  int count;
  const pixman_box32_t *boxes = pixman_region32_rectangles(visible, &count);
  for (int i = 0; i < count; i++)
    paint_box(target, d, pixels, &boxes[i]);
  d->source->end(d->source);
  return true;
}

static pixman_color_t pixman_colour(uint32_t argb, double alpha) {
  const double scale = alpha * 257;
  return (pixman_color_t){
      .red = (uint16_t)lround((argb >> 16 & 255) * scale),
      .green = (uint16_t)lround((argb >> 8 & 255) * scale),
      .blue = (uint16_t)lround((argb & 255) * scale),
      .alpha = (uint16_t)lround((argb >> 24) * scale),
  };
}

struct offset {
  int32_t x, y;
};

static bool composite_image(struct wr_picture *target, const struct wr_draw *d,
                            pixman_image_t *image, pixman_image_t *mask, struct offset from,
                            pixman_region32_t *visible) {
  pixman_image_t *to = pixman_image_create_bits_no_clear(
      PIXMAN_x8r8g8b8, target->width, target->height, target->pixels, target->width * 4);
  const bool fine = to && pixman_image_set_clip_region32(to, visible);
  if (fine) {
    const pixman_box32_t *e = pixman_region32_extents(visible);
    pixman_image_composite32(is_opaque(d) && covers(d) ? PIXMAN_OP_SRC : PIXMAN_OP_OVER, image,
                             mask, to, e->x1 - d->to.x + from.x, e->y1 - d->to.y + from.y, 0, 0,
                             e->x1, e->y1, e->x2 - e->x1, e->y2 - e->y1);
  }
  if (to)
    pixman_image_unref(to);
  return fine;
}

static bool paint_image(struct wr_picture *target, const struct wr_draw *d,
                        pixman_region32_t *visible) {
  const void *pixels = d->source->begin(d->source);
  if (!pixels)
    return true;
  const pixman_color_t fade = pixman_colour(0xff000000u, d->alpha);
  pixman_image_t *mask = d->alpha < 1 ? pixman_image_create_solid_fill(&fade) : NULL;
  pixman_image_t *image = wr_source_image_create(d, pixels);
  struct offset from = {0, 0};
  if (wr_source_is_shifted(d))
    from = (struct offset){(int32_t)d->sx, (int32_t)d->sy};
  const bool fine =
      image && (mask || d->alpha >= 1) && composite_image(target, d, image, mask, from, visible);
  if (image)
    pixman_image_unref(image);
  if (mask)
    pixman_image_unref(mask);
  d->source->end(d->source);
  return fine;
}

static bool paint_solid(struct wr_picture *target, const struct wr_draw *d,
                        pixman_region32_t *visible) {
  if (!is_opaque(d)) {
    const pixman_color_t colour = pixman_colour(d->colour, d->alpha);
    pixman_image_t *image = pixman_image_create_solid_fill(&colour);
    const bool fine =
        image && composite_image(target, d, image, NULL, (struct offset){0, 0}, visible);
    if (image)
      pixman_image_unref(image);
    return fine;
  }
  int count;
  const pixman_box32_t *b = pixman_region32_rectangles(visible, &count);
  for (int i = 0; i < count; i++, b++) {
    const struct wr_rect r = {b->x1, b->y1, b->x2 - b->x1, b->y2 - b->y1};
    wr_paint_solid(target, &r, d->colour & WR_PIXEL_RGB);
  }
  return true;
}

static bool paint(struct wr_picture *target, const struct wr_draw *d, pixman_region32_t *visible) {
  if (!pixman_region32_not_empty(visible))
    return true;
  if (d->kind == WR_DRAW_SOLID)
    return paint_solid(target, d, visible);
  if (wr_source_is_plain_copy(d))
    return paint_copy(target, d, visible);
  return paint_image(target, d, visible);
}

/* Top to bottom: each item sees what the opaque ones above leave of the damage. */
static bool find_visible(const struct wr_draw *items, size_t count, pixman_region32_t *rest,
                         pixman_region32_t *visible) {
  bool fine = true;
  for (size_t i = count; fine && i-- > 0;) {
    const struct wr_draw *d = &items[i];
    if (d->to.w <= 0 || d->to.h <= 0 || d->alpha <= 0 ||
        !(d->kind == WR_DRAW_SOLID || (d->sw > 0 && d->sh > 0)))
      continue;
    fine = pixman_region32_intersect_rect(&visible[i], rest, d->to.x, d->to.y, (unsigned)d->to.w,
                                          (unsigned)d->to.h);
    if (!fine || !pixman_region32_not_empty(&visible[i]))
      continue;
    if (!has_pixels(d))
      pixman_region32_clear(&visible[i]);
    else if (is_opaque(d) && covers(d))
      fine = pixman_region32_subtract(rest, rest, &visible[i]);
  }
  return fine;
}

static bool damage_region(pixman_region32_t *region, const struct wr_picture *target,
                          const struct wr_rect *damage, size_t count) {
  pixman_box32_t *boxes = malloc((count + 1) * sizeof *boxes);
  if (!boxes)
    return false;
  int used = 0;
  for (size_t i = 0; i < count; i++) {
    struct wr_rect r = damage[i];
    if (wr_rect_clip(&r, target->width, target->height))
      boxes[used++] = (pixman_box32_t){r.x, r.y, r.x + r.w, r.y + r.h};
  }
  const bool fine = pixman_region32_init_rects(region, boxes, used);
  free(boxes);
  return fine;
}

bool wr_composite(struct wr_picture *target, const struct wr_draw *items, size_t item_count,
                  const struct wr_rect *damage, size_t damage_count) {
  pixman_region32_t rest;
  pixman_region32_t *visible = malloc((item_count + 1) * sizeof *visible);
  if (!visible || !damage_region(&rest, target, damage, damage_count)) {
    free(visible);
    return false;
  }
  for (size_t i = 0; i < item_count; i++)
    pixman_region32_init(&visible[i]);
  bool fine = find_visible(items, item_count, &rest, visible);
  for (size_t i = 0; fine && i < item_count; i++)
    fine = paint(target, &items[i], &visible[i]);
  for (size_t i = 0; i < item_count; i++)
    pixman_region32_fini(&visible[i]);
  pixman_region32_fini(&rest);
  free(visible);
  return fine;
}
