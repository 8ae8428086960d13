#include "core.h"

#include <libinput.h>
#include <linux/input-event-codes.h>
#include <math.h>

/* A hand's movement in one event; what claims more is broken. */
#define FAR 100000.0
#define FINGERS_MAX 255

typedef struct wr_input_record record_t;

static double bounded(double value, double least, double most) {
  if (!isfinite(value))
    return 0;
  return fmin(fmax(value, least), most);
}
static double distance(double value) { return bounded(value, -FAR, FAR); }
static double share(double value) { return bounded(value, 0, 1); }

static bool translate_key(struct libinput_event_keyboard *event, record_t *record) {
  record->kind = WR_INPUT_KEY;
  record->time_us = libinput_event_keyboard_get_time_usec(event);
  record->code = libinput_event_keyboard_get_key(event);
  record->state = libinput_event_keyboard_get_key_state(event) == LIBINPUT_KEY_STATE_PRESSED;
  return record->code != KEY_RESERVED && record->code <= KEY_MAX;
}

static bool translate_motion(struct libinput_event_pointer *event, record_t *record) {
  record->kind = WR_INPUT_MOTION;
  record->a = distance(libinput_event_pointer_get_dx(event));
  record->b = distance(libinput_event_pointer_get_dy(event));
  record->c = distance(libinput_event_pointer_get_dx_unaccelerated(event));
  record->d = distance(libinput_event_pointer_get_dy_unaccelerated(event));
  return true;
}

static bool translate_place(struct libinput_event_pointer *event, record_t *record) {
  record->kind = WR_INPUT_PLACE;
  record->a = share(libinput_event_pointer_get_absolute_x_transformed(event, 1));
  record->b = share(libinput_event_pointer_get_absolute_y_transformed(event, 1));
  return true;
}

static bool translate_button(struct libinput_event_pointer *event, record_t *record) {
  record->kind = WR_INPUT_BUTTON;
  record->code = libinput_event_pointer_get_button(event);
  record->state = libinput_event_pointer_get_button_state(event) == LIBINPUT_BUTTON_STATE_PRESSED;
  return record->code >= BTN_MISC && record->code <= KEY_MAX;
}

static bool is_inverted(struct libinput_event *base) {
  struct libinput_device *device = libinput_event_get_device(base);
  return libinput_device_config_scroll_has_natural_scroll(device) &&
         libinput_device_config_scroll_get_natural_scroll_enabled(device);
}

static bool translate_scroll(struct libinput_event_pointer *event, record_t *record,
                             enum wr_input_source source) {
  static const struct {
    enum libinput_pointer_axis axis;
    int flag;
  } axes[] = {{LIBINPUT_POINTER_AXIS_SCROLL_VERTICAL, WR_INPUT_VERTICAL},
              {LIBINPUT_POINTER_AXIS_SCROLL_HORIZONTAL, WR_INPUT_HORIZONTAL}};
  double value[2] = {0, 0}, v120[2] = {0, 0};
  record->kind = WR_INPUT_SCROLL;
  record->code = source;
  for (int i = 0; i < 2; i++) {
    if (!libinput_event_pointer_has_axis(event, axes[i].axis))
      continue;
    record->state |= axes[i].flag;
    value[i] = distance(libinput_event_pointer_get_scroll_value(event, axes[i].axis));
    if (source == WR_INPUT_WHEEL)
      v120[i] = distance(libinput_event_pointer_get_scroll_value_v120(event, axes[i].axis));
  }
  if (record->state == 0)
    return false;
  if (is_inverted(libinput_event_pointer_get_base_event(event)))
    record->state |= WR_INPUT_INVERTED;
  record->a = value[0], record->b = value[1], record->c = v120[0], record->d = v120[1];
  return true;
}

static bool translate_pointer(struct libinput_event *base, record_t *record) {
  struct libinput_event_pointer *event = libinput_event_get_pointer_event(base);
  record->time_us = libinput_event_pointer_get_time_usec(event);
  switch (libinput_event_get_type(base)) {
  case LIBINPUT_EVENT_POINTER_MOTION:
    return translate_motion(event, record);
  case LIBINPUT_EVENT_POINTER_MOTION_ABSOLUTE:
    return translate_place(event, record);
  case LIBINPUT_EVENT_POINTER_BUTTON:
    return translate_button(event, record);
  case LIBINPUT_EVENT_POINTER_SCROLL_WHEEL:
    return translate_scroll(event, record, WR_INPUT_WHEEL);
  case LIBINPUT_EVENT_POINTER_SCROLL_FINGER:
    return translate_scroll(event, record, WR_INPUT_FINGER);
  case LIBINPUT_EVENT_POINTER_SCROLL_CONTINUOUS:
    return translate_scroll(event, record, WR_INPUT_CONTINUOUS);
  default:
    /* LIBINPUT_EVENT_POINTER_AXIS says the same as the three above. */
    return false;
  }
}

static bool translate_touch(struct libinput_event *base, record_t *record) {
  struct libinput_event_touch *event = libinput_event_get_touch_event(base);
  enum libinput_event_type type = libinput_event_get_type(base);
  record->time_us = libinput_event_touch_get_time_usec(event);
  record->kind = type == LIBINPUT_EVENT_TOUCH_DOWN     ? WR_INPUT_TOUCH_DOWN
                 : type == LIBINPUT_EVENT_TOUCH_MOTION ? WR_INPUT_TOUCH_MOTION
                 : type == LIBINPUT_EVENT_TOUCH_UP     ? WR_INPUT_TOUCH_UP
                 : type == LIBINPUT_EVENT_TOUCH_CANCEL ? WR_INPUT_TOUCH_CANCEL
                                                       : WR_INPUT_TOUCH_FRAME;
  if (record->kind == WR_INPUT_TOUCH_FRAME)
    return true;
  /* A screen that knows one finger has no slots: -1. */
  int32_t slot = libinput_event_touch_get_slot(event);
  record->code = slot > 0 ? (uint32_t)slot : 0;
  if (record->kind == WR_INPUT_TOUCH_DOWN || record->kind == WR_INPUT_TOUCH_MOTION) {
    record->a = share(libinput_event_touch_get_x_transformed(event, 1));
    record->b = share(libinput_event_touch_get_y_transformed(event, 1));
  }
  return record->code <= FINGERS_MAX;
}

static bool translate_pen(struct libinput_event *base, record_t *record) {
  struct libinput_event_tablet_tool *event = libinput_event_get_tablet_tool_event(base);
  record->time_us = libinput_event_tablet_tool_get_time_usec(event);
  record->a = share(libinput_event_tablet_tool_get_x_transformed(event, 1));
  record->b = share(libinput_event_tablet_tool_get_y_transformed(event, 1));
  switch (libinput_event_get_type(base)) {
  case LIBINPUT_EVENT_TABLET_TOOL_AXIS:
    record->kind = WR_INPUT_PEN_PLACE;
    return true;
  case LIBINPUT_EVENT_TABLET_TOOL_PROXIMITY:
    record->kind = WR_INPUT_PEN_NEAR;
    record->state = libinput_event_tablet_tool_get_proximity_state(event) ==
                    LIBINPUT_TABLET_TOOL_PROXIMITY_STATE_IN;
    return true;
  case LIBINPUT_EVENT_TABLET_TOOL_TIP:
    record->kind = WR_INPUT_PEN_TIP;
    record->state =
        libinput_event_tablet_tool_get_tip_state(event) == LIBINPUT_TABLET_TOOL_TIP_DOWN;
    return true;
  case LIBINPUT_EVENT_TABLET_TOOL_BUTTON:
    record->kind = WR_INPUT_PEN_BUTTON;
    record->code = libinput_event_tablet_tool_get_button(event);
    record->state =
        libinput_event_tablet_tool_get_button_state(event) == LIBINPUT_BUTTON_STATE_PRESSED;
    return record->code >= BTN_MISC && record->code <= KEY_MAX;
  default:
    return false;
  }
}

static const struct {
  enum libinput_event_type type;
  enum wr_input_gesture gesture;
  enum wr_input_phase phase;
} gestures[] = {
    {LIBINPUT_EVENT_GESTURE_SWIPE_BEGIN, WR_INPUT_SWIPE, WR_INPUT_BEGIN},
    {LIBINPUT_EVENT_GESTURE_SWIPE_UPDATE, WR_INPUT_SWIPE, WR_INPUT_UPDATE},
    {LIBINPUT_EVENT_GESTURE_SWIPE_END, WR_INPUT_SWIPE, WR_INPUT_END},
    {LIBINPUT_EVENT_GESTURE_PINCH_BEGIN, WR_INPUT_PINCH, WR_INPUT_BEGIN},
    {LIBINPUT_EVENT_GESTURE_PINCH_UPDATE, WR_INPUT_PINCH, WR_INPUT_UPDATE},
    {LIBINPUT_EVENT_GESTURE_PINCH_END, WR_INPUT_PINCH, WR_INPUT_END},
    {LIBINPUT_EVENT_GESTURE_HOLD_BEGIN, WR_INPUT_HOLD, WR_INPUT_BEGIN},
    {LIBINPUT_EVENT_GESTURE_HOLD_END, WR_INPUT_HOLD, WR_INPUT_END},
};

static bool translate_gesture(struct libinput_event *base, record_t *record, size_t which) {
  struct libinput_event_gesture *event = libinput_event_get_gesture_event(base);
  uint32_t fingers = (uint32_t)libinput_event_gesture_get_finger_count(event);
  record->kind = WR_INPUT_GESTURE;
  record->time_us = libinput_event_gesture_get_time_usec(event);
  record->code = (uint32_t)gestures[which].gesture * 16 + (fingers & 15);
  record->state = (int32_t)gestures[which].phase;
  if (record->state == WR_INPUT_END && libinput_event_gesture_get_cancelled(event))
    record->state = WR_INPUT_CANCELLED;
  if (record->state == WR_INPUT_UPDATE) {
    record->a = distance(libinput_event_gesture_get_dx(event));
    record->b = distance(libinput_event_gesture_get_dy(event));
  }
  if (gestures[which].gesture == WR_INPUT_PINCH) {
    record->c = bounded(libinput_event_gesture_get_scale(event), 0, FAR);
    if (record->state == WR_INPUT_UPDATE)
      record->d = distance(libinput_event_gesture_get_angle_delta(event));
  }
  return true;
}

static bool translate_switch(struct libinput_event_switch *event, record_t *record) {
  record->kind = WR_INPUT_SWITCH;
  record->time_us = libinput_event_switch_get_time_usec(event);
  record->code = libinput_event_switch_get_switch(event);
  record->state = libinput_event_switch_get_switch_state(event) == LIBINPUT_SWITCH_STATE_ON;
  return record->code == LIBINPUT_SWITCH_LID || record->code == LIBINPUT_SWITCH_TABLET_MODE;
}

bool wr_input_translate(struct libinput_event *event, record_t *record) {
  enum libinput_event_type type = libinput_event_get_type(event);
  if (type == LIBINPUT_EVENT_KEYBOARD_KEY)
    return translate_key(libinput_event_get_keyboard_event(event), record);
  if (type >= LIBINPUT_EVENT_POINTER_MOTION && type <= LIBINPUT_EVENT_POINTER_SCROLL_CONTINUOUS)
    return translate_pointer(event, record);
  if (type >= LIBINPUT_EVENT_TOUCH_DOWN && type <= LIBINPUT_EVENT_TOUCH_FRAME)
    return translate_touch(event, record);
  if (type >= LIBINPUT_EVENT_TABLET_TOOL_AXIS && type <= LIBINPUT_EVENT_TABLET_TOOL_BUTTON)
    return translate_pen(event, record);
  for (size_t i = 0; i < sizeof gestures / sizeof *gestures; i++)
    if (gestures[i].type == type)
      return translate_gesture(event, record, i);
  if (type == LIBINPUT_EVENT_SWITCH_TOGGLE)
    return translate_switch(libinput_event_get_switch_event(event), record);
  return false;
}
