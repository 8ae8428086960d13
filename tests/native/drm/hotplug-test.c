/* What becomes of the answers of libudev, which are played here. */
#include "hotplug.h"

#include <assert.h>
#include <errno.h>
#include <libudev.h>
#include <stdio.h>
#include <stdlib.h>

struct udev {
  int refs;
};
struct udev_monitor {
  int refs;
};
struct udev_device {
  int refs;
};

/* An errno for each call; 0: a device. After the last one EAGAIN. */
static const int *played;
static int left;
static int taken;

static void play(const int *answers, int count) {
  played = answers;
  left = count;
  taken = 0;
}

struct udev *udev_new(void) {
  return calloc(1, sizeof(struct udev));
}
struct udev *udev_unref(struct udev *udev) {
  free(udev);
  return NULL;
}
struct udev_monitor *udev_monitor_new_from_netlink(struct udev *udev, const char *name) {
  return udev && name ? calloc(1, sizeof(struct udev_monitor)) : NULL;
}
struct udev_monitor *udev_monitor_unref(struct udev_monitor *monitor) {
  free(monitor);
  return NULL;
}
int udev_monitor_filter_add_match_subsystem_devtype(struct udev_monitor *monitor,
                                                    const char *subsystem, const char *devtype) {
  return monitor && subsystem && !devtype ? 0 : -EINVAL;
}
int udev_monitor_enable_receiving(struct udev_monitor *monitor) { return monitor ? 0 : -EINVAL; }
int udev_monitor_get_fd(struct udev_monitor *monitor) { return monitor ? 3 : -1; }
struct udev_device *udev_device_unref(struct udev_device *device) {
  free(device);
  return NULL;
}
struct udev_device *udev_monitor_receive_device(struct udev_monitor *monitor) {
  assert(monitor);
  taken++;
  int number = left > 0 ? *played : EAGAIN;
  if (left > 0) {
    played++;
    left--;
  }
  if (number == 0)
    return calloc(1, sizeof(struct udev_device));
  errno = number;
  return NULL;
}

int main(void) {
  struct wr_drm_hotplug *hotplug = wr_drm_hotplug_open();
  assert(hotplug);

  play(NULL, 0);
  /* Of an error before, nothing is left. */
  errno = ENOBUFS;
  assert(!wr_drm_hotplug_take(hotplug));
  assert(taken == 1);

  play((const int[]){0, 0}, 2);
  assert(wr_drm_hotplug_take(hotplug));
  assert(taken == 3);

  play((const int[]){ENOBUFS}, 1);
  assert(wr_drm_hotplug_take(hotplug));
  play((const int[]){ENOBUFS, 0}, 2);
  assert(wr_drm_hotplug_take(hotplug));
  assert(left == 0);

  int full[200];
  for (int i = 0; i < 200; i++)
    full[i] = ENOBUFS;
  play(full, 200);
  assert(wr_drm_hotplug_take(hotplug));
  assert(taken < 200);

  wr_drm_hotplug_close(hotplug);
  puts("ok");
  return 0;
}
