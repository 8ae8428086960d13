#include "core.h"

#include <libinput.h>
#include <stdio.h>
#include <string.h>

static const struct {
  enum libinput_device_capability capability;
  uint32_t ability;
} abilities[] = {
    {LIBINPUT_DEVICE_CAP_KEYBOARD, WR_INPUT_KEYBOARD},
    {LIBINPUT_DEVICE_CAP_POINTER, WR_INPUT_POINTER},
    {LIBINPUT_DEVICE_CAP_TOUCH, WR_INPUT_TOUCH},
    {LIBINPUT_DEVICE_CAP_TABLET_TOOL, WR_INPUT_TABLET},
    {LIBINPUT_DEVICE_CAP_GESTURE, WR_INPUT_GESTURES},
    {LIBINPUT_DEVICE_CAP_SWITCH, WR_INPUT_SWITCHES},
};

/* What a device calls itself; libinput has checked nothing of it. */
static void copy_text(char *to, size_t size, const char *from) {
  snprintf(to, size, "%s", from ? from : "");
  for (char *byte = to; *byte; byte++)
    if ((unsigned char)*byte < ' ' || *byte == 127)
      *byte = '?';
}

static void describe(struct wr_input_device *device) {
  struct libinput_device *handle = device->handle;
  for (size_t i = 0; i < sizeof abilities / sizeof *abilities; i++)
    if (libinput_device_has_capability(handle, abilities[i].capability))
      device->abilities |= abilities[i].ability;
  device->vendor = libinput_device_get_id_vendor(handle);
  device->product = libinput_device_get_id_product(handle);
  copy_text(device->name, sizeof device->name, libinput_device_get_name(handle));
  copy_text(device->node, sizeof device->node, libinput_device_get_sysname(handle));
  copy_text(device->output, sizeof device->output, libinput_device_get_output_name(handle));
}

static void set_acceleration(struct libinput_device *handle,
                             const struct wr_input_settings *settings) {
  if (!libinput_device_config_accel_is_available(handle))
    return;
  libinput_device_config_accel_set_speed(handle, settings->speed);
  uint32_t profile = settings->profile & libinput_device_config_accel_get_profiles(handle);
  if (profile)
    libinput_device_config_accel_set_profile(handle, profile);
}

/* What a device does not have stays as it is. */
static void configure(struct libinput_device *handle, const struct wr_input_settings *settings) {
  set_acceleration(handle, settings);
  if (libinput_device_config_scroll_has_natural_scroll(handle))
    libinput_device_config_scroll_set_natural_scroll_enabled(handle, settings->natural_scroll);
  if (libinput_device_config_tap_get_finger_count(handle) > 0)
    libinput_device_config_tap_set_enabled(handle, settings->tap ? LIBINPUT_CONFIG_TAP_ENABLED
                                                                 : LIBINPUT_CONFIG_TAP_DISABLED);
  if (libinput_device_config_left_handed_is_available(handle))
    libinput_device_config_left_handed_set(handle, settings->left_handed);
}

static struct wr_input_device *free_place(struct wr_input *input) {
  for (size_t i = 0; i < WR_INPUT_DEVICES_MAX; i++)
    if (input->devices[i].id == 0)
      return &input->devices[i];
  return NULL;
}

struct wr_input_device *wr_input_add_device(struct wr_input *input,
                                            struct libinput_device *handle) {
  struct wr_input_device *device = free_place(input);
  libinput_device_set_user_data(handle, device);
  if (!device) {
    libinput_device_config_send_events_set_mode(handle, LIBINPUT_CONFIG_SEND_EVENTS_DISABLED);
    return NULL;
  }
  memset(device, 0, sizeof *device);
  device->id = ++input->next_id;
  device->handle = libinput_device_ref(handle);
  describe(device);
  configure(handle, &input->settings);
  if (device->abilities & WR_INPUT_KEYBOARD)
    libinput_device_led_update(handle, input->leds);
  return device;
}

void wr_input_remove_device(struct wr_input_device *device) {
  libinput_device_set_user_data(device->handle, NULL);
  libinput_device_unref(device->handle);
  memset(device, 0, sizeof *device);
}

const struct wr_input_device *wr_input_find(const struct wr_input *input, uint32_t id) {
  for (size_t i = 0; i < WR_INPUT_DEVICES_MAX && id != 0; i++)
    if (input->devices[i].id == id)
      return &input->devices[i];
  return NULL;
}

void wr_input_set_leds(struct wr_input *input, uint32_t mask) {
  input->leds = mask & (LIBINPUT_LED_NUM_LOCK | LIBINPUT_LED_CAPS_LOCK | LIBINPUT_LED_SCROLL_LOCK);
  for (size_t i = 0; i < WR_INPUT_DEVICES_MAX; i++)
    if (input->devices[i].abilities & WR_INPUT_KEYBOARD)
      libinput_device_led_update(input->devices[i].handle, input->leds);
}
