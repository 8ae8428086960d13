#include "observer-keys.h"

#include <X11/Xutil.h>
#include <X11/extensions/XTest.h>
#include <X11/keysym.h>
#include "clock.h"
#include "random.h"

#define MILLISECOND_NS INT64_C(1000000)

static const KeySym letters[] = {XK_a, XK_s, XK_d, XK_f, XK_j, XK_k, XK_l, XK_e};

static Window topmost_visible(Display *display) {
  Window root, parent, *children, found = None;
  unsigned count;
  if (!XQueryTree(display, DefaultRootWindow(display), &root, &parent, &children, &count))
    return None;
  for (unsigned i = count; i > 0 && found == None; i--) {
    XWindowAttributes attributes;
    if (XGetWindowAttributes(display, children[i - 1], &attributes) &&
        attributes.map_state == IsViewable && attributes.class == InputOutput)
      found = children[i - 1];
  }
  XFree(children);
  return found;
}

void wr_keys_focus_viewer(Display *display) {
  Window focused;
  int revert;
  XGetInputFocus(display, &focused, &revert);
  Window viewer = topmost_visible(display);
  if ((focused == PointerRoot || focused == None) && viewer != None)
    XSetInputFocus(display, viewer, RevertToPointerRoot, CurrentTime);
  XSync(display, False);
}

static void schedule(struct wr_keys *keys) {
  uint32_t gap_ms = 120 + wr_random_next(&keys->random) % 120;
  keys->next_ns = wr_clock_now_ns() + gap_ms * MILLISECOND_NS;
}

void wr_keys_start(struct wr_keys *keys, Display *display, uint32_t count) {
  wr_keys_focus_viewer(display);
  *keys = (struct wr_keys){.left = count, .random = wr_random_seed(count)};
  schedule(keys);
}

int64_t wr_keys_press_due(struct wr_keys *keys, Display *display) {
  if (keys->left == 0 || wr_clock_now_ns() < keys->next_ns)
    return 0;
  KeySym letter = letters[keys->typed % (sizeof letters / sizeof *letters)];
  KeyCode code = XKeysymToKeycode(display, letter);
  int64_t pressed_ns = wr_clock_now_ns();
  XTestFakeKeyEvent(display, code, True, CurrentTime);
  XFlush(display);
  XTestFakeKeyEvent(display, code, False, CurrentTime);
  XFlush(display);
  keys->typed++;
  keys->left--;
  schedule(keys);
  return pressed_ns;
}

int wr_keys_wait_ms(const struct wr_keys *keys, int limit_ms) {
  if (keys->left == 0)
    return limit_ms;
  int64_t wait_ns = keys->next_ns - wr_clock_now_ns();
  int64_t wait_ms = wait_ns <= 0 ? 0 : (wait_ns + MILLISECOND_NS - 1) / MILLISECOND_NS;
  return wait_ms < limit_ms ? (int)wait_ms : limit_ms;
}
