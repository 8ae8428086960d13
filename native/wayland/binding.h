/* What the parts of the addon share. Raw Node-API: requests and events are the hot path. */
#ifndef WR_WAYLAND_BINDING_H
#define WR_WAYLAND_BINDING_H

#include <node_api.h>
#include <uv.h>
#include <string>
#include <vector>
#include "core.h"
#include "shm.h"

namespace wr {

enum Hook {
  HookRequest,
  HookDestroyed,
  HookBound,
  HookClientCreated,
  HookClientDying,
  HookClientGone,
  HookShmAdopted,
  HookDispatched,
  HookLog,
  HookCount
};

struct Binding {
  napi_env env = nullptr;
  wr_server *server = nullptr;
  wr_server_tables tables = {};
  napi_ref hooks[HookCount] = {};
  napi_async_context async = nullptr;
  uv_poll_t *poll = nullptr;
  uv_prepare_t *prepare = nullptr;
  bool closing = false;       // the environment is going down: no more JavaScript
  bool busy = false;          // between a batch's begin and end
  bool destroyWanted = false; // asked for from inside a hook
  std::vector<std::string> log;
};

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

Binding *bindingOf(napi_env env);
napi_value throwErrno(napi_env env, const char *syscall, int error);
napi_value handleValue(napi_env env, wr_handle handle);
/* 0 for whatever is not a handle. */
wr_handle handleFrom(napi_env env, napi_value value);
bool readArguments(napi_env env, napi_callback_info info, size_t count, napi_value *values);
/* false with a TypeError thrown. */
bool readInt(napi_env env, napi_value value, int32_t *result);
bool readText(napi_env env, napi_value value, std::string *result);

/* The JavaScript side of the core's hooks. */
wr_hooks makeHooks(Binding *binding);
bool readHooks(Binding *binding, napi_value object);
void dropHooks(Binding *binding);
void callHook(Binding *binding, Hook hook, size_t count, const napi_value *values);

/* NULL with an exception thrown. */
wr_interfaces *readInterfaces(napi_env env, napi_value list);

/* post(handle, opcode, ...arguments) */
napi_value post(napi_env env, napi_callback_info info);

napi_status defineFunctions(napi_env env, napi_value exports,
                            std::vector<std::pair<const char *, napi_callback>> functions);
napi_status defineDescriptorFunctions(napi_env env, napi_value exports);
napi_status defineObjectFunctions(napi_env env, napi_value exports);

} // namespace wr
#endif
