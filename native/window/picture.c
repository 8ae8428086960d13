#include "picture.h"

#include <stdlib.h>
#include <string.h>

/* Freed memory keeps what a session showed. */
static void wipe_and_free(struct wr_window_picture *picture) {
  if (picture->pixels)
    explicit_bzero(picture->pixels, (size_t)picture->width * (size_t)picture->height * 4);
  free(picture->pixels);
}

static bool set_size(struct wr_window_picture *picture, int32_t width, int32_t height) {
  if (picture->pixels && picture->width == width && picture->height == height)
    return true;
  uint32_t *pixels = calloc((size_t)width * (size_t)height, sizeof *pixels);
  if (!pixels)
    return false;
  wipe_and_free(picture);
  picture->pixels = pixels;
  picture->width = width;
  picture->height = height;
  picture->resized = true;
  picture->damage_count = 0;
  return true;
}

static int32_t clamp(int64_t value, int32_t limit) {
  return value < 0 ? 0 : value > limit ? limit : (int32_t)value;
}

static struct wr_window_rect clip(const struct wr_window_picture *picture, const int32_t *rect) {
  int32_t left = clamp(rect[0], picture->width), top = clamp(rect[1], picture->height);
  int32_t right = clamp((int64_t)rect[0] + rect[2], picture->width);
  int32_t bottom = clamp((int64_t)rect[1] + rect[3], picture->height);
  return (struct wr_window_rect){left, top, right - left, bottom - top};
}

static void copy(struct wr_window_picture *picture, const uint8_t *bytes, struct wr_window_rect r) {
  size_t stride = (size_t)picture->width * 4, length = (size_t)r.width * 4;
  size_t offset = (size_t)r.y * stride + (size_t)r.x * 4;
  for (int32_t row = 0; row < r.height; row++, offset += stride)
    memcpy((uint8_t *)picture->pixels + offset, bytes + offset, length);
}

static void extend(struct wr_window_rect *box, struct wr_window_rect r) {
  int32_t right = box->x + box->width > r.x + r.width ? box->x + box->width : r.x + r.width;
  int32_t bottom = box->y + box->height > r.y + r.height ? box->y + box->height : r.y + r.height;
  box->x = box->x < r.x ? box->x : r.x;
  box->y = box->y < r.y ? box->y : r.y;
  box->width = right - box->x;
  box->height = bottom - box->y;
}

static void add_damage(struct wr_window_picture *picture, struct wr_window_rect r) {
  if (picture->damage_count < WR_WINDOW_DAMAGE_MAX)
    picture->damage[picture->damage_count++] = r;
  else
    extend(&picture->damage[WR_WINDOW_DAMAGE_MAX - 1], r);
}

bool wr_window_picture_update(struct wr_window_picture *picture, const uint8_t *bytes,
                              int32_t width, int32_t height, const int32_t *rects,
                              size_t rect_count) {
  if (!set_size(picture, width, height))
    return false;
  for (size_t i = 0; i < rect_count; i++) {
    struct wr_window_rect r = clip(picture, rects + i * 4);
    if (r.width <= 0 || r.height <= 0)
      continue;
    copy(picture, bytes, r);
    add_damage(picture, r);
  }
  return true;
}

void wr_window_picture_clear_damage(struct wr_window_picture *picture) {
  picture->resized = false;
  picture->damage_count = 0;
}

void wr_window_picture_free(struct wr_window_picture *picture) {
  wipe_and_free(picture);
  *picture = (struct wr_window_picture){0};
}
