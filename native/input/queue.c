#include "queue.h"

typedef struct wr_input_record record_t;

static void add(record_t *into, const record_t *more) {
  into->a += more->a;
  into->b += more->b;
  into->c += more->c;
  into->d += more->d;
}

static bool merge_motion(record_t *last, const record_t *next) {
  add(last, next);
  return true;
}

static bool merge_place(record_t *last, const record_t *next) {
  *last = *next;
  return true;
}

/* An axis that was moved by nothing has stopped: neither may vanish in the other. */
static bool stops(const record_t *scroll) {
  return ((scroll->state & WR_INPUT_VERTICAL) && scroll->a == 0) ||
         ((scroll->state & WR_INPUT_HORIZONTAL) && scroll->b == 0);
}

static bool merge_scroll(record_t *last, const record_t *next) {
  bool same = last->code == next->code && last->state == next->state;
  if (!same || stops(last) || stops(next))
    return false;
  record_t sum = *last;
  add(&sum, next);
  /* Back and forth is no stop. */
  if (stops(&sum))
    return false;
  *last = sum;
  return true;
}

static bool merge_gesture(record_t *last, const record_t *next) {
  if (last->code != next->code || last->state != WR_INPUT_UPDATE || next->state != WR_INPUT_UPDATE)
    return false;
  double scale = next->c;
  add(last, next);
  last->c = scale;
  return true;
}

static bool merge(record_t *last, const record_t *next) {
  if (last->kind != next->kind || last->device != next->device)
    return false;
  switch (next->kind) {
  case WR_INPUT_MOTION:
    return merge_motion(last, next);
  case WR_INPUT_PLACE:
  case WR_INPUT_PEN_PLACE:
  case WR_INPUT_TOUCH_FRAME:
    return merge_place(last, next);
  case WR_INPUT_SCROLL:
    return merge_scroll(last, next);
  case WR_INPUT_GESTURE:
    return merge_gesture(last, next);
  default:
    return false;
  }
}

/* The finger's movement before this one, if only fingers of the same screen have moved since. */
static record_t *earlier_motion(struct wr_input_queue *queue, const record_t *motion) {
  for (size_t i = queue->count; i > 0; i--) {
    record_t *earlier = &queue->records[i - 1];
    bool moves = earlier->kind == WR_INPUT_TOUCH_MOTION || earlier->kind == WR_INPUT_TOUCH_FRAME;
    if (!moves || earlier->device != motion->device)
      return NULL;
    if (earlier->kind == WR_INPUT_TOUCH_MOTION && earlier->code == motion->code)
      return earlier;
  }
  return NULL;
}

bool wr_input_queue_push(struct wr_input_queue *queue, const record_t *record) {
  if (record->kind == WR_INPUT_TOUCH_MOTION) {
    record_t *earlier = earlier_motion(queue, record);
    if (earlier)
      return merge_place(earlier, record);
  }
  record_t *last = queue->count > 0 ? &queue->records[queue->count - 1] : NULL;
  if (last && merge(last, record)) {
    last->time_us = record->time_us;
    return true;
  }
  if (queue->count == WR_INPUT_BATCH)
    return false;
  queue->records[queue->count++] = *record;
  return true;
}
