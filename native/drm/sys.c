#include "core.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xf86drm.h>

static int open_device(const char *path) { return open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK); }

static void *map(int fd, uint64_t offset, size_t length) {
  void *memory = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED, fd, (off_t)offset);
  return memory == MAP_FAILED ? NULL : memory;
}

static ptrdiff_t read_bytes(int fd, void *bytes, size_t length) { return read(fd, bytes, length); }

const struct wr_drm_sys wr_drm_kernel = {
    .open = open_device,
    .close = close,
    /* Tries again when a signal comes between. */
    .ioctl = drmIoctl,
    .map = map,
    .unmap = munmap,
    .read = read_bytes,
};
