#include "hotplug.h"

#include <errno.h>
#include <libudev.h>
#include <stdlib.h>
#include <unistd.h>

#define TAKEN_AT_ONCE 64

struct wr_drm_hotplug {
  struct udev *udev;
  struct udev_monitor *monitor;
};

struct wr_drm_hotplug *wr_drm_hotplug_open(void) {
  /* Where no udevd runs, what the kernel says is all there is. */
  const char *source = access("/run/udev/control", F_OK) == 0 ? "udev" : "kernel";
  struct wr_drm_hotplug *hotplug = calloc(1, sizeof *hotplug);
  if (!hotplug)
    return NULL;
  hotplug->udev = udev_new();
  if (hotplug->udev)
    hotplug->monitor = udev_monitor_new_from_netlink(hotplug->udev, source);
  if (hotplug->monitor &&
      udev_monitor_filter_add_match_subsystem_devtype(hotplug->monitor, "drm", NULL) >= 0 &&
      udev_monitor_enable_receiving(hotplug->monitor) >= 0)
    return hotplug;
  int number = errno ? errno : EIO;
  wr_drm_hotplug_close(hotplug);
  errno = number;
  return NULL;
}

int wr_drm_hotplug_fd(const struct wr_drm_hotplug *hotplug) {
  return udev_monitor_get_fd(hotplug->monitor);
}

bool wr_drm_hotplug_take(struct wr_drm_hotplug *hotplug) {
  bool changed = false;
  for (int i = 0; i < TAKEN_AT_ONCE; i++) {
    errno = 0;
    struct udev_device *device = udev_monitor_receive_device(hotplug->monitor);
    /* The kernel dropped what found no room: nobody knows what it was, and more may wait behind. */
    if (!device && errno != ENOBUFS)
      break;
    changed = true;
    if (device)
      udev_device_unref(device);
  }
  return changed;
}

void wr_drm_hotplug_close(struct wr_drm_hotplug *hotplug) {
  if (hotplug->monitor)
    udev_monitor_unref(hotplug->monitor);
  if (hotplug->udev)
    udev_unref(hotplug->udev);
  free(hotplug);
}
