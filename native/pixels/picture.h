/* The picture that every part of this folder works on. */
#ifndef WR_PICTURE_H
#define WR_PICTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WR_PICTURE_MAX_SIDE 16384
#define WR_PIXEL_RGB 0x00ffffffu
#define WR_PIXEL_OPAQUE 0xff000000u

/* XRGB8888 little-endian, rows without padding; the X byte means nothing. */
struct wr_picture {
  uint32_t *pixels;
  int32_t width, height;
};

struct wr_rect {
  int32_t x, y, w, h;
};

/* Clips r to the picture; false when nothing is left. Safe for any four numbers. */
static inline bool wr_rect_clip(struct wr_rect *r, int32_t width, int32_t height) {
  int64_t x0 = r->x < 0 ? 0 : r->x, y0 = r->y < 0 ? 0 : r->y;
  int64_t x1 = (int64_t)r->x + r->w, y1 = (int64_t)r->y + r->h;
  if (x1 > width)
    x1 = width;
  if (y1 > height)
    y1 = height;
  if (r->w <= 0 || r->h <= 0 || x1 <= x0 || y1 <= y0)
    return false;
  *r = (struct wr_rect){(int32_t)x0, (int32_t)y0, (int32_t)(x1 - x0), (int32_t)(y1 - y0)};
  return true;
}

static inline int64_t wr_rect_area(const struct wr_rect *r) { return (int64_t)r->w * r->h; }

static inline bool wr_rect_meets(const struct wr_rect *a, const struct wr_rect *b) {
  return a->x < b->x + b->w && b->x < a->x + a->w && a->y < b->y + b->h && b->y < a->y + a->h;
}

static inline bool wr_rect_same(const struct wr_rect *a, const struct wr_rect *b) {
  return a->x == b->x && a->y == b->y && a->w == b->w && a->h == b->h;
}

static inline size_t wr_picture_bytes(const struct wr_picture *p) {
  return (size_t)p->width * (size_t)p->height * sizeof *p->pixels;
}

static inline uint32_t *wr_picture_at(const struct wr_picture *p, int32_t x, int32_t y) {
  return p->pixels + (size_t)y * (size_t)p->width + (size_t)x;
}

#endif
