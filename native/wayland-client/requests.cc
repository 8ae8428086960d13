/* Requests: from JavaScript arguments to libwayland's, every one of them checked. */
#include "binding.h"

namespace wr {

namespace {

wl_object *findProxy(void *context, wr_handle handle, const wr_interface **iface) {
  auto *proxies = static_cast<const wr_handles *>(context);
  auto *proxy = static_cast<wr_proxy *>(wr_handles_get(proxies, handle));
  if (!proxy)
    return nullptr;
  *iface = proxy->iface;
  return reinterpret_cast<wl_object *>(proxy->proxy);
}

napi_value throwError(napi_env env, const char *code, const wr_message *message,
                      const char *complaint) {
  napi_throw_error(env, code, (std::string(message->name) + ": " + complaint).c_str());
  return nullptr;
}

bool readRequest(MessageBuilder &builder, const napi_value *values) {
  for (uint32_t i = 0; i < builder.message->arg_count; i++) {
    builder.args[i].o = nullptr;
    if (builder.message->args[i].type == 'n')
      continue;
    Read read = readArgument(builder, i, values[i]);
    if (read == Read::Dead)
      throwError(builder.env, "ERR_OBJECT_ENDED", builder.message, "an object has ended");
    if (read != Read::Good)
      return false;
  }
  return true;
}

napi_value resultOf(napi_env env, const wr_message *message, wr_request_result result,
                    const wr_proxy *made) {
  switch (result) {
  case WR_REQUEST_TOO_BIG:
    return throwError(env, "ERR_OUT_OF_RANGE", message, "longer than 4096 bytes");
  case WR_REQUEST_FOREIGN:
    return throwError(env, "ERR_FOREIGN_OBJECT", message,
                      "an argument belongs to another connection");
  default: /* a connection that has failed says so by its hook */
    return handleValue(env, made ? made->handle : 0);
  }
}

/* NULL with an exception thrown, or for an object that is gone. */
wr_proxy *proxyWithRequest(napi_env env, size_t count, const napi_value *values, uint32_t *opcode) {
  auto *proxy = static_cast<wr_proxy *>(
      count < 2 ? nullptr : wr_handles_get(&bindingOf(env)->proxies, handleFrom(env, values[0])));
  if (!proxy)
    return nullptr;
  if (napi_get_value_uint32(env, values[1], opcode) == napi_ok &&
      *opcode < static_cast<uint32_t>(proxy->iface->wl.method_count) &&
      proxy->iface->requests[*opcode].since <= wl_proxy_get_version(proxy->proxy))
    return proxy;
  napi_throw_range_error(env, nullptr, "no such request in this version");
  return nullptr;
}

} // namespace

napi_value request(napi_env env, napi_callback_info info) {
  napi_value values[2 + WR_MAX_ARGS];
  size_t count = 2 + WR_MAX_ARGS;
  uint32_t opcode = 0;
  napi_get_cb_info(env, info, &count, values, nullptr, nullptr);
  wr_proxy *proxy = proxyWithRequest(env, count, values, &opcode);
  if (!proxy)
    return nullptr;
  MessageBuilder builder;
  builder.env = env;
  builder.find = findProxy;
  builder.context = &bindingOf(env)->proxies;
  builder.message = &proxy->iface->requests[opcode];
  if (count != 2 + builder.message->arg_count)
    return throwError(env, "ERR_INVALID_ARG_VALUE", builder.message, "wrong argument count");
  if (!readRequest(builder, values + 2))
    return nullptr;
  static_cast<Session *>(proxy->connection->hooks.context)->dirty = true;
  wr_proxy *made;
  wr_request_result result = wr_proxy_request(proxy, opcode, builder.args, &made);
  return resultOf(env, builder.message, result, made);
}

} // namespace wr
