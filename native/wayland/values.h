/* Reading and making JavaScript values; for any addon that speaks Wayland. */
#ifndef WR_WAYLAND_VALUES_H
#define WR_WAYLAND_VALUES_H

#include <node_api.h>
#include <string>
#include <utility>
#include <vector>
#include "handles.h"
#include "interfaces.h"

namespace wr {

/* Both scopes that a call from the event loop into JavaScript needs; ticks run at its end. */
class LoopScope {
public:
  LoopScope(napi_env env, napi_async_context async);
  ~LoopScope();
  LoopScope(const LoopScope &) = delete;
  LoopScope &operator=(const LoopScope &) = delete;

private:
  napi_env env_;
  napi_handle_scope handles_ = nullptr;
  napi_callback_scope callback_ = nullptr;
};

napi_value throwErrno(napi_env env, const char *syscall, int error);
napi_value handleValue(napi_env env, wr_handle handle);
/* 0 for whatever is not a handle. */
wr_handle handleFrom(napi_env env, napi_value value);
bool readArguments(napi_env env, napi_callback_info info, size_t count, napi_value *values);
/* false with a TypeError thrown. */
bool readInt(napi_env env, napi_value value, int32_t *result);
bool readText(napi_env env, napi_value value, std::string *result);

/* NULL with an exception thrown. */
wr_interfaces *readInterfaces(napi_env env, napi_value list);

/* One JavaScript function per name. */
napi_status defineFunctions(napi_env env, napi_value exports,
                            std::vector<std::pair<const char *, napi_callback>> functions);

} // namespace wr
#endif
