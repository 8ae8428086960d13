#include "thread.h"

#include "keycodes.h"

#include <SDL2/SDL_syswm.h>
#include <X11/Xlib.h>

typedef struct wr_window_event event_t;

void wr_window_screen_update_size(struct wr_window_screen *screen) {
  int width, height;
  SDL_GetWindowSizeInPixels(screen->window, &width, &height);
  if (width == screen->width && height == screen->height)
    return;
  struct wr_window *shared = screen->shared;
  pthread_mutex_lock(&shared->mutex);
  screen->width = shared->width = width;
  screen->height = shared->height = height;
  pthread_mutex_unlock(&shared->mutex);
  screen->redraw = true;
  wr_window_emit(screen, (event_t){.kind = WR_WINDOW_RESIZED, .a = width, .b = height});
}

/* SDL counts in points, which a HiDPI desktop makes larger than pixels. */
static void to_pixels(struct wr_window_screen *screen, double *x, double *y) {
  int width, height;
  SDL_GetWindowSize(screen->window, &width, &height);
  if (width > 0 && width != screen->width)
    *x = *x * screen->width / width;
  if (height > 0 && height != screen->height)
    *y = *y * screen->height / height;
}

static void emit_key(struct wr_window_screen *screen, uint32_t code, bool pressed) {
  wr_window_emit(screen, (event_t){.kind = WR_WINDOW_KEY, .a = code, .b = pressed});
}

static void set_focus(struct wr_window_screen *screen, bool focused) {
  if (focused == screen->focused)
    return;
  for (uint32_t code = 0; code < sizeof screen->pressed && !focused; code++)
    if (screen->pressed[code]) {
      screen->pressed[code] = false;
      emit_key(screen, code, false);
    }
  screen->focused = focused;
  wr_window_emit(screen, (event_t){.kind = WR_WINDOW_FOCUS, .a = focused});
}

static void translate_key(struct wr_window_screen *screen, const SDL_KeyboardEvent *key) {
  uint32_t code = wr_window_key_code(key->keysym.scancode);
  if (!screen->x11_evdev && code != 0 && !key->repeat)
    emit_key(screen, code, key->state == SDL_PRESSED);
}

/* SDL's scancodes lack some keys (F21 to F24, most media keys), the X server's codes do not. */
static void translate_x11_key(struct wr_window_screen *screen, const XKeyEvent *key) {
  bool pressed = key->type == KeyPress;
  uint32_t code = key->keycode - 8;
  if (!screen->x11_evdev || code == 0 || code >= sizeof screen->pressed ||
      screen->pressed[code] == pressed)
    return;
  screen->pressed[code] = pressed;
  emit_key(screen, code, pressed);
}

static void translate_motion(struct wr_window_screen *screen, const SDL_MouseMotionEvent *motion) {
  event_t event = {.kind = WR_WINDOW_MOTION, .a = motion->x, .b = motion->y};
  to_pixels(screen, &event.a, &event.b);
  wr_window_emit(screen, event);
}

static void translate_button(struct wr_window_screen *screen, const SDL_MouseButtonEvent *button) {
  event_t event = {.kind = WR_WINDOW_BUTTON,
                   .a = wr_window_button_code(button->button),
                   .b = button->state == SDL_PRESSED,
                   .c = button->x,
                   .d = button->y};
  to_pixels(screen, &event.c, &event.d);
  if (event.a != 0)
    wr_window_emit(screen, event);
}

static void translate_wheel(struct wr_window_screen *screen, const SDL_MouseWheelEvent *wheel) {
  wr_window_emit(screen, (event_t){.kind = WR_WINDOW_WHEEL,
                                   .a = (double)wheel->preciseX,
                                   .b = 0 - (double)wheel->preciseY});
}

static void translate_touch(struct wr_window_screen *screen, const SDL_TouchFingerEvent *finger) {
  enum wr_window_kind kind = finger->type == SDL_FINGERDOWN ? WR_WINDOW_TOUCH_DOWN
                             : finger->type == SDL_FINGERUP ? WR_WINDOW_TOUCH_UP
                                                            : WR_WINDOW_TOUCH_MOTION;
  wr_window_emit(screen, (event_t){.kind = kind,
                                   .a = (double)(uint32_t)finger->fingerId,
                                   .b = (double)finger->x * screen->width,
                                   .c = (double)finger->y * screen->height});
}

static void translate_window(struct wr_window_screen *screen, const SDL_WindowEvent *event) {
  switch (event->event) {
  case SDL_WINDOWEVENT_EXPOSED:
    screen->redraw = true;
    break;
  case SDL_WINDOWEVENT_SIZE_CHANGED:
  case SDL_WINDOWEVENT_DISPLAY_CHANGED:
    wr_window_screen_update_size(screen);
    screen->redraw = true;
    break;
  case SDL_WINDOWEVENT_FOCUS_GAINED:
  case SDL_WINDOWEVENT_FOCUS_LOST:
    /* On X11 SDL is 200 ms late; translate_x11 has reported it. */
    if (screen->wayland)
      set_focus(screen, event->event == SDL_WINDOWEVENT_FOCUS_GAINED);
    break;
  case SDL_WINDOWEVENT_CLOSE:
    wr_window_emit(screen, (event_t){.kind = WR_WINDOW_CLOSE});
    break;
  default:
    break;
  }
}

/* Grabs come and go without moving the focus; pointer details concern a focus that follows the
 * mouse elsewhere. */
static void translate_x11_focus(struct wr_window_screen *screen, const XFocusChangeEvent *focus) {
  bool moved = focus->window == screen->x11_window && focus->mode != NotifyGrab &&
               focus->mode != NotifyUngrab && focus->detail != NotifyInferior &&
               focus->detail != NotifyPointer;
  if (!moved)
    return;
  screen->focus_moved_us = wr_window_now_ns() / 1e3;
  set_focus(screen, focus->type == FocusIn);
}

static void translate_x11(struct wr_window_screen *screen, const XEvent *event) {
  if (event->type == FocusIn || event->type == FocusOut)
    translate_x11_focus(screen, &event->xfocus);
  else if (event->type == KeyPress || event->type == KeyRelease)
    translate_x11_key(screen, &event->xkey);
}

void wr_window_screen_translate(struct wr_window_screen *screen, const SDL_Event *event) {
  switch (event->type) {
  case SDL_KEYDOWN:
  case SDL_KEYUP:
    return translate_key(screen, &event->key);
  case SDL_MOUSEMOTION:
    return translate_motion(screen, &event->motion);
  case SDL_MOUSEBUTTONDOWN:
  case SDL_MOUSEBUTTONUP:
    return translate_button(screen, &event->button);
  case SDL_MOUSEWHEEL:
    return translate_wheel(screen, &event->wheel);
  case SDL_FINGERDOWN:
  case SDL_FINGERUP:
  case SDL_FINGERMOTION:
    return translate_touch(screen, &event->tfinger);
  case SDL_WINDOWEVENT:
    return translate_window(screen, &event->window);
  case SDL_SYSWMEVENT:
    if (!screen->wayland)
      translate_x11(screen, &event->syswm.msg->msg.x11.event);
    return;
  case SDL_QUIT:
    return wr_window_emit(screen, (event_t){.kind = WR_WINDOW_CLOSE});
  default:
    return;
  }
}
