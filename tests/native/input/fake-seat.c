#include "fake-libinput.h"

#include <errno.h>
#include <libseat.h>
#include <linux/input.h>
#include <stddef.h>

struct udev {
  int unused;
};

struct libseat {
  const struct libseat_seat_listener *listener;
  void *user;
};

static struct libseat daemon_seat;
static struct udev the_udev;
static bool daemon_wants, daemon_told;

void fake_seat_begin(void) {
  daemon_told = false;
  daemon_wants = true;
}

void fake_daemon(bool active) { daemon_wants = active; }

/* --- the kernel --- */

static int next_fd(void) {
  static int fd = 100;
  return ++fd;
}

static int fake_open(const char *path, int flags) {
  (void)path;
  (void)flags;
  if (fake.open_fails) {
    errno = fake.open_fails;
    return -1;
  }
  fake.open_devices++;
  return next_fd();
}

static int fake_close(int fd) {
  (void)fd;
  fake.open_devices--;
  return 0;
}

static int fake_ioctl(int fd, unsigned long request, void *argument) {
  (void)fd;
  (void)argument;
  fake.grabs += request == EVIOCGRAB;
  fake.revokes += request == EVIOCREVOKE;
  /* As of a descriptor that was revoked. */
  errno = ENODEV;
  return -1;
}

static bool fake_hung_up(int fd) { return fd == FAKE_SEAT_FD && fake.daemon_ends; }

const struct wr_input_sys fake_sys = {fake_open, fake_close, fake_ioctl, fake_hung_up};

/* --- libseat --- */

void libseat_set_log_level(enum libseat_log_level level) { (void)level; }

struct libseat *libseat_open_seat(const struct libseat_seat_listener *listener, void *user) {
  if (fake.no_daemon) {
    errno = ENOENT;
    return NULL;
  }
  fake.seats++;
  daemon_seat = (struct libseat){listener, user};
  daemon_wants = !fake.daemon_inactive;
  return &daemon_seat;
}

int libseat_close_seat(struct libseat *seat) {
  (void)seat;
  fake.seats--;
  return 0;
}

int libseat_disable_seat(struct libseat *seat) {
  (void)seat;
  fake.disables++;
  return 0;
}

const char *libseat_seat_name(struct libseat *seat) {
  (void)seat;
  return "seat7";
}

int libseat_get_fd(struct libseat *seat) {
  (void)seat;
  return FAKE_SEAT_FD;
}

int libseat_open_device(struct libseat *seat, const char *path, int *fd) {
  (void)seat;
  *fd = fake_open(path, 0);
  if (*fd < 0)
    return -1;
  fake.daemon_devices++;
  return *fd + 1000;
}

int libseat_close_device(struct libseat *seat, int id) {
  (void)seat;
  (void)id;
  fake.daemon_devices--;
  return 0;
}

int libseat_dispatch(struct libseat *seat, int timeout) {
  (void)timeout;
  if (fake.daemon_dies) {
    errno = fake.daemon_dies;
    return -1;
  }
  if (daemon_told == daemon_wants)
    return 0;
  daemon_told = daemon_wants;
  if (daemon_wants)
    seat->listener->enable_seat(seat, seat->user);
  else
    seat->listener->disable_seat(seat, seat->user);
  return 1;
}

/* --- libudev --- */

struct udev *udev_new(void);
struct udev *udev_unref(struct udev *udev);

struct udev *udev_new(void) {
  if (fake.udev_fails)
    return errno = fake.udev_fails, NULL;
  fake.udevs++;
  return &the_udev;
}

struct udev *udev_unref(struct udev *udev) {
  (void)udev;
  fake.udevs--;
  return NULL;
}
