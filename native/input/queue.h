/* What devices did, in a list that has an end: a flood of movements becomes one movement. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define WR_INPUT_BATCH 256

/* As in names.ts. Fields that a kind does not name are 0. */
enum wr_input_kind {
  WR_INPUT_ADDED = 1,
  WR_INPUT_REMOVED,
  /* state: whether this program has the seat */
  WR_INPUT_SEAT,
  /* code, state */
  WR_INPUT_KEY,
  /* a, b: accelerated; c, d: as the device has it */
  WR_INPUT_MOTION,
  /* a, b: 0 to 1 of the device's width and height */
  WR_INPUT_PLACE,
  /* code, state */
  WR_INPUT_BUTTON,
  /* code: enum wr_input_source; state: enum wr_input_scroll; a, b: vertical, horizontal; c, d: the
   * same in 1/120 of a notch */
  WR_INPUT_SCROLL,
  /* code: the finger; a, b: 0 to 1 of the device's width and height */
  WR_INPUT_TOUCH_DOWN,
  WR_INPUT_TOUCH_MOTION,
  WR_INPUT_TOUCH_UP,
  WR_INPUT_TOUCH_CANCEL,
  WR_INPUT_TOUCH_FRAME,
  /* a, b: 0 to 1 of the tablet's width and height */
  WR_INPUT_PEN_PLACE,
  /* state: near enough to be seen */
  WR_INPUT_PEN_NEAR,
  /* state: the tip touches */
  WR_INPUT_PEN_TIP,
  /* code, state */
  WR_INPUT_PEN_BUTTON,
  /* code: enum wr_input_gesture * 16 + fingers; state: enum wr_input_phase; a, b: how far; c:
   * scale; d: degrees */
  WR_INPUT_GESTURE,
  /* code: 1 the lid, 2 tablet mode; state */
  WR_INPUT_SWITCH,
};

enum wr_input_source { WR_INPUT_WHEEL, WR_INPUT_FINGER, WR_INPUT_CONTINUOUS };
enum wr_input_scroll { WR_INPUT_VERTICAL = 1, WR_INPUT_HORIZONTAL = 2, WR_INPUT_INVERTED = 4 };
enum wr_input_gesture { WR_INPUT_SWIPE = 1, WR_INPUT_PINCH, WR_INPUT_HOLD };
enum wr_input_phase { WR_INPUT_BEGIN, WR_INPUT_UPDATE, WR_INPUT_END, WR_INPUT_CANCELLED };

struct wr_input_record {
  uint32_t kind;
  /* 0: none */
  uint32_t device;
  /* CLOCK_MONOTONIC */
  uint64_t time_us;
  uint32_t code;
  int32_t state;
  double a, b, c, d;
};

struct wr_input_queue {
  size_t count;
  struct wr_input_record records[WR_INPUT_BATCH];
};

/* False: it is full, and nothing was added. A movement after a movement of the same device makes
 * one of both; so do scrolling of one kind, the movements of a finger and those of a gesture. */
bool wr_input_queue_push(struct wr_input_queue *queue, const struct wr_input_record *record);

#ifdef __cplusplus
}
#endif
