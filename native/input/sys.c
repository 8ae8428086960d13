#include "seat.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

static int open_device(const char *path, int flags) { return open(path, flags); }

static int control(int fd, unsigned long request, void *argument) {
  return ioctl(fd, request, argument);
}

const struct wr_input_sys wr_input_kernel = {
    .open = open_device,
    .close = close,
    .ioctl = control,
};
