/* Run under ASan/UBSan by the sanitizer build; aborts on the first wrong answer. */
#include "core.h"

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

static struct wr_xkb_keymap *keymap_of(const char *layout, const char *variant) {
  struct wr_xkb_names names = {"", "", layout, variant, ""};
  char error[256];
  struct wr_xkb_keymap *keymap = wr_xkb_keymap_create(&names, error, sizeof error);
  CHECK(keymap);
  return keymap;
}

static void check_name(struct wr_xkb_state *state, uint32_t code, const char *expected) {
  char name[64];
  wr_xkb_state_keysym_name(state, code, name, sizeof name);
  CHECK(strcmp(name, expected) == 0);
}

static void test_unknown_layout(void) {
  struct wr_xkb_names names = {"", "", "nowhere", "", ""};
  char error[32];
  CHECK(!wr_xkb_keymap_create(&names, error, sizeof error));
  CHECK(error[0] != '\0' && strlen(error) < sizeof error);
}

static void test_state_outlives_keymap(void) {
  struct wr_xkb_keymap *keymap = keymap_of("de", "");
  struct wr_xkb_state *state = wr_xkb_state_create(keymap);
  char *text = wr_xkb_keymap_text(keymap);
  CHECK(text && strncmp(text, "xkb_keymap", 10) == 0);
  free(text);
  wr_xkb_keymap_destroy(keymap);
  check_name(state, KEY_APOSTROPHE, "adiaeresis");
  CHECK(wr_xkb_state_key(state, KEY_LEFTSHIFT, true));
  CHECK(!wr_xkb_state_key(state, KEY_LEFTSHIFT, true));
  CHECK(wr_xkb_state_modifier_active(state, "Shift"));
  CHECK(!wr_xkb_state_modifier_active(state, "NoSuchModifier"));
  check_name(state, KEY_APOSTROPHE, "Adiaeresis");
  CHECK(wr_xkb_state_key(state, KEY_LEFTSHIFT, false));
  CHECK(!wr_xkb_state_key(state, KEY_LEFTSHIFT, false));
  CHECK(wr_xkb_state_modifiers(state).depressed == 0);
  wr_xkb_state_destroy(state);
}

static void test_text(void) {
  struct wr_xkb_keymap *keymap = keymap_of("us", "intl");
  char *text = wr_xkb_keymap_text(keymap);
  size_t length = strlen(text);
  /* Without a NUL at its end, as it may come out of a file. */
  char *bare = malloc(length);
  memcpy(bare, text, length);
  char error[256];
  struct wr_xkb_keymap *parsed = wr_xkb_keymap_parse(bare, length, error, sizeof error);
  CHECK(parsed);
  struct wr_xkb_state *state = wr_xkb_state_create(parsed);
  check_name(state, KEY_APOSTROPHE, "dead_acute");
  struct wr_xkb_modifiers shift = {.depressed = 1};
  wr_xkb_state_set_modifiers(state, shift);
  CHECK(wr_xkb_code_point(wr_xkb_state_keysym(state, KEY_A)) == 'A');
  for (size_t part = 0; part < length; part += length / 50)
    wr_xkb_keymap_destroy(wr_xkb_keymap_parse(bare, part, error, sizeof error));
  wr_xkb_state_destroy(state);
  wr_xkb_keymap_destroy(parsed);
  wr_xkb_keymap_destroy(keymap);
  free(bare);
  free(text);
}

static void test_compose(void) {
  CHECK(!wr_xkb_compose_create("no such locale"));
  struct wr_xkb_compose *compose = wr_xkb_compose_create("en_US.UTF-8");
  if (!compose) /* without libx11-data */
    return;
  uint32_t dead_acute = 0xfe51, e = 'e', x = 'x';
  CHECK(wr_xkb_compose_feed(compose, &x) == WR_XKB_PLAIN && x == 'x');
  CHECK(wr_xkb_compose_feed(compose, &dead_acute) == WR_XKB_COMPOSING);
  CHECK(wr_xkb_compose_feed(compose, &e) == WR_XKB_COMPOSED && wr_xkb_code_point(e) == 0xe9);
  CHECK(wr_xkb_compose_feed(compose, &dead_acute) == WR_XKB_COMPOSING);
  CHECK(wr_xkb_compose_feed(compose, &x) == WR_XKB_CANCELLED);
  wr_xkb_compose_reset(compose);
  wr_xkb_compose_destroy(compose);
}

static void test_every_code(void) {
  struct wr_xkb_keymap *keymap = keymap_of("us,fr", "intl,");
  struct wr_xkb_state *state = wr_xkb_state_create(keymap);
  for (uint32_t round = 0; round < 4; round++)
    for (uint32_t code = 0; code <= WR_XKB_CODE_MAX + 2; code++) {
      char name[64];
      wr_xkb_state_key(state, code, (round & 1) == 0);
      wr_xkb_state_keysym_name(state, code, name, sizeof name);
      wr_xkb_state_repeats(state, code);
      wr_xkb_state_leds(state);
    }
  CHECK(!wr_xkb_state_key(state, UINT32_MAX, true));
  CHECK(wr_xkb_state_keysym(state, UINT32_MAX) == 0);
  CHECK(wr_xkb_state_modifiers(state).depressed == 0);
  wr_xkb_state_destroy(state);
  wr_xkb_keymap_destroy(keymap);
}

int main(void) {
  test_unknown_layout();
  test_state_outlives_keymap();
  test_text();
  test_compose();
  test_every_code();
  return 0;
}
