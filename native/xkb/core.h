/* Keyboard layouts: keymaps compiled from RMLVO names and the state machine of one keyboard. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Highest evdev key code that is accepted (KEY_MAX of linux/input-event-codes.h). */
#define WR_XKB_CODE_MAX 0x2ff

struct wr_xkb_names {
  const char *rules, *model, *layout, *variant, *options;
};

struct wr_xkb_keymap;
struct wr_xkb_state;

struct wr_xkb_modifiers {
  uint32_t depressed, latched, locked; /* masks over the keymap's modifiers */
  uint32_t group;                      /* effective layout */
};

/* Compiles a keymap. Empty names stand for xkbcommon's defaults (evdev, pc105, us); the environment
 * is not consulted. NULL on failure, with xkbcommon's first complaint in `error`. */
struct wr_xkb_keymap *wr_xkb_keymap_create(const struct wr_xkb_names *names, char *error,
                                           size_t error_size);
/* The same of a keymap's text, which need not end in NUL. */
struct wr_xkb_keymap *wr_xkb_keymap_parse(const char *text, size_t length, char *error,
                                          size_t error_size);
void wr_xkb_keymap_destroy(struct wr_xkb_keymap *keymap);
/* XKB_KEYMAP_FORMAT_TEXT_V1, to be freed with free(); NULL when out of memory. */
char *wr_xkb_keymap_text(struct wr_xkb_keymap *keymap);

/* The state keeps what it needs of the keymap: destroying the keymap first is fine. */
struct wr_xkb_state *wr_xkb_state_create(struct wr_xkb_keymap *keymap);
void wr_xkb_state_destroy(struct wr_xkb_state *state);
/* Returns whether the modifiers or the group changed. Pressing a pressed key and releasing a
 * released one do nothing. */
bool wr_xkb_state_key(struct wr_xkb_state *state, uint32_t code, bool pressed);
struct wr_xkb_modifiers wr_xkb_state_modifiers(const struct wr_xkb_state *state);
/* What a compositor says of the modifiers, instead of what keys would make of them. */
void wr_xkb_state_set_modifiers(struct wr_xkb_state *state, struct wr_xkb_modifiers modifiers);
uint32_t wr_xkb_state_keysym(const struct wr_xkb_state *state, uint32_t code);
/* Writes the keysym's name, e.g. "Adiaeresis", always terminated. */
void wr_xkb_state_keysym_name(const struct wr_xkb_state *state, uint32_t code, char *name,
                              size_t size);
/* False also for a modifier that the keymap does not have. */
bool wr_xkb_state_modifier_active(const struct wr_xkb_state *state, const char *name);
/* Bit n is the evdev LED code n: 0 num lock, 1 caps lock, 2 scroll lock, 3 compose, 4 kana. */
uint32_t wr_xkb_state_leds(const struct wr_xkb_state *state);
bool wr_xkb_state_repeats(const struct wr_xkb_state *state, uint32_t code);

/* Dead keys and the compose key, by a locale's table. */
struct wr_xkb_compose;
enum wr_xkb_composed { WR_XKB_PLAIN, WR_XKB_COMPOSING, WR_XKB_COMPOSED, WR_XKB_CANCELLED };

/* NULL where the locale has no table. */
struct wr_xkb_compose *wr_xkb_compose_create(const char *locale);
void wr_xkb_compose_destroy(struct wr_xkb_compose *compose);
/* Takes a press. `keysym` becomes the composed one. */
enum wr_xkb_composed wr_xkb_compose_feed(struct wr_xkb_compose *compose, uint32_t *keysym);
void wr_xkb_compose_reset(struct wr_xkb_compose *compose);
/* The character of a keysym; 0 where it is none. */
uint32_t wr_xkb_code_point(uint32_t keysym);

#ifdef __cplusplus
}
#endif
