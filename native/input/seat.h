/* Who opens devices: a seat daemon through libseat (seatd, logind), or this program itself. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define WR_INPUT_OPEN_MAX 128

/* The kernel; a test has one of its own. Each call as in the system: -1 and errno. */
struct wr_input_sys {
  int (*open)(const char *path, int flags);
  int (*close)(int fd);
  int (*ioctl)(int fd, unsigned long request, void *argument);
  /* Whether nobody is at the other end any more. */
  bool (*hung_up)(int fd);
};
extern const struct wr_input_sys wr_input_kernel;

struct libseat;
struct wr_input_seat {
  const struct wr_input_sys *sys;
  /* Null: devices are opened directly. */
  struct libseat *daemon;
  bool active;
  /* Tells when `active` has changed; another program has the devices from then on. */
  void (*changed)(void *user, bool active);
  void *user;
  size_t opened;
  struct {
    int fd, id;
  } open[WR_INPUT_OPEN_MAX];
};

/* False and errno: `daemon` was asked for, and there is none that gives us a seat. */
bool wr_input_seat_open(struct wr_input_seat *seat, const struct wr_input_sys *sys, bool daemon);
void wr_input_seat_close(struct wr_input_seat *seat);
const char *wr_input_seat_name(const struct wr_input_seat *seat);
/* -1: nothing to wait for. */
int wr_input_seat_fd(const struct wr_input_seat *seat);
/* Takes what the daemon has to say. An errno when it is gone, else 0. */
int wr_input_seat_dispatch(struct wr_input_seat *seat);

/* A descriptor, or -errno. */
int wr_input_seat_open_device(struct wr_input_seat *seat, const char *path, int flags);
/* Safe for a descriptor that the daemon or the kernel has revoked. */
void wr_input_seat_close_device(struct wr_input_seat *seat, int fd);

#ifdef __cplusplus
}
#endif
