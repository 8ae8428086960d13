/* The cursor goes through the ioctls made for it, also on atomic drivers: they move its plane at
 * once, where an atomic change would wait for the page flip under way, and virtual machines learn
 * the hotspot from them. */
#include "core.h"

#include <errno.h>
#include <string.h>

static bool send(struct wr_drm_output *output, struct drm_mode_cursor2 cursor) {
  struct wr_drm_device *device = output->device;
  cursor.crtc_id = output->crtc;
  if (WR_DRM_CALL(device, DRM_IOCTL_MODE_CURSOR2, &cursor))
    return true;
  if (device->failure.number != ENOTTY && device->failure.number != EINVAL)
    return false;
  struct drm_mode_cursor old = {.flags = cursor.flags,
                                .crtc_id = cursor.crtc_id,
                                .x = cursor.x,
                                .y = cursor.y,
                                .width = cursor.width,
                                .height = cursor.height,
                                .handle = cursor.handle};
  return WR_DRM_CALL(device, DRM_IOCTL_MODE_CURSOR, &old);
}

bool wr_drm_output_set_cursor(struct wr_drm_output *output, uint32_t width, uint32_t height,
                              int32_t hotspot_x, int32_t hotspot_y, const uint8_t *argb) {
  struct wr_drm_device *device = output->device;
  struct wr_drm_buffer *buffer = &output->cursor;
  if (width > device->cursor_width || height > device->cursor_height)
    return wr_drm_fail(device, "DRM_IOCTL_MODE_CURSOR2", E2BIG);
  if (!buffer->handle &&
      !wr_drm_buffer_open(device, device->cursor_width, device->cursor_height, 0, buffer))
    return false;
  memset(buffer->pixels, 0, buffer->size);
  for (uint32_t y = 0; y < height; y++)
    memcpy(buffer->pixels + (size_t)y * buffer->stride, argb + (size_t)y * width * 4,
           (size_t)width * 4);
  return send(output, (struct drm_mode_cursor2){.flags = DRM_MODE_CURSOR_BO,
                                                .width = buffer->width,
                                                .height = buffer->height,
                                                .handle = buffer->handle,
                                                .hot_x = hotspot_x,
                                                .hot_y = hotspot_y});
}

bool wr_drm_output_hide_cursor(struct wr_drm_output *output) {
  return send(output, (struct drm_mode_cursor2){.flags = DRM_MODE_CURSOR_BO});
}

bool wr_drm_output_move_cursor(struct wr_drm_output *output, int32_t x, int32_t y) {
  return send(output, (struct drm_mode_cursor2){.flags = DRM_MODE_CURSOR_MOVE, .x = x, .y = y});
}
