#include "seat.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

static int open_device(const char *path, int flags) { return open(path, flags); }

static int control(int fd, unsigned long request, void *argument) {
  return ioctl(fd, request, argument);
}

static bool hung_up(int fd) {
  struct pollfd end = {.fd = fd, .events = POLLIN};
  return poll(&end, 1, 0) > 0 && (end.revents & (POLLHUP | POLLERR | POLLNVAL));
}

const struct wr_input_sys wr_input_kernel = {
    .open = open_device,
    .close = close,
    .ioctl = control,
    .hung_up = hung_up,
};
