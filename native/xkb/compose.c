#include "core.h"

#include <stdlib.h>
#include <xkbcommon/xkbcommon-compose.h>

struct wr_xkb_compose {
  struct xkb_context *context;
  struct xkb_compose_table *table;
  struct xkb_compose_state *state;
};

static void be_quiet(struct xkb_context *context, enum xkb_log_level level, const char *format,
                     va_list args) {
  (void)context;
  (void)level;
  (void)format;
  (void)args;
}

struct wr_xkb_compose *wr_xkb_compose_create(const char *locale) {
  struct wr_xkb_compose *self = calloc(1, sizeof *self);
  if (!self)
    return NULL;
  self->context = xkb_context_new(XKB_CONTEXT_NO_DEFAULT_INCLUDES);
  if (self->context) {
    xkb_context_set_log_fn(self->context, be_quiet);
    self->table =
        xkb_compose_table_new_from_locale(self->context, locale, XKB_COMPOSE_COMPILE_NO_FLAGS);
  }
  if (self->table)
    self->state = xkb_compose_state_new(self->table, XKB_COMPOSE_STATE_NO_FLAGS);
  if (self->state)
    return self;
  wr_xkb_compose_destroy(self);
  return NULL;
}

void wr_xkb_compose_destroy(struct wr_xkb_compose *self) {
  if (!self)
    return;
  xkb_compose_state_unref(self->state);
  xkb_compose_table_unref(self->table);
  xkb_context_unref(self->context);
  free(self);
}

enum wr_xkb_composed wr_xkb_compose_feed(struct wr_xkb_compose *self, uint32_t *keysym) {
  xkb_compose_state_feed(self->state, *keysym);
  switch (xkb_compose_state_get_status(self->state)) {
  case XKB_COMPOSE_COMPOSING:
    return WR_XKB_COMPOSING;
  case XKB_COMPOSE_COMPOSED:
    *keysym = xkb_compose_state_get_one_sym(self->state);
    xkb_compose_state_reset(self->state);
    return WR_XKB_COMPOSED;
  case XKB_COMPOSE_CANCELLED:
    xkb_compose_state_reset(self->state);
    return WR_XKB_CANCELLED;
  default:
    return WR_XKB_PLAIN;
  }
}

void wr_xkb_compose_reset(struct wr_xkb_compose *self) { xkb_compose_state_reset(self->state); }

uint32_t wr_xkb_code_point(uint32_t keysym) { return xkb_keysym_to_utf32(keysym); }
