#include "core.h"

#include <errno.h>
#include <string.h>

#define READ_BYTES 1024

void wr_drm_parse_events(const uint8_t *bytes, size_t length, wr_drm_flipped flipped, void *user) {
  struct drm_event head;
  struct drm_event_vblank event;
  while (length >= sizeof head) {
    memcpy(&head, bytes, sizeof head);
    if (head.length < sizeof head || head.length > length)
      return;
    if (head.type == DRM_EVENT_FLIP_COMPLETE && head.length >= sizeof event) {
      memcpy(&event, bytes, sizeof event);
      /* The CRTC was given along with the flip: old kernels do not name it themselves. */
      flipped(user, (uint32_t)event.user_data, event.sequence,
              (uint64_t)event.tv_sec * 1000000u + event.tv_usec);
    }
    bytes += head.length;
    length -= head.length;
  }
}

bool wr_drm_read_events(struct wr_drm_device *device, wr_drm_flipped flipped, void *user) {
  uint8_t bytes[READ_BYTES];
  ptrdiff_t length = device->sys->read(device->fd, bytes, sizeof bytes);
  if (length > 0) {
    wr_drm_parse_events(bytes, (size_t)length, flipped, user);
    return true;
  }
  if (length < 0 && (errno == EAGAIN || errno == EINTR))
    return true;
  return wr_drm_fail(device, "read", length < 0 ? errno : ENODEV);
}
