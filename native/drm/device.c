#include "core.h"

#include <errno.h>
#include <string.h>

#define CURSOR_DEFAULT 64
#define CURSOR_MAX 512

bool wr_drm_fail(struct wr_drm_device *device, const char *call, int number) {
  device->failure = (struct wr_drm_failure){call, number};
  return false;
}

bool wr_drm_call(struct wr_drm_device *device, unsigned long request, const char *name,
                 void *argument) {
  if (device->sys->ioctl(device->fd, request, argument) == 0)
    return true;
  return wr_drm_fail(device, name, errno);
}

static bool read_driver(struct wr_drm_device *device) {
  struct drm_version version = {.name = device->driver, .name_len = sizeof device->driver - 1};
  if (!WR_DRM_CALL(device, DRM_IOCTL_VERSION, &version))
    return false;
  /* The kernel gives the name's whole length, however much of it there was room for. */
  size_t length = version.name_len;
  device->driver[length < sizeof device->driver ? length : sizeof device->driver - 1] = 0;
  return true;
}

static uint32_t capability(struct wr_drm_device *device, uint64_t which, uint32_t otherwise,
                           uint32_t max) {
  struct drm_get_cap cap = {.capability = which};
  if (device->sys->ioctl(device->fd, DRM_IOCTL_GET_CAP, &cap) != 0)
    return otherwise;
  return cap.value >= 1 && cap.value <= max ? (uint32_t)cap.value : otherwise;
}

static bool set_client(struct wr_drm_device *device, uint64_t which) {
  struct drm_set_client_cap cap = {.capability = which, .value = 1};
  return device->sys->ioctl(device->fd, DRM_IOCTL_SET_CLIENT_CAP, &cap) == 0;
}

static bool prepare(struct wr_drm_device *device, bool legacy) {
  if (!read_driver(device))
    return false;
  if (!capability(device, DRM_CAP_DUMB_BUFFER, 0, UINT32_MAX))
    return wr_drm_fail(device, "DRM_CAP_DUMB_BUFFER", EOPNOTSUPP);
  set_client(device, DRM_CLIENT_CAP_UNIVERSAL_PLANES);
  device->atomic = !legacy && set_client(device, DRM_CLIENT_CAP_ATOMIC);
  device->cursor_width = capability(device, DRM_CAP_CURSOR_WIDTH, CURSOR_DEFAULT, CURSOR_MAX);
  device->cursor_height = capability(device, DRM_CAP_CURSOR_HEIGHT, CURSOR_DEFAULT, CURSOR_MAX);
  return true;
}

bool wr_drm_device_open(struct wr_drm_device *device, const struct wr_drm_sys *sys,
                        const char *path, bool legacy) {
  memset(device, 0, sizeof *device);
  device->sys = sys;
  device->fd = sys->open(path);
  if (device->fd < 0)
    return wr_drm_fail(device, "open", errno);
  if (prepare(device, legacy))
    return true;
  wr_drm_device_close(device);
  return false;
}

bool wr_drm_device_borrow(struct wr_drm_device *device, const struct wr_drm_sys *sys, int fd,
                          bool legacy) {
  memset(device, 0, sizeof *device);
  device->sys = sys;
  device->fd = fd;
  device->borrowed = true;
  if (prepare(device, legacy))
    return true;
  wr_drm_device_close(device);
  return false;
}

void wr_drm_device_close(struct wr_drm_device *device) {
  if (device->fd >= 0 && !device->borrowed)
    device->sys->close(device->fd);
  device->fd = -1;
}

bool wr_drm_device_take_master(struct wr_drm_device *device) {
  return WR_DRM_CALL(device, DRM_IOCTL_SET_MASTER, NULL);
}

bool wr_drm_device_drop_master(struct wr_drm_device *device) {
  return WR_DRM_CALL(device, DRM_IOCTL_DROP_MASTER, NULL);
}

bool wr_drm_device_is_master(struct wr_drm_device *device) {
  /* No magic is 0; only a master is told so. */
  struct drm_auth auth = {.magic = 0};
  return device->sys->ioctl(device->fd, DRM_IOCTL_AUTH_MAGIC, &auth) == 0 || errno != EACCES;
}
