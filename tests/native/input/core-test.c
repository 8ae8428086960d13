#define _GNU_SOURCE
/* Run under ASan/UBSan by the sanitizer build; aborts on the first wrong answer. Needs no devices:
 * libinput, udev and libseat are fake-libinput.c. */
#include "fake-libinput.h"

#include <errno.h>
#include <linux/input-event-codes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition)                                                                           \
  do {                                                                                             \
    if (!(condition)) {                                                                            \
      fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                              \
      exit(1);                                                                                     \
    }                                                                                              \
  } while (0)

#define HOSTILE_RUNS 10000
#define SEEN_MAX 4096

static struct wr_input input;
static const struct wr_input_settings settings = {0.5, LIBINPUT_CONFIG_ACCEL_PROFILE_FLAT, true,
                                                  true, true};
static struct wr_input_record seen[SEEN_MAX];
static size_t seen_count, batches, biggest;

static void take(void *user, const struct wr_input_queue *queue) {
  CHECK(user == &input && queue->count > 0 && queue->count <= WR_INPUT_BATCH);
  batches++;
  if (queue->count > biggest)
    biggest = queue->count;
  for (size_t i = 0; i < queue->count; i++) {
    /* Of a device that goes it can still be told what it was. */
    if (queue->records[i].kind == WR_INPUT_REMOVED)
      CHECK(wr_input_find(&input, queue->records[i].device));
    if (seen_count < SEEN_MAX)
      seen[seen_count++] = queue->records[i];
  }
}

static bool dispatch(void) {
  seen_count = batches = biggest = 0;
  return wr_input_dispatch(&input, take, &input);
}

static void start(bool daemon) {
  CHECK(wr_input_open(&input, &fake_sys, daemon, &settings));
  CHECK(dispatch());
}

static void finish(void) {
  wr_input_close(&input);
  CHECK(fake_leaks() == 0);
}

static void check_queue_bounds(void) {
  static struct wr_input_queue queue;
  struct wr_input_record key = {.kind = WR_INPUT_KEY, .device = 1};
  queue.count = 0;
  for (uint32_t i = 0; i < WR_INPUT_BATCH; i++) {
    key.code = i;
    CHECK(wr_input_queue_push(&queue, &key));
  }
  CHECK(!wr_input_queue_push(&queue, &key) && queue.count == WR_INPUT_BATCH);
}

static void check_merging(void) {
  static struct wr_input_queue queue;
  struct wr_input_record moved = {.kind = WR_INPUT_MOTION, .device = 1, .a = 1, .b = -2, .d = 0.5};
  queue.count = 0;
  for (int i = 0; i < 100000; i++) {
    moved.time_us = (uint64_t)i;
    CHECK(wr_input_queue_push(&queue, &moved));
  }
  CHECK(queue.count == 1 && queue.records[0].a == 100000 && queue.records[0].d == 50000);
  CHECK(queue.records[0].time_us == 99999);
  struct wr_input_record button = {.kind = WR_INPUT_BUTTON, .device = 1, .code = BTN_LEFT};
  CHECK(wr_input_queue_push(&queue, &button) && wr_input_queue_push(&queue, &moved));
  CHECK(queue.count == 3 && queue.records[2].a == 1);
  moved.device = 2;
  CHECK(wr_input_queue_push(&queue, &moved) && queue.count == 4);
}

static void scroll(struct wr_input_queue *queue, double value) {
  struct wr_input_record record = {.kind = WR_INPUT_SCROLL,
                                   .device = 1,
                                   .code = WR_INPUT_FINGER,
                                   .state = WR_INPUT_VERTICAL,
                                   .a = value};
  CHECK(wr_input_queue_push(queue, &record));
}

static void check_merged_scrolling(void) {
  static struct wr_input_queue queue;
  queue.count = 0;
  scroll(&queue, 3);
  scroll(&queue, 4);
  CHECK(queue.count == 1 && queue.records[0].a == 7);
  /* A stop is neither swallowed nor made of back and forth. */
  scroll(&queue, -7);
  CHECK(queue.count == 2);
  scroll(&queue, 0);
  scroll(&queue, 5);
  CHECK(queue.count == 4 && queue.records[2].a == 0);
}

static void finger(struct wr_input_queue *queue, uint32_t kind, uint32_t slot, double at) {
  struct wr_input_record record = {.kind = kind, .device = 3, .code = slot, .a = at};
  CHECK(wr_input_queue_push(queue, &record));
}

static void check_merged_fingers(void) {
  static struct wr_input_queue queue;
  queue.count = 0;
  for (int i = 0; i < 1000; i++) {
    finger(&queue, WR_INPUT_TOUCH_MOTION, 0, i);
    finger(&queue, WR_INPUT_TOUCH_MOTION, 1, -i);
    finger(&queue, WR_INPUT_TOUCH_FRAME, 0, 0);
  }
  CHECK(queue.count == 3 && queue.records[0].a == 999 && queue.records[1].a == -999);
  finger(&queue, WR_INPUT_TOUCH_UP, 1, 0);
  finger(&queue, WR_INPUT_TOUCH_FRAME, 0, 0);
  finger(&queue, WR_INPUT_TOUCH_MOTION, 0, 5);
  CHECK(queue.count == 6 && queue.records[0].a == 999);
}

static void check_devices(void) {
  fake_begin();
  int keyboard = fake_plug(WR_INPUT_KEYBOARD, "Key\nboard", NULL);
  fake_plug(WR_INPUT_POINTER | WR_INPUT_GESTURES, "Touchpad", NULL);
  start(false);
  CHECK(seen_count == 2 && seen[0].kind == WR_INPUT_ADDED && seen[0].device == 1);
  const struct wr_input_device *device = wr_input_find(&input, 1);
  CHECK(device && strcmp(device->name, "Key?board") == 0 && device->output[0] == 0);
  CHECK(device->abilities == WR_INPUT_KEYBOARD && !wr_input_find(&input, 0));
  CHECK(fake.speed == 0.5 && fake.profile == LIBINPUT_CONFIG_ACCEL_PROFILE_FLAT);
  CHECK(fake.natural && fake.tap && fake.left_handed && fake.grabs == 2);
  wr_input_set_leds(&input, 0xffff);
  CHECK(fake.leds[keyboard] == 7);
  fake_unplug(keyboard);
  int later = fake_plug(WR_INPUT_KEYBOARD | WR_INPUT_TOUCH, NULL, "HDMI-A-1");
  CHECK(dispatch() && seen_count == 2 && seen[0].kind == WR_INPUT_REMOVED && seen[1].device == 3);
  CHECK(fake.leds[later] == 7 && fake.revokes == 1);
  CHECK(!wr_input_find(&input, 1));
  CHECK(strcmp(wr_input_find(&input, 3)->output, "HDMI-A-1") == 0);
  finish();
}

static void check_too_many_devices(void) {
  static char name[2000];
  memset(name, 'x', sizeof name - 1);
  fake_begin();
  for (int i = 0; i < FAKE_DEVICES; i++)
    fake_plug(WR_INPUT_KEYBOARD, name, name);
  start(false);
  CHECK(seen_count == WR_INPUT_DEVICES_MAX);
  fake_say(FAKE_DEVICES - 1, (struct fake_event){LIBINPUT_EVENT_KEYBOARD_KEY, .code = KEY_A});
  fake_unplug(FAKE_DEVICES - 1);
  CHECK(dispatch() && seen_count == 0);
  fake_unplug(0);
  fake_plug(WR_INPUT_KEYBOARD, name, NULL);
  CHECK(dispatch() && seen_count == 2);
  finish();
}

static void check_flood(void) {
  fake_begin();
  int mouse = fake_plug(WR_INPUT_POINTER, "mouse", NULL);
  start(false);
  for (int i = 0; i < 50000; i++)
    fake_say(mouse, (struct fake_event){LIBINPUT_EVENT_POINTER_MOTION, .a = 1, .c = 2});
  CHECK(dispatch() && batches == 1 && seen_count == 1);
  CHECK(seen[0].a == 50000 && seen[0].c == 100000);
  for (unsigned i = 0; i < 1000; i++)
    fake_say(mouse, (struct fake_event){LIBINPUT_EVENT_POINTER_BUTTON, .code = BTN_LEFT + i % 3,
                                        .state = i % 2});
  CHECK(dispatch() && seen_count == 1000 && biggest == WR_INPUT_BATCH);
  finish();
}

static void check_odd_codes(void) {
  fake_begin();
  int device = fake_plug(WR_INPUT_KEYBOARD | WR_INPUT_POINTER | WR_INPUT_TOUCH, "odd", NULL);
  start(false);
  const uint32_t codes[] = {0, KEY_MAX + 1, UINT32_MAX, 1u << 31};
  for (size_t i = 0; i < 4; i++) {
    fake_say(device, (struct fake_event){LIBINPUT_EVENT_KEYBOARD_KEY, .code = codes[i]});
    fake_say(device, (struct fake_event){LIBINPUT_EVENT_POINTER_BUTTON, .code = codes[i]});
  }
  fake_say(device, (struct fake_event){LIBINPUT_EVENT_POINTER_BUTTON, .code = KEY_A});
  fake_say(device, (struct fake_event){LIBINPUT_EVENT_TOUCH_DOWN, .slot = 256});
  fake_say(device, (struct fake_event){LIBINPUT_EVENT_POINTER_AXIS, .axes = 3, .a = 1});
  fake_say(device, (struct fake_event){LIBINPUT_EVENT_SWITCH_TOGGLE, .code = 99});
  fake_say(device, (struct fake_event){.type = LIBINPUT_EVENT_TABLET_PAD_BUTTON});
  fake_say(device, (struct fake_event){.type = (enum libinput_event_type)12345});
  CHECK(dispatch() && seen_count == 0);
  fake_say(device, (struct fake_event){LIBINPUT_EVENT_TOUCH_DOWN, .slot = -1, .a = 7, .b = NAN});
  fake_say(device, (struct fake_event){LIBINPUT_EVENT_POINTER_MOTION, .a = INFINITY, .b = -1e300});
  CHECK(dispatch() && seen_count == 2);
  CHECK(seen[0].code == 0 && seen[0].a == 1 && seen[0].b == 0);
  CHECK(seen[1].a == 0 && seen[1].b == -100000);
  finish();
}

static void check_kinds(void) {
  fake_begin();
  int device = fake_plug(63, "all", NULL);
  start(false);
  const struct fake_event events[] = {
      {LIBINPUT_EVENT_KEYBOARD_KEY, .code = KEY_A, .state = 1},
      {LIBINPUT_EVENT_POINTER_MOTION_ABSOLUTE, .a = 0.25, .b = 0.5},
      {LIBINPUT_EVENT_POINTER_SCROLL_WHEEL, .axes = 1, .a = 15, .c = 120},
      {LIBINPUT_EVENT_POINTER_SCROLL_FINGER, .axes = 2, .b = 3, .c = 9, .d = 9},
      {LIBINPUT_EVENT_TOUCH_MOTION, .slot = 2, .a = 0.5},
      {LIBINPUT_EVENT_TOUCH_CANCEL, .slot = 2},
      {LIBINPUT_EVENT_TABLET_TOOL_PROXIMITY, .state = 1, .a = 0.5},
      {LIBINPUT_EVENT_TABLET_TOOL_TIP, .state = 1},
      {LIBINPUT_EVENT_TABLET_TOOL_BUTTON, .code = BTN_STYLUS, .state = 1},
      {LIBINPUT_EVENT_GESTURE_PINCH_UPDATE, .code = 3, .a = 1, .c = 2, .d = 5},
      {LIBINPUT_EVENT_GESTURE_SWIPE_END, .code = 4, .state = 1},
      {LIBINPUT_EVENT_SWITCH_TOGGLE, .code = LIBINPUT_SWITCH_LID, .state = 1},
  };
  const struct wr_input_record expected[] = {
      {WR_INPUT_KEY, 1, 4711, KEY_A, 1, 0, 0, 0, 0},
      {WR_INPUT_PLACE, 1, 4711, 0, 0, 0.25, 0.5, 0, 0},
      {WR_INPUT_SCROLL, 1, 4711, WR_INPUT_WHEEL, 5, 15, 0, 120, 0},
      {WR_INPUT_SCROLL, 1, 4711, WR_INPUT_FINGER, 6, 0, 3, 0, 0},
      {WR_INPUT_TOUCH_MOTION, 1, 4711, 2, 0, 0.5, 0, 0, 0},
      {WR_INPUT_TOUCH_CANCEL, 1, 4711, 2, 0, 0, 0, 0, 0},
      {WR_INPUT_PEN_NEAR, 1, 4711, 0, 1, 0.5, 0, 0, 0},
      {WR_INPUT_PEN_TIP, 1, 4711, 0, 1, 0, 0, 0, 0},
      {WR_INPUT_PEN_BUTTON, 1, 4711, BTN_STYLUS, 1, 0, 0, 0, 0},
      {WR_INPUT_GESTURE, 1, 4711, 16 * WR_INPUT_PINCH + 3, WR_INPUT_UPDATE, 1, 0, 2, 5},
      {WR_INPUT_GESTURE, 1, 4711, 16 * WR_INPUT_SWIPE + 4, WR_INPUT_CANCELLED, 0, 0, 0, 0},
      {WR_INPUT_SWITCH, 1, 4711, LIBINPUT_SWITCH_LID, 1, 0, 0, 0, 0},
  };
  size_t count = sizeof events / sizeof *events;
  for (size_t i = 0; i < count; i++)
    fake_say(device, events[i]);
  CHECK(dispatch() && seen_count == count);
  for (size_t i = 0; i < count; i++) {
    const struct wr_input_record *is = &seen[i], *should = &expected[i];
    CHECK(is->kind == should->kind && is->device == should->device && is->code == should->code);
    CHECK(is->state == should->state && is->time_us == should->time_us);
    CHECK(is->a == should->a && is->b == should->b && is->c == should->c && is->d == should->d);
  }
  finish();
}

static void check_daemon(void) {
  fake_begin();
  int keyboard = fake_plug(WR_INPUT_KEYBOARD, "keyboard", NULL);
  start(true);
  CHECK(seen_count == 1 && input.seat.active && wr_input_seat_fd(&input.seat) == FAKE_SEAT_FD);
  CHECK(strcmp(wr_input_seat_name(&input.seat), "seat7") == 0);
  CHECK(fake.grabs == 0 && fake.daemon_devices == 1);
  int card = wr_input_seat_open_device(&input.seat, "/dev/dri/card0", 0);
  CHECK(card > 0 && fake.daemon_devices == 2);
  fake_say(keyboard, (struct fake_event){LIBINPUT_EVENT_KEYBOARD_KEY, .code = KEY_A, .state = 1});
  fake_daemon(false);
  CHECK(dispatch() && seen_count == 3);
  CHECK(seen[1].kind == WR_INPUT_REMOVED && seen[2].kind == WR_INPUT_SEAT && seen[2].state == 0);
  CHECK(fake.disables == 1 && fake.daemon_devices == 1 && fake.revokes == 0);
  CHECK(wr_input_seat_open_device(&input.seat, "/dev/dri/card0", 0) == -EACCES);
  fake_daemon(true);
  CHECK(dispatch() && seen_count == 2 && seen[0].kind == WR_INPUT_ADDED && seen[1].state == 1);
  finish();
}

static void check_daemon_moods(void) {
  fake_begin();
  fake.no_daemon = true;
  CHECK(!wr_input_open(&input, &fake_sys, true, &settings));
  CHECK(strcmp(input.call, "libseat_open_seat") == 0 && input.number == ENOENT);
  CHECK(fake_leaks() == 0);
  /* Another program has the seat from the beginning. */
  fake_begin();
  fake.daemon_inactive = true;
  fake_plug(WR_INPUT_KEYBOARD, "keyboard", NULL);
  start(true);
  CHECK(seen_count == 0 && !input.seat.active);
  fake_daemon(true);
  CHECK(dispatch() && seen_count == 2 && seen[1].kind == WR_INPUT_SEAT);
  fake.daemon_dies = EPIPE;
  CHECK(!dispatch() && strcmp(input.call, "libseat_dispatch") == 0 && input.number == EPIPE);
  fake.daemon_dies = 0;
  CHECK(dispatch());
  fake.daemon_ends = true;
  CHECK(!dispatch() && input.number == EPIPE);
  finish();
  fake_begin();
  fake.daemon_dies = EPIPE;
  CHECK(!wr_input_open(&input, &fake_sys, true, &settings) && input.number == EPIPE);
  CHECK(fake_leaks() == 0);
}

static void check_failures(void) {
  int *const fails[] = {&fake.udev_fails, &fake.context_fails, &fake.assign_fails};
  for (size_t i = 0; i < 3; i++) {
    fake_begin();
    fake_plug(WR_INPUT_KEYBOARD, "keyboard", NULL);
    *fails[i] = EIO;
    CHECK(!wr_input_open(&input, &fake_sys, i % 2, &settings));
    CHECK(input.call && input.number == EIO && fake_leaks() == 0);
  }
  fake_begin();
  fake.open_fails = EACCES;
  fake_plug(WR_INPUT_KEYBOARD, "keyboard", NULL);
  start(false);
  CHECK(seen_count == 0);
  fake.dispatch_fails = EAGAIN;
  CHECK(dispatch());
  fake.dispatch_fails = EBADF;
  CHECK(!dispatch() && strcmp(input.call, "libinput_dispatch") == 0 && input.number == EBADF);
  finish();
  fake_begin();
  start(true);
  fake_daemon(false);
  CHECK(dispatch());
  fake.resume_fails = ENOMEM;
  fake_daemon(true);
  CHECK(!dispatch() && strcmp(input.call, "libinput_resume") == 0);
  finish();
}

static void check_complaints(void) {
  static char long_one[1000];
  memset(long_one, 'a', sizeof long_one - 1);
  fake_begin();
  start(false);
  for (int i = 0; i < 100; i++)
    fake_complain(i ? long_one : "is odd");
  CHECK(input.log_count == WR_INPUT_LOG_LINES && strcmp(input.log[0], "event0 - is odd") == 0);
  CHECK(strlen(input.log[WR_INPUT_LOG_LINES - 1]) == WR_INPUT_LOG_MAX - 1);
  finish();
}

static unsigned chance;
static unsigned any(unsigned below) { return (unsigned)rand_r(&chance) % below; }
static double any_number(void) {
  static const double odd[] = {0, -1, 1, 1e9, -1e300, NAN, INFINITY, 0.5, 15, 120};
  return odd[any(sizeof odd / sizeof *odd)];
}

static void say_anything(void) {
  static const enum libinput_event_type types[] = {
      LIBINPUT_EVENT_NONE,
      LIBINPUT_EVENT_KEYBOARD_KEY,
      LIBINPUT_EVENT_POINTER_MOTION,
      LIBINPUT_EVENT_POINTER_MOTION_ABSOLUTE,
      LIBINPUT_EVENT_POINTER_BUTTON,
      LIBINPUT_EVENT_POINTER_AXIS,
      LIBINPUT_EVENT_POINTER_SCROLL_WHEEL,
      LIBINPUT_EVENT_POINTER_SCROLL_FINGER,
      LIBINPUT_EVENT_POINTER_SCROLL_CONTINUOUS,
      LIBINPUT_EVENT_TOUCH_DOWN,
      LIBINPUT_EVENT_TOUCH_UP,
      LIBINPUT_EVENT_TOUCH_MOTION,
      LIBINPUT_EVENT_TOUCH_CANCEL,
      LIBINPUT_EVENT_TOUCH_FRAME,
      LIBINPUT_EVENT_TABLET_TOOL_AXIS,
      LIBINPUT_EVENT_TABLET_TOOL_PROXIMITY,
      LIBINPUT_EVENT_TABLET_TOOL_TIP,
      LIBINPUT_EVENT_TABLET_TOOL_BUTTON,
      LIBINPUT_EVENT_TABLET_PAD_RING,
      LIBINPUT_EVENT_GESTURE_SWIPE_BEGIN,
      LIBINPUT_EVENT_GESTURE_PINCH_UPDATE,
      LIBINPUT_EVENT_GESTURE_HOLD_END,
      LIBINPUT_EVENT_SWITCH_TOGGLE,
  };
  fake_say((int)any(8), (struct fake_event){types[any(sizeof types / sizeof *types)],
                                            any(4) ? any(1000) : UINT32_MAX, any(3), any(4),
                                            (int32_t)any(300) - 2, any_number(), any_number(),
                                            any_number(), any_number()});
}

static void do_anything(void) {
  switch (any(16)) {
  case 0:
    fake_unplug((int)any(8));
    break;
  case 1:
    if (any(2))
      fake_plug(any(64), any(2) ? "name" : NULL, any(2) ? "DP-1" : NULL);
    break;
  case 2:
    fake_daemon(any(2));
    break;
  case 3:
    fake_complain("odd");
    break;
  case 4:
    wr_input_set_leds(&input, any(16));
    break;
  case 5:
    fake.open_fails = any(4) ? 0 : EACCES;
    break;
  default:
    say_anything();
  }
}

static void check_hostile_sequences(void) {
  for (unsigned run = 0; run < HOSTILE_RUNS; run++) {
    chance = run + 1;
    fake_begin();
    for (unsigned i = any(5); i > 0; i--)
      fake_plug(any(64), "device", NULL);
    CHECK(wr_input_open(&input, &fake_sys, run % 2, &settings));
    for (unsigned steps = any(60); steps > 0; steps--) {
      do_anything();
      if (any(4) == 0)
        dispatch();
    }
    dispatch();
    for (size_t i = 0; i < seen_count; i++) {
      const struct wr_input_record *record = &seen[i];
      CHECK(isfinite(record->a + record->b + record->c + record->d));
      CHECK(record->kind >= WR_INPUT_ADDED && record->kind <= WR_INPUT_SWITCH);
    }
    finish();
  }
}

int main(void) {
  check_queue_bounds();
  check_merging();
  check_merged_scrolling();
  check_merged_fingers();
  check_devices();
  check_too_many_devices();
  check_flood();
  check_odd_codes();
  check_kinds();
  check_daemon();
  check_daemon_moods();
  check_failures();
  check_complaints();
  check_hostile_sequences();
  return 0;
}
