#include "seat.h"

#include <errno.h>
#include <fcntl.h>
#include <libseat.h>
#include <linux/input.h>
#include <string.h>

/* A daemon gives the seat at once or has another program on it. */
#define ENABLE_TRIES 10
#define ENABLE_WAIT_MS 100

static void set_active(struct wr_input_seat *seat, bool active) {
  if (seat->active == active)
    return;
  seat->active = active;
  if (seat->changed)
    seat->changed(seat->user, active);
}

static void enabled(struct libseat *daemon, void *user) {
  (void)daemon;
  set_active(user, true);
}

static void disabled(struct libseat *daemon, void *user) {
  /* Devices are let go of first: what is acknowledged late is revoked. */
  set_active(user, false);
  libseat_disable_seat(daemon);
}

static const struct libseat_seat_listener listener = {enabled, disabled};

static bool open_daemon(struct wr_input_seat *seat) {
  libseat_set_log_level(LIBSEAT_LOG_LEVEL_SILENT);
  seat->daemon = libseat_open_seat(&listener, seat);
  if (!seat->daemon)
    return false;
  for (int i = 0; i < ENABLE_TRIES && !seat->active; i++)
    if (libseat_dispatch(seat->daemon, ENABLE_WAIT_MS) < 0) {
      int number = errno;
      wr_input_seat_close(seat);
      errno = number;
      return false;
    }
  return true;
}

bool wr_input_seat_open(struct wr_input_seat *seat, const struct wr_input_sys *sys, bool daemon) {
  memset(seat, 0, sizeof *seat);
  seat->sys = sys;
  if (daemon)
    return open_daemon(seat);
  seat->active = true;
  return true;
}

void wr_input_seat_close(struct wr_input_seat *seat) {
  seat->changed = NULL;
  while (seat->opened > 0)
    wr_input_seat_close_device(seat, seat->open[seat->opened - 1].fd);
  if (seat->daemon)
    libseat_close_seat(seat->daemon);
  seat->daemon = NULL;
  seat->active = false;
}

const char *wr_input_seat_name(const struct wr_input_seat *seat) {
  const char *name = seat->daemon ? libseat_seat_name(seat->daemon) : NULL;
  return name ? name : "seat0";
}

int wr_input_seat_fd(const struct wr_input_seat *seat) {
  return seat->daemon ? libseat_get_fd(seat->daemon) : -1;
}

int wr_input_seat_dispatch(struct wr_input_seat *seat) {
  if (!seat->daemon)
    return 0;
  errno = 0;
  if (libseat_dispatch(seat->daemon, 0) < 0)
    return errno ? errno : EPIPE;
  /* libseat 0.7 reads the end of a daemon as nothing to read, and its descriptor stays readable. */
  return seat->sys->hung_up(libseat_get_fd(seat->daemon)) ? EPIPE : 0;
}

static int open_directly(struct wr_input_seat *seat, const char *path, int flags) {
  int fd = seat->sys->open(path, flags | O_CLOEXEC);
  if (fd < 0)
    return -errno;
  /* The kernel's own console would have the keys, too: passwords on a text screen, Ctrl+Alt+Del.
   * Where another program has grabbed the device already, it stays silent for us. */
  seat->sys->ioctl(fd, EVIOCGRAB, (void *)1);
  return fd;
}

int wr_input_seat_open_device(struct wr_input_seat *seat, const char *path, int flags) {
  if (!seat->active)
    return -EACCES;
  if (seat->opened == WR_INPUT_OPEN_MAX)
    return -EMFILE;
  int fd, id = -1;
  if (seat->daemon)
    id = libseat_open_device(seat->daemon, path, &fd);
  else
    fd = open_directly(seat, path, flags);
  if (seat->daemon ? id < 0 : fd < 0)
    return seat->daemon ? -(errno ? errno : EIO) : fd;
  seat->open[seat->opened].fd = fd;
  seat->open[seat->opened].id = id;
  seat->opened++;
  return fd;
}

void wr_input_seat_close_device(struct wr_input_seat *seat, int fd) {
  for (size_t i = 0; i < seat->opened; i++) {
    if (seat->open[i].fd != fd)
      continue;
    int id = seat->open[i].id;
    seat->open[i] = seat->open[--seat->opened];
    if (seat->daemon)
      libseat_close_device(seat->daemon, id);
    else
      /* A child that was started in between may have it, too: it shall read no more keys. */
      seat->sys->ioctl(fd, EVIOCREVOKE, NULL);
    seat->sys->close(fd);
    return;
  }
}
