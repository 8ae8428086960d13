/* Keyboards, pointers, touch screens, tablets and switches of a seat, through libinput and udev. */
#pragma once

#include "queue.h"
#include "seat.h"

#ifdef __cplusplus
extern "C" {
#endif

#define WR_INPUT_DEVICES_MAX 64
#define WR_INPUT_NAME_MAX 128
#define WR_INPUT_LOG_LINES 16
#define WR_INPUT_LOG_MAX 256

struct libinput;
struct libinput_device;
struct udev;

enum wr_input_ability {
  WR_INPUT_KEYBOARD = 1,
  WR_INPUT_POINTER = 2,
  WR_INPUT_TOUCH = 4,
  WR_INPUT_TABLET = 8,
  WR_INPUT_GESTURES = 16,
  WR_INPUT_SWITCHES = 32,
};

struct wr_input_device {
  /* Never used again; 0: this place is free. */
  uint32_t id;
  struct libinput_device *handle;
  uint32_t abilities;
  uint32_t vendor, product;
  char name[WR_INPUT_NAME_MAX];
  /* E.g. event3. */
  char node[32];
  /* The screen that it belongs to, by its connector; empty: not known. */
  char output[64];
};

struct wr_input_settings {
  /* -1 to 1 */
  double speed;
  /* 0: as the device has it, 1 flat, 2 adaptive */
  uint32_t profile;
  bool natural_scroll, tap, left_handed;
};

struct wr_input {
  struct wr_input_seat seat;
  struct udev *udev;
  struct libinput *libinput;
  struct wr_input_settings settings;
  uint32_t leds, next_id;
  struct wr_input_device devices[WR_INPUT_DEVICES_MAX];
  struct wr_input_queue queue;
  /* What libinput had to say since somebody looked; the rest is dropped. */
  size_t log_count;
  char log[WR_INPUT_LOG_LINES][WR_INPUT_LOG_MAX];
  /* What failed last. */
  const char *call;
  int number;
};

/* False: input->call and input->number tell why. Devices that are there come with the first
 * dispatch. */
bool wr_input_open(struct wr_input *input, const struct wr_input_sys *sys, bool daemon,
                   const struct wr_input_settings *settings);
void wr_input_close(struct wr_input *input);

int wr_input_fd(const struct wr_input *input);

/* Whoever takes what was queued; the queue is empty afterwards. It must not dispatch or close. */
typedef void (*wr_input_taker)(void *user, const struct wr_input_queue *queue);
/* Takes what there is from libinput and from the seat daemon, both without waiting. False as
 * open(). */
bool wr_input_dispatch(struct wr_input *input, wr_input_taker take, void *user);

/* Null: it is gone. */
const struct wr_input_device *wr_input_find(const struct wr_input *input, uint32_t id);
/* Bit 0 Num Lock, bit 1 Caps Lock, bit 2 Scroll Lock; later keyboards get it, too. */
void wr_input_set_leds(struct wr_input *input, uint32_t mask);

/* For the other files of the core. */
struct libinput_event;
/* Null for a device too many, which is told nothing and asked nothing. */
struct wr_input_device *wr_input_add_device(struct wr_input *input, struct libinput_device *handle);
void wr_input_remove_device(struct wr_input_device *device);
/* False: the event is of no interest. */
bool wr_input_translate(struct libinput_event *event, struct wr_input_record *record);

#ifdef __cplusplus
}
#endif
