#include "core.h"

#include <errno.h>
#include <string.h>

#define BYTES_PER_PIXEL 4
#define SIZE_MAX_BYTES ((uint64_t)1 << 31)

static bool create(struct wr_drm_device *device, uint32_t width, uint32_t height,
                   struct wr_drm_buffer *buffer) {
  struct drm_mode_create_dumb reply = {
      .width = width, .height = height, .bpp = 8 * BYTES_PER_PIXEL};
  if (!WR_DRM_CALL(device, DRM_IOCTL_MODE_CREATE_DUMB, &reply))
    return false;
  *buffer = (struct wr_drm_buffer){.handle = reply.handle,
                                   .width = width,
                                   .height = height,
                                   .stride = reply.pitch,
                                   .size = (size_t)reply.size};
  if (reply.pitch < (uint64_t)width * BYTES_PER_PIXEL || reply.size > SIZE_MAX_BYTES ||
      reply.size < (uint64_t)reply.pitch * height || reply.pitch % BYTES_PER_PIXEL != 0)
    return wr_drm_fail(device, "DRM_IOCTL_MODE_CREATE_DUMB", EOVERFLOW);
  return true;
}

static bool map(struct wr_drm_device *device, struct wr_drm_buffer *buffer) {
  struct drm_mode_map_dumb reply = {.handle = buffer->handle};
  if (!WR_DRM_CALL(device, DRM_IOCTL_MODE_MAP_DUMB, &reply))
    return false;
  buffer->pixels = device->sys->map(device->fd, reply.offset, buffer->size);
  if (!buffer->pixels)
    return wr_drm_fail(device, "mmap", errno);
  memset(buffer->pixels, 0, buffer->size);
  return true;
}

static bool add_framebuffer(struct wr_drm_device *device, struct wr_drm_buffer *buffer,
                            uint32_t fourcc) {
  struct drm_mode_fb_cmd2 reply = {.width = buffer->width,
                                   .height = buffer->height,
                                   .pixel_format = fourcc,
                                   .handles = {buffer->handle},
                                   .pitches = {buffer->stride}};
  if (!WR_DRM_CALL(device, DRM_IOCTL_MODE_ADDFB2, &reply))
    return false;
  buffer->framebuffer = reply.fb_id;
  return true;
}

bool wr_drm_buffer_open(struct wr_drm_device *device, uint32_t width, uint32_t height,
                        uint32_t fourcc, struct wr_drm_buffer *buffer) {
  memset(buffer, 0, sizeof *buffer);
  if (width < 1 || width > WR_DRM_SIDE_MAX || height < 1 || height > WR_DRM_SIDE_MAX)
    return wr_drm_fail(device, "DRM_IOCTL_MODE_CREATE_DUMB", EINVAL);
  if (create(device, width, height, buffer) && map(device, buffer) &&
      (fourcc == 0 || add_framebuffer(device, buffer, fourcc)))
    return true;
  struct wr_drm_failure why = device->failure;
  wr_drm_buffer_close(device, buffer);
  device->failure = why;
  return false;
}

void wr_drm_buffer_close(struct wr_drm_device *device, struct wr_drm_buffer *buffer) {
  uint32_t framebuffer = buffer->framebuffer;
  struct drm_mode_destroy_dumb destroy = {.handle = buffer->handle};
  if (framebuffer)
    WR_DRM_CALL(device, DRM_IOCTL_MODE_RMFB, &framebuffer);
  if (buffer->pixels)
    device->sys->unmap(buffer->pixels, buffer->size);
  if (buffer->handle)
    WR_DRM_CALL(device, DRM_IOCTL_MODE_DESTROY_DUMB, &destroy);
  memset(buffer, 0, sizeof *buffer);
}

static bool clip(uint32_t width, uint32_t height, const int32_t *rect,
                 struct drm_mode_rect *clipped) {
  int64_t left = rect[0], top = rect[1];
  int64_t right = left + rect[2], bottom = top + rect[3];
  left = left < 0 ? 0 : left;
  top = top < 0 ? 0 : top;
  right = right > width ? width : right;
  bottom = bottom > height ? height : bottom;
  if (left >= right || top >= bottom)
    return false;
  *clipped = (struct drm_mode_rect){(int32_t)left, (int32_t)top, (int32_t)right, (int32_t)bottom};
  return true;
}

static void include(struct drm_mode_rect *around, const struct drm_mode_rect *rect) {
  around->x1 = rect->x1 < around->x1 ? rect->x1 : around->x1;
  around->y1 = rect->y1 < around->y1 ? rect->y1 : around->y1;
  around->x2 = rect->x2 > around->x2 ? rect->x2 : around->x2;
  around->y2 = rect->y2 > around->y2 ? rect->y2 : around->y2;
}

size_t wr_drm_clip_damage(uint32_t width, uint32_t height, const int32_t *rects, size_t count,
                          struct drm_mode_rect clipped[WR_DRM_RECTS_MAX]) {
  struct drm_mode_rect rect, around = {INT32_MAX, INT32_MAX, 0, 0};
  size_t kept = 0;
  for (size_t i = 0; i < count; i++) {
    if (!clip(width, height, rects + 4 * i, &rect))
      continue;
    include(&around, &rect);
    if (kept < WR_DRM_RECTS_MAX)
      clipped[kept] = rect;
    kept++;
  }
  if (kept <= WR_DRM_RECTS_MAX)
    return kept;
  clipped[0] = around;
  return 1;
}

void wr_drm_buffer_draw(struct wr_drm_buffer *buffer, const uint8_t *picture, uint32_t width,
                        uint32_t height, const int32_t *rects, size_t count) {
  uint32_t shown_width = width < buffer->width ? width : buffer->width;
  uint32_t shown_height = height < buffer->height ? height : buffer->height;
  size_t stride = (size_t)width * BYTES_PER_PIXEL;
  for (size_t i = 0; i < count; i++) {
    struct drm_mode_rect rect;
    if (!clip(shown_width, shown_height, rects + 4 * i, &rect))
      continue;
    size_t offset = (size_t)rect.x1 * BYTES_PER_PIXEL;
    size_t length = (size_t)(rect.x2 - rect.x1) * BYTES_PER_PIXEL;
    for (int32_t y = rect.y1; y < rect.y2; y++)
      memcpy(buffer->pixels + (size_t)y * buffer->stride + offset,
             picture + (size_t)y * stride + offset, length);
  }
}

static uint32_t over_pixel(uint32_t below, uint32_t over) {
  uint32_t rest = 255 - (over >> 24), blended = 0;
  for (int shift = 0; shift < 24; shift += 8) {
    uint32_t sum = (over >> shift & 255) + ((below >> shift & 255) * rest + 127) / 255;
    blended |= (sum > 255 ? 255 : sum) << shift;
  }
  return blended;
}

static uint32_t pixel_at(const struct wr_drm_picture *picture, int64_t x, int64_t y) {
  uint32_t pixel = 0;
  if (x < picture->width && y < picture->height)
    memcpy(&pixel, picture->pixels + ((size_t)y * picture->width + (size_t)x) * BYTES_PER_PIXEL,
           sizeof pixel);
  return pixel;
}

void wr_drm_buffer_blend(struct wr_drm_buffer *buffer, const struct wr_drm_picture *below,
                         const struct wr_drm_picture *over, int32_t x, int32_t y) {
  if (over->width > WR_DRM_SIDE_MAX || over->height > WR_DRM_SIDE_MAX)
    return;
  struct drm_mode_rect rect;
  int32_t where[4] = {x, y, (int32_t)over->width, (int32_t)over->height};
  if (!clip(buffer->width, buffer->height, where, &rect))
    return;
  for (int32_t row = rect.y1; row < rect.y2; row++)
    for (int32_t column = rect.x1; column < rect.x2; column++) {
      uint32_t pixel = over_pixel(pixel_at(below, column, row),
                                  pixel_at(over, (int64_t)column - x, (int64_t)row - y));
      memcpy(buffer->pixels + (size_t)row * buffer->stride + (size_t)column * BYTES_PER_PIXEL,
             &pixel, sizeof pixel);
    }
}
