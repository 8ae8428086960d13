/* Reading and making JavaScript values. */
#include "values.h"

#include <cmath>
#include <cstring>
#include <uv.h>

namespace wr {

LoopScope::LoopScope(napi_env env, napi_async_context async) : env_(env) {
  napi_value resource;
  napi_open_handle_scope(env, &handles_);
  napi_create_object(env, &resource);
  napi_open_callback_scope(env, resource, async, &callback_);
}

LoopScope::~LoopScope() {
  if (callback_)
    napi_close_callback_scope(env_, callback_);
  napi_close_handle_scope(env_, handles_);
}

napi_value throwErrno(napi_env env, const char *syscall, int error) {
  std::string message = std::string(uv_err_name(-error)) + ": " + strerror(error) + ", " + syscall;
  napi_value text, code, exception, number, name;
  napi_create_string_utf8(env, message.c_str(), NAPI_AUTO_LENGTH, &text);
  napi_create_string_utf8(env, uv_err_name(-error), NAPI_AUTO_LENGTH, &code);
  napi_create_error(env, code, text, &exception);
  napi_create_int32(env, error, &number);
  napi_set_named_property(env, exception, "errno", number);
  napi_create_string_utf8(env, syscall, NAPI_AUTO_LENGTH, &name);
  napi_set_named_property(env, exception, "syscall", name);
  napi_throw(env, exception);
  return nullptr;
}

napi_value handleValue(napi_env env, wr_handle handle) {
  napi_value value = nullptr;
  napi_create_double(env, static_cast<double>(handle), &value);
  return value;
}

wr_handle handleFrom(napi_env env, napi_value value) {
  double number = 0;
  if (napi_get_value_double(env, value, &number) != napi_ok || !(number > 0) ||
      number >= 9007199254740992.0)
    return 0;
  return static_cast<wr_handle>(number);
}

bool readArguments(napi_env env, napi_callback_info info, size_t count, napi_value *values) {
  size_t given = count;
  napi_get_cb_info(env, info, &given, values, nullptr, nullptr);
  if (given >= count)
    return true;
  napi_throw_type_error(env, nullptr, "too few arguments");
  return false;
}

bool readInt(napi_env env, napi_value value, int32_t *result) {
  double number;
  if (napi_get_value_double(env, value, &number) == napi_ok && number >= INT32_MIN &&
      number <= UINT32_MAX && number == std::floor(number)) {
    *result = static_cast<int32_t>(static_cast<int64_t>(number));
    return true;
  }
  napi_throw_type_error(env, nullptr, "expected a 32-bit integer");
  return false;
}

bool readText(napi_env env, napi_value value, std::string *result) {
  size_t length;
  if (napi_get_value_string_utf8(env, value, nullptr, 0, &length) != napi_ok) {
    napi_throw_type_error(env, nullptr, "expected a string");
    return false;
  }
  result->resize(length + 1);
  napi_get_value_string_utf8(env, value, &(*result)[0], length + 1, &length);
  result->resize(length);
  return true;
}

napi_status defineFunctions(napi_env env, napi_value exports,
                            std::vector<std::pair<const char *, napi_callback>> functions) {
  for (const auto &[name, callback] : functions) {
    napi_value function;
    napi_status status =
        napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, nullptr, &function);
    if (status == napi_ok)
      status = napi_set_named_property(env, exports, name, function);
    if (status != napi_ok)
      return status;
  }
  return napi_ok;
}

} // namespace wr
