#include "queue.h"

static struct wr_window_event *at(struct wr_window_queue *queue, size_t index) {
  return &queue->events[(queue->first + index) % WR_WINDOW_QUEUE_SIZE];
}

static void append(struct wr_window_queue *queue, const struct wr_window_event *event) {
  *at(queue, queue->count++) = *event;
}

static bool replaces(const struct wr_window_event *next, const struct wr_window_event *last) {
  if (next->kind != last->kind)
    return false;
  switch (next->kind) {
  case WR_WINDOW_MOTION:
  case WR_WINDOW_RESIZED:
    return true;
  case WR_WINDOW_TOUCH_MOTION:
    return next->a == last->a;
  default:
    return false;
  }
}

/* Keeps the last event of each kind that tells a state rather than an input. */
static size_t keep_states(struct wr_window_queue *queue, struct wr_window_event kept[3]) {
  static const enum wr_window_kind states[3] = {WR_WINDOW_RESIZED, WR_WINDOW_PRESENTED,
                                                WR_WINDOW_CLOSE};
  size_t count = 0;
  for (size_t s = 0; s < 3; s++)
    for (size_t i = queue->count; i > 0; i--)
      if (at(queue, i - 1)->kind == states[s]) {
        kept[count++] = *at(queue, i - 1);
        break;
      }
  return count;
}

static void drop_input(struct wr_window_queue *queue, double time_us) {
  struct wr_window_event kept[3];
  size_t count = keep_states(queue, kept);
  queue->first = 0;
  queue->count = 0;
  for (size_t i = 0; i < count; i++)
    append(queue, &kept[i]);
  append(queue, &(struct wr_window_event){.kind = WR_WINDOW_FOCUS, .time_us = time_us, .a = 0});
  if (queue->focused)
    append(queue, &(struct wr_window_event){.kind = WR_WINDOW_FOCUS, .time_us = time_us, .a = 1});
}

void wr_window_queue_put(struct wr_window_queue *queue, const struct wr_window_event *event) {
  if (queue->count > 0 && replaces(event, at(queue, queue->count - 1))) {
    *at(queue, queue->count - 1) = *event;
    return;
  }
  if (queue->count == WR_WINDOW_QUEUE_SIZE)
    drop_input(queue, event->time_us);
  if (event->kind == WR_WINDOW_FOCUS)
    queue->focused = event->a != 0;
  append(queue, event);
}

bool wr_window_queue_take(struct wr_window_queue *queue, struct wr_window_event *event) {
  if (queue->count == 0)
    return false;
  *event = *at(queue, 0);
  queue->first = (queue->first + 1) % WR_WINDOW_QUEUE_SIZE;
  queue->count--;
  return true;
}
