/* Events: posted with checked arguments. */
#include "binding.h"

namespace wr {

namespace {

wl_object *findResource(void *context, wr_handle handle, const wr_interface **iface) {
  auto *tables = static_cast<wr_server_tables *>(context);
  auto *resource = static_cast<wr_resource *>(wr_handles_get(&tables->resources, handle));
  if (!resource)
    return nullptr;
  *iface = resource->iface;
  return reinterpret_cast<wl_object *>(resource->resource);
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
  MessageBuilder builder;
  builder.env = env;
  builder.find = findResource;
  builder.context = &binding->tables;
  builder.message = &resource->iface->events[opcode];
  if (count != 2 + builder.message->arg_count) {
    napi_throw_type_error(env, nullptr,
                          (std::string(builder.message->name) + ": wrong argument count").c_str());
    return nullptr;
  }
  for (uint32_t i = 0; i < builder.message->arg_count; i++)
    if (readArgument(builder, i, values[2 + i]) != Read::Good)
      return nullptr;
  reportResult(env, builder.message, wr_resource_post(resource, opcode, builder.args));
  return nullptr;
}

} // namespace wr
