/* Run under ASan/UBSan by the sanitizer build; exits at the first wrong answer. */
#include "host-keyboard.h"
#include "keycodes.h"
#include "picture.h"
#include "queue.h"

#include <SDL2/SDL_scancode.h>
#include <linux/input-event-codes.h>
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

static struct wr_window_queue queue;

static void put(enum wr_window_kind kind, double a, double b) {
  wr_window_queue_put(&queue, &(struct wr_window_event){.kind = kind, .a = a, .b = b});
}

static struct wr_window_event take(enum wr_window_kind kind) {
  struct wr_window_event event;
  CHECK(wr_window_queue_take(&queue, &event));
  CHECK(event.kind == kind);
  return event;
}

static void check_empty(void) {
  struct wr_window_event event;
  CHECK(!wr_window_queue_take(&queue, &event));
}

static void test_motion_is_merged_keys_are_not(void) {
  put(WR_WINDOW_MOTION, 1, 1);
  put(WR_WINDOW_MOTION, 2, 3);
  put(WR_WINDOW_KEY, KEY_A, 1);
  put(WR_WINDOW_KEY, KEY_A, 0);
  put(WR_WINDOW_MOTION, 4, 5);
  put(WR_WINDOW_TOUCH_MOTION, 1, 0);
  put(WR_WINDOW_TOUCH_MOTION, 2, 0);
  struct wr_window_event motion = take(WR_WINDOW_MOTION);
  CHECK(motion.a == 2 && motion.b == 3);
  CHECK(take(WR_WINDOW_KEY).b == 1);
  CHECK(take(WR_WINDOW_KEY).b == 0);
  CHECK(take(WR_WINDOW_MOTION).a == 4);
  CHECK(take(WR_WINDOW_TOUCH_MOTION).a == 1);
  CHECK(take(WR_WINDOW_TOUCH_MOTION).a == 2);
  check_empty();
}

static void test_overflow_releases_everything(void) {
  put(WR_WINDOW_FOCUS, 1, 0);
  put(WR_WINDOW_RESIZED, 640, 480);
  put(WR_WINDOW_PRESENTED, 7, 0);
  for (int i = 0; i < WR_WINDOW_QUEUE_SIZE; i++)
    put(WR_WINDOW_KEY, KEY_A, i % 2 == 0);
  CHECK(take(WR_WINDOW_RESIZED).a == 640);
  CHECK(take(WR_WINDOW_PRESENTED).a == 7);
  CHECK(take(WR_WINDOW_FOCUS).a == 0);
  CHECK(take(WR_WINDOW_FOCUS).a == 1);
  take(WR_WINDOW_KEY);
  take(WR_WINDOW_KEY);
  take(WR_WINDOW_KEY);
  check_empty();
  for (int i = 0; i < 100 * WR_WINDOW_QUEUE_SIZE; i++)
    put(WR_WINDOW_KEY, KEY_A, 1);
  CHECK(queue.count <= WR_WINDOW_QUEUE_SIZE);
}

static void test_picture_clips(void) {
  struct wr_window_picture picture = {0};
  uint8_t bytes[4 * 3 * 4];
  memset(bytes, 0xab, sizeof bytes);
  const int32_t rects[] = {1,         1, 2,         1, -5,        -5, 6,         6, 3, 2, 100, 100,
                           INT32_MAX, 0, INT32_MAX, 1, INT32_MIN, 0,  INT32_MIN, 3, 0, 0, -1,  -1};
  CHECK(wr_window_picture_update(&picture, bytes, 4, 3, rects, 6));
  CHECK(picture.resized);
  CHECK(picture.damage_count == 3);
  CHECK(picture.pixels[0] == 0xabababab && picture.pixels[1] == 0);
  CHECK(picture.pixels[4 + 1] == 0xabababab && picture.pixels[4 + 3] == 0);
  CHECK(picture.pixels[8 + 3] == 0xabababab && picture.pixels[8] == 0);
  wr_window_picture_clear_damage(&picture);
  for (int i = 0; i < 2 * WR_WINDOW_DAMAGE_MAX; i++)
    CHECK(wr_window_picture_update(&picture, bytes, 4, 3, (int32_t[]){i % 4, i % 3, 1, 1}, 1));
  CHECK(!picture.resized && picture.damage_count == WR_WINDOW_DAMAGE_MAX);
  const struct wr_window_rect *last = &picture.damage[WR_WINDOW_DAMAGE_MAX - 1];
  CHECK(last->x == 0 && last->y == 0 && last->width == 4 && last->height == 3);
  CHECK(wr_window_picture_update(&picture, bytes, 2, 2, NULL, 0));
  CHECK(picture.resized && picture.damage_count == 0 && picture.pixels[3] == 0);
  wr_window_picture_free(&picture);
}

static void test_keyboard_names(void) {
  static struct wr_window_keyboard_names names;
  static const char value[] = "evdev\0pc105\0de,us\0nodeadkeys,\0grp:alts_toggle";
  CHECK(wr_window_parse_keyboard_names(value, sizeof value, &names));
  CHECK(strcmp(names.layout, "de,us") == 0 && strcmp(names.variant, "nodeadkeys,") == 0);
  CHECK(strcmp(names.options, "grp:alts_toggle") == 0);
  CHECK(wr_window_parse_keyboard_names("evdev\0pc105\0us", 14, &names));
  CHECK(names.variant[0] == '\0' && names.options[0] == '\0');
  CHECK(!wr_window_parse_keyboard_names("", 0, &names));
  char endless[4096];
  memset(endless, 'x', sizeof endless);
  CHECK(!wr_window_parse_keyboard_names(endless, sizeof endless, &names));
}

static void test_codes(void) {
  CHECK(wr_window_key_code(SDL_SCANCODE_A) == KEY_A);
  CHECK(wr_window_key_code(SDL_SCANCODE_NONUSBACKSLASH) == KEY_102ND);
  CHECK(wr_window_key_code(SDL_SCANCODE_F24) == KEY_F24);
  CHECK(wr_window_key_code(SDL_SCANCODE_UNKNOWN) == 0);
  CHECK(wr_window_key_code(UINT32_MAX) == 0);
  CHECK(wr_window_button_code(1) == BTN_LEFT && wr_window_button_code(3) == BTN_RIGHT);
  CHECK(wr_window_button_code(0) == 0 && wr_window_button_code(UINT32_MAX) == 0);
}

int main(void) {
  test_motion_is_merged_keys_are_not();
  test_overflow_releases_everything();
  test_picture_clips();
  test_keyboard_names();
  test_codes();
  return 0;
}
