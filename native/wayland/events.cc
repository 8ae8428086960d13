/* Events: from JavaScript arguments to libwayland's, every one of them checked. */
#include "binding.h"

#include <cmath>
#include <cstring>
#include <fcntl.h>

namespace wr {

namespace {

/* Room for the strings of one event; what does not fit could not be sent either. */
struct EventBuilder {
  napi_env env;
  Binding *binding;
  const wr_message *event;
  wl_argument args[WR_MAX_ARGS];
  wl_array arrays[WR_MAX_ARGS];
  char text[WR_MAX_EVENT_BYTES];
  size_t used = 0;
};

enum class Read { Good, Dead, Thrown };

Read refuse(EventBuilder &builder, uint32_t at, const char *expected) {
  char message[200];
  snprintf(message, sizeof message, "%s: argument %u must be %s", builder.event->name, at,
           expected);
  napi_throw_type_error(builder.env, nullptr, message);
  return Read::Thrown;
}

bool isNullish(napi_env env, napi_value value) {
  napi_valuetype type;
  napi_typeof(env, value, &type);
  return type == napi_null || type == napi_undefined;
}

Read readInteger(EventBuilder &builder, uint32_t at, napi_value value) {
  if (napi_get_value_int32(builder.env, value, &builder.args[at].i) == napi_ok)
    return Read::Good;
  return refuse(builder, at, "a number");
}

Read readFixed(EventBuilder &builder, uint32_t at, napi_value value) {
  double number;
  if (napi_get_value_double(builder.env, value, &number) != napi_ok ||
      !(std::fabs(number) < 8388608))
    return refuse(builder, at, "a number within 24 bits");
  builder.args[at].f = wl_fixed_from_double(number);
  return Read::Good;
}

Read readString(EventBuilder &builder, uint32_t at, napi_value value) {
  if (isNullish(builder.env, value) && builder.event->args[at].nullable) {
    builder.args[at].s = nullptr;
    return Read::Good;
  }
  size_t room = sizeof builder.text - builder.used, length;
  if (napi_get_value_string_utf8(builder.env, value, builder.text + builder.used, room, &length) !=
      napi_ok)
    return refuse(builder, at, "a string");
  if (length + 4 >= room)
    return refuse(builder, at, "a string that fits into one message (4096 bytes)");
  builder.args[at].s = builder.text + builder.used;
  builder.used += length + 1;
  return Read::Good;
}

Read readArray(EventBuilder &builder, uint32_t at, napi_value value) {
  wl_array &array = builder.arrays[at];
  void *data = nullptr;
  size_t length = 0;
  bool isView = false;
  napi_is_buffer(builder.env, value, &isView);
  if (!isView || napi_get_buffer_info(builder.env, value, &data, &length) != napi_ok)
    return refuse(builder, at, "an ArrayBufferView");
  array.size = array.alloc = length;
  array.data = data;
  builder.args[at].a = &array;
  return Read::Good;
}

Read readFd(EventBuilder &builder, uint32_t at, napi_value value) {
  if (napi_get_value_int32(builder.env, value, &builder.args[at].h) != napi_ok ||
      fcntl(builder.args[at].h, F_GETFD) < 0)
    return refuse(builder, at, "an open file descriptor");
  return Read::Good;
}

/* An object that has ended in the meantime drops the event: its client has forgotten it as well. */
Read readObject(EventBuilder &builder, uint32_t at, napi_value value) {
  const wr_arg &spec = builder.event->args[at];
  builder.args[at].o = nullptr;
  if (isNullish(builder.env, value))
    return spec.nullable ? Read::Good : refuse(builder, at, "an object");
  napi_valuetype type;
  napi_typeof(builder.env, value, &type);
  if (type != napi_number)
    return refuse(builder, at, "an object");
  auto *object = static_cast<wr_resource *>(
      wr_handles_get(&builder.binding->tables.resources, handleFrom(builder.env, value)));
  if (!object)
    return spec.nullable ? Read::Good : Read::Dead;
  if (strcmp(object->iface->wl.name, spec.iface) != 0)
    return refuse(builder, at, (std::string("a ") + spec.iface).c_str());
  builder.args[at].o = reinterpret_cast<wl_object *>(object->resource);
  return Read::Good;
}

Read readArgument(EventBuilder &builder, uint32_t at, napi_value value) {
  switch (builder.event->args[at].type) {
  case 'i':
  case 'u':
    return readInteger(builder, at, value);
  case 'f':
    return readFixed(builder, at, value);
  case 's':
    return readString(builder, at, value);
  case 'a':
    return readArray(builder, at, value);
  case 'h':
    return readFd(builder, at, value);
  default:
    return readObject(builder, at, value);
  }
}

void reportResult(napi_env env, const wr_message *event, wr_post_result result) {
  if (result == WR_POSTED)
    return;
  std::string name(event->name);
  if (result == WR_POST_FOREIGN)
    napi_throw_error(env, "ERR_FOREIGN_OBJECT",
                     (name + ": an argument belongs to another client").c_str());
  else
    napi_throw_range_error(env, nullptr, (name + ": longer than 4096 bytes").c_str());
}

} // namespace

napi_value post(napi_env env, napi_callback_info info) {
  napi_value values[2 + WR_MAX_ARGS];
  size_t count = 2 + WR_MAX_ARGS;
  Binding *binding = bindingOf(env);
  napi_get_cb_info(env, info, &count, values, nullptr, nullptr);
  auto *resource = static_cast<wr_resource *>(
      count < 2 ? nullptr : wr_handles_get(&binding->tables.resources, handleFrom(env, values[0])));
  if (!resource)
    return nullptr;
  uint32_t opcode = 0;
  if (napi_get_value_uint32(env, values[1], &opcode) != napi_ok ||
      opcode >= static_cast<uint32_t>(resource->iface->wl.event_count)) {
    napi_throw_range_error(env, nullptr, "no such event");
    return nullptr;
  }
  EventBuilder builder;
  builder.env = env;
  builder.binding = binding;
  builder.event = &resource->iface->events[opcode];
  if (count != 2 + builder.event->arg_count) {
    napi_throw_type_error(env, nullptr,
                          (std::string(builder.event->name) + ": wrong argument count").c_str());
    return nullptr;
  }
  for (uint32_t i = 0; i < builder.event->arg_count; i++)
    if (readArgument(builder, i, values[2 + i]) != Read::Good)
      return nullptr;
  reportResult(env, builder.event, wr_resource_post(resource, opcode, builder.args));
  return nullptr;
}

} // namespace wr
