/* Preloaded beside umockdev for what it leaves out: it gives devices udevd's properties, but not
 * the note in /run/udev that udevd has seen them, and descriptors of its device nodes tell the
 * number of the terminal behind them, not of the node. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/sysmacros.h>
#include <sys/types.h>
#include <unistd.h>

#define TERMINALS 136

struct udev;
struct udev_device;
typedef struct udev_device *(*from_number)(struct udev *udev, char type, dev_t number);

int udev_device_get_is_initialized(struct udev_device *device);
struct udev_device *udev_device_new_from_devnum(struct udev *udev, char type, dev_t number);

int udev_device_get_is_initialized(struct udev_device *device) {
  (void)device;
  return 1;
}

/* umockdev keeps it for itself, as a link from the terminal to MAJOR:MINOR. */
static dev_t node_behind(dev_t number) {
  char path[PATH_MAX], node[32];
  const char *root = getenv("UMOCKDEV_DIR");
  unsigned high, low;
  if (major(number) != TERMINALS || !root)
    return number;
  snprintf(path, sizeof path, "%s/dev/.ptymap/_dev_pts_%u", root, minor(number));
  ssize_t length = readlink(path, node, sizeof node - 1);
  if (length <= 0)
    return number;
  node[length] = 0;
  return sscanf(node, "%u:%u", &high, &low) == 2 ? makedev(high, low) : number;
}

struct udev_device *udev_device_new_from_devnum(struct udev *udev, char type, dev_t number) {
  from_number next;
  *(void **)&next = dlsym(RTLD_NEXT, "udev_device_new_from_devnum");
  return next ? next(udev, type, node_behind(number)) : NULL;
}
