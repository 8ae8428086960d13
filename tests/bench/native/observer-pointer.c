#include "observer-pointer.h"

#include <X11/extensions/XTest.h>
#include <X11/keysym.h>
#include "barcode.h"
#include "clock.h"
#include "marks.h"
#include "observer-keys.h"

#define MILLISECOND_NS INT64_C(1000000)
#define STEP_NS INT64_C(33333333)
#define STEP_X 11
#define STEP_Y 7
/* Away from the borders, where desktops snap windows to something. */
#define MARGIN 48
#define LEFT_BUTTON 1
/* A window that is further behind than this counts as not following. */
#define MAX_STEPS_BEHIND 45

void wr_pointer_move(Display *display, int32_t x, int32_t y) {
  XTestFakeMotionEvent(display, DefaultScreen(display), x, y, CurrentTime);
  XFlush(display);
}

static void press_button(Display *display, Bool down) {
  XTestFakeButtonEvent(display, LEFT_BUTTON, down, CurrentTime);
  XFlush(display);
}

static void press_alt(Display *display, Bool down) {
  XTestFakeKeyEvent(display, XKeysymToKeycode(display, XK_Alt_L), down, CurrentTime);
  XFlush(display);
}

int64_t wr_pointer_click(Display *display) {
  int64_t pressed_ns = wr_clock_now_ns();
  press_button(display, True);
  press_button(display, False);
  return pressed_ns;
}

/** Goes to and fro between low and high. */
static int32_t bounced(int32_t start, int64_t distance, int32_t low, int32_t high) {
  int64_t range = high - low, travelled = (start - low + distance) % (2 * range);
  return low + (int32_t)(travelled <= range ? travelled : 2 * range - travelled);
}

struct wr_rect wr_drag_place(const struct wr_drag *drag, uint32_t step) {
  const struct wr_rect *window = &drag->window;
  return (struct wr_rect){bounced(window->x, (int64_t)step * STEP_X, MARGIN,
                                  WR_MARKS_SCREEN_WIDTH - MARGIN - window->width),
                          bounced(window->y, (int64_t)step * STEP_Y, MARGIN,
                                  WR_MARKS_SCREEN_HEIGHT - MARGIN - window->height),
                          WR_BARCODE_WIDTH, WR_BARCODE_HEIGHT};
}

static void move_to_step(const struct wr_drag *drag, Display *display, uint32_t step) {
  struct wr_rect place = wr_drag_place(drag, step);
  wr_pointer_move(display, place.x + drag->window.width / 2, place.y + drag->window.height / 2);
}

void wr_drag_start(struct wr_drag *drag, Display *display, struct wr_rect window, uint32_t value,
                   uint32_t steps) {
  *drag = (struct wr_drag){
      .left = steps, .value = value, .window = window, .next_ns = wr_clock_now_ns() + 10 * STEP_NS};
  wr_keys_focus_viewer(display);
  move_to_step(drag, display, 0);
  press_alt(display, True);
  press_button(display, True);
}

bool wr_drag_step_due(struct wr_drag *drag, Display *display, struct wr_log *log) {
  if (drag->left == 0 || wr_clock_now_ns() < drag->next_ns)
    return false;
  drag->next_ns += STEP_NS;
  drag->steps++;
  drag->left--;
  int64_t moved_ns = wr_clock_now_ns();
  move_to_step(drag, display, drag->steps);
  wr_log_add(log, WR_LOG_STEP, drag->steps, moved_ns);
  if (drag->left > 0)
    return false;
  press_button(display, False);
  press_alt(display, False);
  return true;
}

void wr_drag_look(struct wr_drag *drag, struct wr_screen *screen, struct wr_log *log) {
  uint32_t oldest = drag->steps > MAX_STEPS_BEHIND ? drag->steps - MAX_STEPS_BEHIND : 0;
  uint32_t value;
  for (uint32_t step = drag->steps; step > drag->seen && step > oldest; step--) {
    if (!wr_screen_read_barcode(screen, wr_drag_place(drag, step), &value) || value != drag->value)
      continue;
    drag->seen = step;
    wr_log_add(log, WR_LOG_PLACE, step, wr_clock_now_ns());
    return;
  }
}

int wr_drag_wait_ms(const struct wr_drag *drag, int limit_ms) {
  if (drag->left == 0)
    return limit_ms;
  int64_t wait_ns = drag->next_ns - wr_clock_now_ns();
  int64_t wait_ms = wait_ns <= 0 ? 0 : (wait_ns + MILLISECOND_NS - 1) / MILLISECOND_NS;
  return wait_ms < limit_ms ? (int)wait_ms : limit_ms;
}
