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
  test_every_code();
  return 0;
}
