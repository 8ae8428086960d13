/* Arguments of requests and events: JavaScript's to libwayland's, every one of them checked, and
 * back. */
#include "message-values.h"

#include <cmath>
#include <cstring>
#include <fcntl.h>

namespace wr {

namespace {

Read refuse(MessageBuilder &builder, uint32_t at, const char *expected) {
  char message[200];
  snprintf(message, sizeof message, "%s: argument %u must be %s", builder.message->name, at,
           expected);
  napi_throw_type_error(builder.env, nullptr, message);
  return Read::Thrown;
}

bool isNullish(napi_env env, napi_value value) {
  napi_valuetype type;
  napi_typeof(env, value, &type);
  return type == napi_null || type == napi_undefined;
}

Read readInteger(MessageBuilder &builder, uint32_t at, napi_value value) {
  if (napi_get_value_int32(builder.env, value, &builder.args[at].i) == napi_ok)
    return Read::Good;
  return refuse(builder, at, "a number");
}

Read readFixed(MessageBuilder &builder, uint32_t at, napi_value value) {
  double number;
  if (napi_get_value_double(builder.env, value, &number) != napi_ok ||
      !(std::fabs(number) < 8388608))
    return refuse(builder, at, "a number within 24 bits");
  builder.args[at].f = wl_fixed_from_double(number);
  return Read::Good;
}

Read readString(MessageBuilder &builder, uint32_t at, napi_value value) {
  if (isNullish(builder.env, value) && builder.message->args[at].nullable) {
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

Read readArray(MessageBuilder &builder, uint32_t at, napi_value value) {
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

Read readFd(MessageBuilder &builder, uint32_t at, napi_value value) {
  if (napi_get_value_int32(builder.env, value, &builder.args[at].h) != napi_ok ||
      fcntl(builder.args[at].h, F_GETFD) < 0)
    return refuse(builder, at, "an open file descriptor");
  return Read::Good;
}

/* An object that has ended in the meantime drops the event: its client has forgotten it as well. */
Read readObject(MessageBuilder &builder, uint32_t at, napi_value value) {
  const wr_arg &spec = builder.message->args[at];
  builder.args[at].o = nullptr;
  if (isNullish(builder.env, value))
    return spec.nullable ? Read::Good : refuse(builder, at, "an object");
  napi_valuetype type;
  napi_typeof(builder.env, value, &type);
  if (type != napi_number)
    return refuse(builder, at, "an object");
  const wr_interface *iface = nullptr;
  wl_object *object = builder.find(builder.context, handleFrom(builder.env, value), &iface);
  if (!object)
    return spec.nullable ? Read::Good : Read::Dead;
  if (strcmp(iface->wl.name, spec.iface) != 0)
    return refuse(builder, at, (std::string("a ") + spec.iface).c_str());
  builder.args[at].o = object;
  return Read::Good;
}

} // namespace

Read readArgument(MessageBuilder &builder, uint32_t at, napi_value value) {
  switch (builder.message->args[at].type) {
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

namespace {

napi_value arrayValue(napi_env env, const wl_array *array) {
  napi_value value = nullptr;
  napi_create_buffer_copy(env, array->size, array->data, nullptr, &value);
  return value;
}

napi_value stringValue(napi_env env, const char *text) {
  napi_value value = nullptr;
  if (text)
    napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &value);
  else
    napi_get_null(env, &value);
  return value;
}

} // namespace

napi_value argumentValue(napi_env env, const wr_arg &spec, const wl_argument &arg,
                         wr_handle object) {
  napi_value value = nullptr;
  switch (spec.type) {
  case 'i':
  case 'h':
    napi_create_int32(env, arg.i, &value);
    break;
  case 'u':
    napi_create_uint32(env, arg.u, &value);
    break;
  case 'f':
    napi_create_double(env, wl_fixed_to_double(arg.f), &value);
    break;
  case 's':
    return stringValue(env, arg.s);
  case 'a':
    return arrayValue(env, arg.a);
  case 'n':
    return handleValue(env, object);
  default:
    if (object)
      napi_create_uint32(env, wr_handle_index(object), &value);
    else
      napi_get_null(env, &value);
  }
  return value;
}

} // namespace wr
