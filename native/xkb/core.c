#include "core.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xkbcommon/xkbcommon.h>

/* XKB key codes are evdev codes shifted by 8, a legacy of X11. */
#define XKB_OFFSET 8

struct wr_xkb_keymap {
  struct xkb_context *context;
  struct xkb_keymap *keymap;
};

struct wr_xkb_state {
  struct xkb_keymap *keymap;
  struct xkb_state *state;
  /* xkb_state counts presses of modifier keys, so a doubled press would leave one stuck. */
  uint64_t pressed[WR_XKB_CODE_MAX / 64 + 1];
};

struct complaint {
  char *text;
  size_t size;
};

static void keep_first_complaint(struct xkb_context *context, enum xkb_log_level level,
                                 const char *format, va_list args) {
  struct complaint *complaint = xkb_context_get_user_data(context);
  if (!complaint || level > XKB_LOG_LEVEL_ERROR || complaint->text[0] != '\0')
    return;
  vsnprintf(complaint->text, complaint->size, format, args);
  complaint->text[strcspn(complaint->text, "\n")] = '\0';
}

/* Without its keymap; the context keeps its first complaint. */
static struct wr_xkb_keymap *open_keymap(struct complaint *complaint) {
  complaint->text[0] = '\0';
  struct wr_xkb_keymap *self = calloc(1, sizeof *self);
  if (!self)
    return NULL;
  self->context = xkb_context_new(XKB_CONTEXT_NO_ENVIRONMENT_NAMES);
  if (!self->context) {
    free(self);
    snprintf(complaint->text, complaint->size,
             "no directory with keyboard data (package xkb-data)");
    return NULL;
  }
  xkb_context_set_user_data(self->context, complaint);
  xkb_context_set_log_fn(self->context, keep_first_complaint);
  return self;
}

static struct wr_xkb_keymap *take_keymap(struct wr_xkb_keymap *self, struct xkb_keymap *keymap) {
  xkb_context_set_user_data(self->context, NULL);
  self->keymap = keymap;
  if (keymap)
    return self;
  wr_xkb_keymap_destroy(self);
  return NULL;
}

struct wr_xkb_keymap *wr_xkb_keymap_create(const struct wr_xkb_names *names, char *error,
                                           size_t error_size) {
  struct complaint complaint = {.text = error, .size = error_size};
  struct wr_xkb_keymap *self = open_keymap(&complaint);
  if (!self)
    return NULL;
  struct xkb_rule_names rules = {.rules = names->rules,
                                 .model = names->model,
                                 .layout = names->layout,
                                 .variant = names->variant,
                                 .options = names->options};
  return take_keymap(self,
                     xkb_keymap_new_from_names(self->context, &rules, XKB_KEYMAP_COMPILE_NO_FLAGS));
}

struct wr_xkb_keymap *wr_xkb_keymap_parse(const char *text, size_t length, char *error,
                                          size_t error_size) {
  struct complaint complaint = {.text = error, .size = error_size};
  struct wr_xkb_keymap *self = open_keymap(&complaint);
  if (!self)
    return NULL;
  return take_keymap(self, xkb_keymap_new_from_buffer(self->context, text, length,
                                                      XKB_KEYMAP_FORMAT_TEXT_V1,
                                                      XKB_KEYMAP_COMPILE_NO_FLAGS));
}

void wr_xkb_keymap_destroy(struct wr_xkb_keymap *self) {
  if (!self)
    return;
  xkb_keymap_unref(self->keymap);
  xkb_context_unref(self->context);
  free(self);
}

char *wr_xkb_keymap_text(struct wr_xkb_keymap *self) {
  return xkb_keymap_get_as_string(self->keymap, XKB_KEYMAP_FORMAT_TEXT_V1);
}

struct wr_xkb_state *wr_xkb_state_create(struct wr_xkb_keymap *keymap) {
  struct wr_xkb_state *self = calloc(1, sizeof *self);
  if (!self)
    return NULL;
  self->state = xkb_state_new(keymap->keymap);
  if (!self->state) {
    free(self);
    return NULL;
  }
  self->keymap = xkb_keymap_ref(keymap->keymap);
  return self;
}

void wr_xkb_state_destroy(struct wr_xkb_state *self) {
  if (!self)
    return;
  xkb_state_unref(self->state);
  xkb_keymap_unref(self->keymap);
  free(self);
}

struct wr_xkb_modifiers wr_xkb_state_modifiers(const struct wr_xkb_state *self) {
  struct xkb_state *state = self->state;
  return (struct wr_xkb_modifiers){
      .depressed = xkb_state_serialize_mods(state, XKB_STATE_MODS_DEPRESSED),
      .latched = xkb_state_serialize_mods(state, XKB_STATE_MODS_LATCHED),
      .locked = xkb_state_serialize_mods(state, XKB_STATE_MODS_LOCKED),
      .group = xkb_state_serialize_layout(state, XKB_STATE_LAYOUT_EFFECTIVE),
  };
}

static bool take_transition(struct wr_xkb_state *self, uint32_t code, bool pressed) {
  uint64_t bit = UINT64_C(1) << (code % 64);
  uint64_t *word = &self->pressed[code / 64];
  if (((*word & bit) != 0) == pressed)
    return false;
  *word ^= bit;
  return true;
}

bool wr_xkb_state_key(struct wr_xkb_state *self, uint32_t code, bool pressed) {
  if (code > WR_XKB_CODE_MAX || !take_transition(self, code, pressed))
    return false;
  struct wr_xkb_modifiers before = wr_xkb_state_modifiers(self);
  xkb_state_update_key(self->state, code + XKB_OFFSET, pressed ? XKB_KEY_DOWN : XKB_KEY_UP);
  struct wr_xkb_modifiers after = wr_xkb_state_modifiers(self);
  return memcmp(&before, &after, sizeof before) != 0;
}

void wr_xkb_state_set_modifiers(struct wr_xkb_state *self, struct wr_xkb_modifiers modifiers) {
  xkb_state_update_mask(self->state, modifiers.depressed, modifiers.latched, modifiers.locked, 0, 0,
                        modifiers.group);
}

uint32_t wr_xkb_state_keysym(const struct wr_xkb_state *self, uint32_t code) {
  if (code > WR_XKB_CODE_MAX)
    return XKB_KEY_NoSymbol;
  return xkb_state_key_get_one_sym(self->state, code + XKB_OFFSET);
}

void wr_xkb_state_keysym_name(const struct wr_xkb_state *self, uint32_t code, char *name,
                              size_t size) {
  if (xkb_keysym_get_name(wr_xkb_state_keysym(self, code), name, size) < 0)
    snprintf(name, size, "NoSymbol");
}

bool wr_xkb_state_modifier_active(const struct wr_xkb_state *self, const char *name) {
  return xkb_state_mod_name_is_active(self->state, name, XKB_STATE_MODS_EFFECTIVE) == 1;
}

uint32_t wr_xkb_state_leds(const struct wr_xkb_state *self) {
  static const char *const names[] = {XKB_LED_NAME_NUM, XKB_LED_NAME_CAPS, XKB_LED_NAME_SCROLL,
                                      "Compose", "Kana"};
  uint32_t mask = 0;
  for (unsigned bit = 0; bit < sizeof names / sizeof names[0]; bit++)
    if (xkb_state_led_name_is_active(self->state, names[bit]) == 1)
      mask |= 1u << bit;
  return mask;
}

bool wr_xkb_state_repeats(const struct wr_xkb_state *self, uint32_t code) {
  return code <= WR_XKB_CODE_MAX && xkb_keymap_key_repeats(self->keymap, code + XKB_OFFSET) == 1;
}
