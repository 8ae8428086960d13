#include "host-keyboard.h"

#include <stdlib.h>
#include <string.h>
#include <xcb/xcb.h>

bool wr_window_parse_keyboard_names(const char *value, size_t length,
                                    struct wr_window_keyboard_names *names) {
  char *fields[] = {names->rules, names->model, names->layout, names->variant, names->options};
  for (size_t i = 0; i < 5; i++) {
    size_t size = strnlen(value, length);
    if (size >= sizeof names->rules)
      return false;
    memcpy(fields[i], value, size);
    fields[i][size] = '\0';
    size_t step = size < length ? size + 1 : size;
    value += step;
    length -= step;
  }
  return names->layout[0] != '\0';
}

static xcb_get_property_reply_t *get_names(xcb_connection_t *connection, int screen_number) {
  static const char name[] = "_XKB_RULES_NAMES";
  xcb_intern_atom_reply_t *atom = xcb_intern_atom_reply(
      connection, xcb_intern_atom(connection, 1, sizeof name - 1, name), NULL);
  if (!atom)
    return NULL;
  xcb_screen_iterator_t screen = xcb_setup_roots_iterator(xcb_get_setup(connection));
  for (; screen_number > 0 && screen.rem > 1; screen_number--)
    xcb_screen_next(&screen);
  xcb_get_property_cookie_t cookie = xcb_get_property(connection, 0, screen.data->root, atom->atom,
                                                      XCB_ATOM_STRING, 0, 5 * 256 / 4);
  free(atom);
  return xcb_get_property_reply(connection, cookie, NULL);
}

bool wr_window_host_keyboard(struct wr_window_keyboard_names *names) {
  int screen = 0;
  xcb_connection_t *connection = xcb_connect(NULL, &screen);
  bool found = false;
  if (!xcb_connection_has_error(connection)) {
    xcb_get_property_reply_t *reply = get_names(connection, screen);
    if (reply && reply->format == 8)
      found = wr_window_parse_keyboard_names(xcb_get_property_value(reply),
                                             (size_t)xcb_get_property_value_length(reply), names);
    free(reply);
  }
  xcb_disconnect(connection);
  return found;
}
