#include "devices.h"

#include "control.h"

#include <stdlib.h>

static void pointer_move_absolute(WlcsPointer *pointer, wl_fixed_t x, wl_fixed_t y) {
  (void)pointer;
  wr_control_send(-1, "{\"op\":\"pointer_to\",\"x\":%f,\"y\":%f}", wl_fixed_to_double(x),
                  wl_fixed_to_double(y));
}

static void pointer_move_relative(WlcsPointer *pointer, wl_fixed_t dx, wl_fixed_t dy) {
  (void)pointer;
  wr_control_send(-1, "{\"op\":\"pointer_by\",\"dx\":%f,\"dy\":%f}", wl_fixed_to_double(dx),
                  wl_fixed_to_double(dy));
}

static void press(int button, const char *pressed) {
  wr_control_send(-1, "{\"op\":\"pointer_button\",\"code\":%d,\"pressed\":%s}", button, pressed);
}

static void pointer_button_up(WlcsPointer *pointer, int button) {
  (void)pointer;
  press(button, "false");
}

static void pointer_button_down(WlcsPointer *pointer, int button) {
  (void)pointer;
  press(button, "true");
}

static void pointer_destroy(WlcsPointer *pointer) { free(pointer); }

WlcsPointer *wr_devices_create_pointer(void) {
  WlcsPointer *pointer = malloc(sizeof *pointer);
  if (!pointer)
    abort();
  *pointer = (WlcsPointer){
      .version = WLCS_POINTER_VERSION,
      .move_absolute = pointer_move_absolute,
      .move_relative = pointer_move_relative,
      .button_up = pointer_button_up,
      .button_down = pointer_button_down,
      .destroy = pointer_destroy,
  };
  return pointer;
}

/* Whole pixels, unlike the pointer's: that is how WLCS calls them, whatever their type says. */
static void touch_down(WlcsTouch *touch, wl_fixed_t x, wl_fixed_t y) {
  (void)touch;
  wr_control_send(-1, "{\"op\":\"touch_down\",\"x\":%d,\"y\":%d}", x, y);
}

static void touch_move(WlcsTouch *touch, wl_fixed_t x, wl_fixed_t y) {
  (void)touch;
  wr_control_send(-1, "{\"op\":\"touch_move\",\"x\":%d,\"y\":%d}", x, y);
}

static void touch_up(WlcsTouch *touch) {
  (void)touch;
  wr_control_send(-1, "{\"op\":\"touch_up\"}");
}

static void touch_destroy(WlcsTouch *touch) { free(touch); }

WlcsTouch *wr_devices_create_touch(void) {
  WlcsTouch *touch = malloc(sizeof *touch);
  if (!touch)
    abort();
  *touch = (WlcsTouch){
      .version = WLCS_TOUCH_VERSION,
      .touch_down = touch_down,
      .touch_move = touch_move,
      .touch_up = touch_up,
      .destroy = touch_destroy,
  };
  return touch;
}
