/* What the parts of the addon share. Raw Node-API: requests and events are the hot path. */
#ifndef WR_WAYLAND_BINDING_H
#define WR_WAYLAND_BINDING_H

#include <uv.h>
#include "core.h"
#include "message-values.h"
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

Binding *bindingOf(napi_env env);
/* The JavaScript side of the core's hooks. */
wr_hooks makeHooks(Binding *binding);
bool readHooks(Binding *binding, napi_value object);
void dropHooks(Binding *binding);
void callHook(Binding *binding, Hook hook, size_t count, const napi_value *values);

/* post(handle, opcode, ...arguments) */
napi_value post(napi_env env, napi_callback_info info);

napi_status defineDescriptorFunctions(napi_env env, napi_value exports);
napi_status defineObjectFunctions(napi_env env, napi_value exports);

} // namespace wr
#endif
