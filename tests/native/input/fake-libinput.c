#include "fake-libinput.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct libinput_device {
  bool plugged, active;
  int fd, references;
  uint32_t abilities;
  const char *name, *output;
  void *user;
};

struct libinput_event {
  struct fake_event what;
  struct libinput_device *device;
  struct libinput_event *next;
};

struct libinput {
  const struct libinput_interface *interface;
  void *user;
  bool suspended;
  libinput_log_handler log;
};

struct fake_world fake;
static struct libinput_device devices[FAKE_DEVICES];
static struct libinput_event *first, *last;
static struct libinput context;

void fake_begin(void) {
  memset(&fake, 0, sizeof fake);
  memset(devices, 0, sizeof devices);
  first = last = NULL;
  fake_seat_begin();
}

int fake_leaks(void) {
  return fake.contexts + fake.udevs + fake.events + fake.references + fake.seats +
         fake.open_devices + fake.daemon_devices;
}

static void queue(struct libinput_device *device, struct fake_event what) {
  struct libinput_event *event = calloc(1, sizeof *event);
  *event = (struct libinput_event){what, device, NULL};
  fake.events++;
  if (last)
    last->next = event;
  else
    first = event;
  last = event;
}

static void wake(struct libinput_device *device) {
  if (!device->plugged || device->active || !fake.contexts || context.suspended)
    return;
  device->fd = context.interface->open_restricted("/dev/input/event0", 0, context.user);
  device->active = device->fd >= 0;
  if (device->active)
    queue(device, (struct fake_event){.type = LIBINPUT_EVENT_DEVICE_ADDED});
}

static void rest(struct libinput_device *device) {
  if (!device->active)
    return;
  device->active = false;
  queue(device, (struct fake_event){.type = LIBINPUT_EVENT_DEVICE_REMOVED});
  context.interface->close_restricted(device->fd, context.user);
}

int fake_plug(uint32_t abilities, const char *name, const char *output) {
  for (int i = 0; i < FAKE_DEVICES; i++) {
    if (devices[i].plugged)
      continue;
    void *user = devices[i].user;
    devices[i] = (struct libinput_device){.plugged = true,
                                          .abilities = abilities,
                                          .name = name,
                                          .output = output,
                                          .user = user,
                                          .references = devices[i].references};
    wake(&devices[i]);
    return i;
  }
  abort();
}

void fake_unplug(int device) {
  rest(&devices[device]);
  devices[device].plugged = false;
}

void fake_say(int device, struct fake_event event) {
  if (devices[device].active)
    queue(&devices[device], event);
}

static void complain(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  context.log(&context, LIBINPUT_LOG_PRIORITY_ERROR, format, arguments);
  va_end(arguments);
}

void fake_complain(const char *what) { complain("event0 - %s\n", what); }

/* --- libinput: the context --- */

struct libinput *libinput_udev_create_context(const struct libinput_interface *interface,
                                              void *user, struct udev *udev) {
  (void)udev;
  if (fake.context_fails)
    return errno = fake.context_fails, NULL;
  fake.contexts++;
  context = (struct libinput){.interface = interface, .user = user};
  return &context;
}

int libinput_udev_assign_seat(struct libinput *libinput, const char *seat) {
  (void)libinput;
  (void)seat;
  if (fake.assign_fails)
    return errno = fake.assign_fails, -1;
  for (int i = 0; i < FAKE_DEVICES; i++)
    wake(&devices[i]);
  return 0;
}

void libinput_suspend(struct libinput *libinput) {
  for (int i = 0; i < FAKE_DEVICES; i++)
    rest(&devices[i]);
  libinput->suspended = true;
}

int libinput_resume(struct libinput *libinput) {
  if (fake.resume_fails)
    return errno = fake.resume_fails, -1;
  libinput->suspended = false;
  for (int i = 0; i < FAKE_DEVICES; i++)
    wake(&devices[i]);
  return 0;
}

int libinput_dispatch(struct libinput *libinput) {
  (void)libinput;
  return -fake.dispatch_fails;
}

struct libinput_event *libinput_get_event(struct libinput *libinput) {
  (void)libinput;
  struct libinput_event *event = first;
  if (event)
    first = event->next;
  if (!first)
    last = NULL;
  return event;
}

void libinput_event_destroy(struct libinput_event *event) {
  fake.events--;
  free(event);
}

struct libinput *libinput_unref(struct libinput *libinput) {
  for (int i = 0; i < FAKE_DEVICES; i++)
    rest(&devices[i]);
  struct libinput_event *event;
  while ((event = libinput_get_event(libinput)))
    libinput_event_destroy(event);
  fake.contexts--;
  return NULL;
}

int libinput_get_fd(struct libinput *libinput) { return libinput ? 5 : -1; }
void *libinput_get_user_data(struct libinput *libinput) { return libinput->user; }
void libinput_log_set_handler(struct libinput *libinput, libinput_log_handler handler) {
  libinput->log = handler;
}
void libinput_log_set_priority(struct libinput *libinput, enum libinput_log_priority priority) {
  (void)libinput;
  (void)priority;
}

/* --- libinput: devices --- */

static int number_of(struct libinput_device *device) { return (int)(device - devices); }

struct libinput_device *libinput_device_ref(struct libinput_device *device) {
  device->references++;
  fake.references++;
  return device;
}

struct libinput_device *libinput_device_unref(struct libinput_device *device) {
  if (--device->references < 0)
    abort();
  fake.references--;
  return device->references ? device : NULL;
}

void libinput_device_set_user_data(struct libinput_device *device, void *user) {
  device->user = user;
}
void *libinput_device_get_user_data(struct libinput_device *device) { return device->user; }

int libinput_device_has_capability(struct libinput_device *device,
                                   enum libinput_device_capability capability) {
  switch (capability) {
  case LIBINPUT_DEVICE_CAP_KEYBOARD:
    return !!(device->abilities & WR_INPUT_KEYBOARD);
  case LIBINPUT_DEVICE_CAP_POINTER:
    return !!(device->abilities & WR_INPUT_POINTER);
  case LIBINPUT_DEVICE_CAP_TOUCH:
    return !!(device->abilities & WR_INPUT_TOUCH);
  case LIBINPUT_DEVICE_CAP_TABLET_TOOL:
    return !!(device->abilities & WR_INPUT_TABLET);
  case LIBINPUT_DEVICE_CAP_GESTURE:
    return !!(device->abilities & WR_INPUT_GESTURES);
  case LIBINPUT_DEVICE_CAP_SWITCH:
    return !!(device->abilities & WR_INPUT_SWITCHES);
  default:
    return 0;
  }
}

unsigned libinput_device_get_id_vendor(struct libinput_device *device) {
  return device->plugged ? 0x1209 : 0;
}
unsigned libinput_device_get_id_product(struct libinput_device *device) {
  return (unsigned)number_of(device);
}
const char *libinput_device_get_name(struct libinput_device *device) { return device->name; }
const char *libinput_device_get_sysname(struct libinput_device *device) {
  return device->plugged ? "event0" : "";
}
const char *libinput_device_get_output_name(struct libinput_device *device) {
  return device->output;
}

void libinput_device_led_update(struct libinput_device *device, enum libinput_led leds) {
  fake.leds[number_of(device)] = leds;
}

int libinput_device_config_accel_is_available(struct libinput_device *device) {
  return !!(device->abilities & WR_INPUT_POINTER);
}
enum libinput_config_status libinput_device_config_accel_set_speed(struct libinput_device *device,
                                                                   double speed) {
  (void)device;
  fake.speed = speed;
  return LIBINPUT_CONFIG_STATUS_SUCCESS;
}
uint32_t libinput_device_config_accel_get_profiles(struct libinput_device *device) {
  (void)device;
  return LIBINPUT_CONFIG_ACCEL_PROFILE_FLAT;
}
enum libinput_config_status
libinput_device_config_accel_set_profile(struct libinput_device *device,
                                         enum libinput_config_accel_profile profile) {
  (void)device;
  fake.profile = profile;
  return LIBINPUT_CONFIG_STATUS_SUCCESS;
}
int libinput_device_config_scroll_has_natural_scroll(struct libinput_device *device) {
  return !!(device->abilities & WR_INPUT_POINTER);
}
enum libinput_config_status
libinput_device_config_scroll_set_natural_scroll_enabled(struct libinput_device *device, int on) {
  (void)device;
  fake.natural = on;
  return LIBINPUT_CONFIG_STATUS_SUCCESS;
}
int libinput_device_config_scroll_get_natural_scroll_enabled(struct libinput_device *device) {
  (void)device;
  return fake.natural;
}
int libinput_device_config_tap_get_finger_count(struct libinput_device *device) {
  return device->abilities & WR_INPUT_GESTURES ? 3 : 0;
}
enum libinput_config_status
libinput_device_config_tap_set_enabled(struct libinput_device *device,
                                       enum libinput_config_tap_state state) {
  (void)device;
  fake.tap = state;
  return LIBINPUT_CONFIG_STATUS_SUCCESS;
}
int libinput_device_config_left_handed_is_available(struct libinput_device *device) {
  return !!(device->abilities & WR_INPUT_POINTER);
}
enum libinput_config_status libinput_device_config_left_handed_set(struct libinput_device *device,
                                                                   int left_handed) {
  (void)device;
  fake.left_handed = left_handed;
  return LIBINPUT_CONFIG_STATUS_SUCCESS;
}
enum libinput_config_status
libinput_device_config_send_events_set_mode(struct libinput_device *device, uint32_t mode) {
  (void)device;
  (void)mode;
  return LIBINPUT_CONFIG_STATUS_SUCCESS;
}

/* --- libinput: events --- */

enum libinput_event_type libinput_event_get_type(struct libinput_event *event) {
  return event->what.type;
}
struct libinput_device *libinput_event_get_device(struct libinput_event *event) {
  return event->device;
}

#define AS(kind)                                                                                   \
  struct libinput_event_##kind *libinput_event_get_##kind##_event(struct libinput_event *event) {  \
    return (struct libinput_event_##kind *)event;                                                  \
  }
AS(keyboard)
AS(pointer)
AS(touch)
AS(tablet_tool)
AS(gesture)
AS(switch)

#define GET(type, kind, getter, field)                                                             \
  type libinput_event_##kind##_get_##getter(struct libinput_event_##kind *event) {                 \
    return (type)((struct libinput_event *)event)->what.field;                                     \
  }
#define GET_WITHIN(kind, getter, field)                                                            \
  double libinput_event_##kind##_get_##getter(struct libinput_event_##kind *event,                 \
                                              uint32_t size) {                                     \
    return ((struct libinput_event *)event)->what.field * size;                                    \
  }
#define GET_TIME(kind)                                                                             \
  uint64_t libinput_event_##kind##_get_time_usec(struct libinput_event_##kind *event) {            \
    return event ? 4711 : 0;                                                                       \
  }
GET_TIME(keyboard)
GET_TIME(pointer)
GET_TIME(touch)
GET_TIME(tablet_tool)
GET_TIME(gesture)
GET_TIME(switch)
GET(uint32_t, keyboard, key, code)
GET(enum libinput_key_state, keyboard, key_state, state)
GET(double, pointer, dx, a)
GET(double, pointer, dy, b)
GET(double, pointer, dx_unaccelerated, c)
GET(double, pointer, dy_unaccelerated, d)
GET_WITHIN(pointer, absolute_x_transformed, a)
GET_WITHIN(pointer, absolute_y_transformed, b)
GET(uint32_t, pointer, button, code)
GET(enum libinput_button_state, pointer, button_state, state)
GET(int32_t, touch, slot, slot)
GET_WITHIN(touch, x_transformed, a)
GET_WITHIN(touch, y_transformed, b)
GET_WITHIN(tablet_tool, x_transformed, a)
GET_WITHIN(tablet_tool, y_transformed, b)
GET(enum libinput_tablet_tool_proximity_state, tablet_tool, proximity_state, state)
GET(enum libinput_tablet_tool_tip_state, tablet_tool, tip_state, state)
GET(uint32_t, tablet_tool, button, code)
GET(enum libinput_button_state, tablet_tool, button_state, state)
GET(int, gesture, finger_count, code)
GET(int, gesture, cancelled, state)
GET(double, gesture, dx, a)
GET(double, gesture, dy, b)
GET(double, gesture, scale, c)
GET(double, gesture, angle_delta, d)
GET(enum libinput_switch, switch, switch, code)
GET(enum libinput_switch_state, switch, switch_state, state)

struct libinput_event *libinput_event_pointer_get_base_event(struct libinput_event_pointer *event) {
  return (struct libinput_event *)event;
}

static bool is_vertical(enum libinput_pointer_axis axis) {
  return axis == LIBINPUT_POINTER_AXIS_SCROLL_VERTICAL;
}
int libinput_event_pointer_has_axis(struct libinput_event_pointer *event,
                                    enum libinput_pointer_axis axis) {
  return !!(((struct libinput_event *)event)->what.axes & (is_vertical(axis) ? 1u : 2u));
}
double libinput_event_pointer_get_scroll_value(struct libinput_event_pointer *event,
                                               enum libinput_pointer_axis axis) {
  const struct fake_event *what = &((struct libinput_event *)event)->what;
  return is_vertical(axis) ? what->a : what->b;
}
double libinput_event_pointer_get_scroll_value_v120(struct libinput_event_pointer *event,
                                                    enum libinput_pointer_axis axis) {
  const struct fake_event *what = &((struct libinput_event *)event)->what;
  return is_vertical(axis) ? what->c : what->d;
}
