/* Physical keys: from SDL's scancodes (USB HID usages) to evdev codes. */
#pragma once

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* 0 for a key that evdev has no code for. */
uint32_t wr_window_key_code(uint32_t scancode);
/* BTN_* of SDL's button number (1 left, 2 middle, 3 right, 4 side, 5 extra ...), 0 for one beyond
 * evdev's eight. */
uint32_t wr_window_button_code(uint32_t button);

#ifdef __cplusplus
}
#endif
