/* libinput, udev and libseat of devices in memory, that say whatever a test has them say. */
#pragma once

#include "core.h"

#include <libinput.h>

#define FAKE_DEVICES 80
#define FAKE_SEAT_FD 77

struct fake_event {
  enum libinput_event_type type;
  uint32_t code, state;
  /* Bit 0 vertical, bit 1 horizontal. */
  uint32_t axes;
  int32_t slot;
  double a, b, c, d;
};

struct fake_world {
  /* What fails, with `errno`: 0 nothing. */
  int udev_fails, context_fails, assign_fails, dispatch_fails, resume_fails, open_fails;
  /* The seat daemon's mood. */
  bool no_daemon, daemon_inactive;
  int daemon_dies;
  /* It hangs up, and libseat says nothing of it. */
  bool daemon_ends;

  bool natural;
  /* What was told to devices. */
  uint32_t leds[FAKE_DEVICES];
  double speed;
  uint32_t profile;
  int tap, left_handed;
  /* Alive now. */
  int contexts, udevs, events, references, seats, open_devices, daemon_devices;
  unsigned grabs, revokes, disables;
};

extern struct fake_world fake;
extern const struct wr_input_sys fake_sys;

/* Starts anew. */
void fake_begin(void);
/* A device with these abilities (enum wr_input_ability); its number. */
int fake_plug(uint32_t abilities, const char *name, const char *output);
/* As libinput does it: gone without a word about its keys when `silent`. */
void fake_unplug(int device);
void fake_say(int device, struct fake_event event);
void fake_complain(const char *what);
/* The daemon takes or gives the seat at its next dispatch. */
void fake_daemon(bool active);
/* For fake_begin(). */
void fake_seat_begin(void);
int fake_leaks(void);
