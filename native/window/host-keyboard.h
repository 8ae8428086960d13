/* The keyboard layout that the X server of $DISPLAY was given. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct wr_window_keyboard_names {
  char rules[256], model[256], layout[256], variant[256], options[256];
};

/* False without an X server, and when it does not tell. */
bool wr_window_host_keyboard(struct wr_window_keyboard_names *names);
/* Splits the value of _XKB_RULES_NAMES: five strings, each ended by NUL. False when there is no
 * layout in it. */
bool wr_window_parse_keyboard_names(const char *value, size_t length,
                                    struct wr_window_keyboard_names *names);

#ifdef __cplusplus
}
#endif
