#include "core.h"

#include <errno.h>
#include <libinput.h>
#include <libudev.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static bool fail(struct wr_input *input, const char *call, int number) {
  input->call = call;
  input->number = number ? number : EIO;
  return false;
}

static int open_restricted(const char *path, int flags, void *user) {
  struct wr_input *input = user;
  return wr_input_seat_open_device(&input->seat, path, flags);
}

static void close_restricted(int fd, void *user) {
  struct wr_input *input = user;
  wr_input_seat_close_device(&input->seat, fd);
}

static const struct libinput_interface interface = {open_restricted, close_restricted};

static void keep_log(struct libinput *libinput, enum libinput_log_priority priority,
                     const char *format, va_list arguments) {
  struct wr_input *input = libinput_get_user_data(libinput);
  /* To libinput it is no error when keys were lost because nobody read them; to a person it is. */
  bool matters = priority >= LIBINPUT_LOG_PRIORITY_ERROR || strstr(format, "SYN_DROPPED");
  if (!input || !matters || input->log_count == WR_INPUT_LOG_LINES)
    return;
  char *line = input->log[input->log_count++];
  vsnprintf(line, WR_INPUT_LOG_MAX, format, arguments);
  line[strcspn(line, "\n")] = 0;
}

static bool open_libinput(struct wr_input *input) {
  input->udev = udev_new();
  if (!input->udev)
    return fail(input, "udev_new", errno);
  input->libinput = libinput_udev_create_context(&interface, input, input->udev);
  if (!input->libinput)
    return fail(input, "libinput_udev_create_context", errno);
  libinput_log_set_handler(input->libinput, keep_log);
  libinput_log_set_priority(input->libinput, LIBINPUT_LOG_PRIORITY_INFO);
  if (libinput_udev_assign_seat(input->libinput, wr_input_seat_name(&input->seat)) != 0)
    return fail(input, "libinput_udev_assign_seat", errno);
  if (!input->seat.active)
    libinput_suspend(input->libinput);
  return true;
}

/* Is called in the middle of wr_input_seat_dispatch() alone. */
static void seat_changed(void *user, bool active) {
  struct wr_input *input = user;
  if (!active)
    libinput_suspend(input->libinput);
  else if (libinput_resume(input->libinput) != 0)
    fail(input, "libinput_resume", errno);
}

bool wr_input_open(struct wr_input *input, const struct wr_input_sys *sys, bool daemon,
                   const struct wr_input_settings *settings) {
  memset(input, 0, sizeof *input);
  input->settings = *settings;
  if (!wr_input_seat_open(&input->seat, sys, daemon))
    return fail(input, "libseat_open_seat", errno);
  if (!open_libinput(input)) {
    wr_input_close(input);
    return false;
  }
  input->seat.user = input;
  input->seat.changed = seat_changed;
  return true;
}

void wr_input_close(struct wr_input *input) {
  input->seat.changed = NULL;
  for (size_t i = 0; i < WR_INPUT_DEVICES_MAX; i++)
    if (input->devices[i].id != 0)
      wr_input_remove_device(&input->devices[i]);
  if (input->libinput)
    libinput_unref(input->libinput);
  input->libinput = NULL;
  if (input->udev)
    udev_unref(input->udev);
  input->udev = NULL;
  wr_input_seat_close(&input->seat);
}

int wr_input_fd(const struct wr_input *input) { return libinput_get_fd(input->libinput); }

struct taking {
  struct wr_input *input;
  wr_input_taker take;
  void *user;
};

static void hand_over(const struct taking *taking) {
  struct wr_input_queue *queue = &taking->input->queue;
  if (queue->count > 0)
    taking->take(taking->user, queue);
  queue->count = 0;
}

static void push(const struct taking *taking, const struct wr_input_record *record) {
  if (wr_input_queue_push(&taking->input->queue, record))
    return;
  hand_over(taking);
  wr_input_queue_push(&taking->input->queue, record);
}

static void take_event(const struct taking *taking, struct libinput_event *event) {
  struct libinput_device *handle = libinput_event_get_device(event);
  struct wr_input_record record = {0};
  enum libinput_event_type type = libinput_event_get_type(event);
  struct wr_input_device *device = type == LIBINPUT_EVENT_DEVICE_ADDED
                                       ? wr_input_add_device(taking->input, handle)
                                       : libinput_device_get_user_data(handle);
  if (!device)
    return;
  record.device = device->id;
  if (type == LIBINPUT_EVENT_DEVICE_ADDED)
    record.kind = WR_INPUT_ADDED;
  else if (type == LIBINPUT_EVENT_DEVICE_REMOVED)
    record.kind = WR_INPUT_REMOVED;
  else if (!wr_input_translate(event, &record))
    return;
  push(taking, &record);
  if (type != LIBINPUT_EVENT_DEVICE_REMOVED)
    return;
  /* Whoever takes it may still want to know what it was. */
  hand_over(taking);
  wr_input_remove_device(device);
}

static void take_events(const struct taking *taking) {
  struct libinput_event *event;
  while ((event = libinput_get_event(taking->input->libinput))) {
    take_event(taking, event);
    libinput_event_destroy(event);
  }
}

/* What the seat's change does to the devices is taken before anybody hears of the seat. */
static bool take_seat(const struct taking *taking) {
  struct wr_input *input = taking->input;
  bool was_active = input->seat.active;
  input->call = NULL;
  int gone = wr_input_seat_dispatch(&input->seat);
  take_events(taking);
  if (input->seat.active != was_active)
    push(taking, &(struct wr_input_record){.kind = WR_INPUT_SEAT, .state = input->seat.active});
  if (gone)
    return fail(input, "libseat_dispatch", gone);
  return !input->call;
}

bool wr_input_dispatch(struct wr_input *input, wr_input_taker take, void *user) {
  struct taking taking = {input, take, user};
  int result = libinput_dispatch(input->libinput);
  take_events(&taking);
  bool there = take_seat(&taking);
  hand_over(&taking);
  if (result != 0 && result != -EAGAIN && result != -EINTR)
    return fail(input, "libinput_dispatch", -result);
  return there;
}
