/* What the parts of the addon share. */
#ifndef WR_WAYLAND_CLIENT_BINDING_H
#define WR_WAYLAND_CLIENT_BINDING_H

#include <uv.h>
#include "core.h"
#include "message-values.h"

namespace wr {

enum Hook {
  HookGlobal,
  HookGlobalRemoved,
  HookEvent,
  HookGone,
  HookDispatched,
  HookEnded,
  HookCount
};

struct Binding;

/* A connection and its place in Node's event loop. */
struct Session {
  Binding *binding = nullptr;
  wr_connection *connection = nullptr;
  wr_handle handle = 0;
  napi_ref hooks[HookCount] = {};
  napi_async_context async = nullptr;
  uv_poll_t *poll = nullptr;
  uv_prepare_t *prepare = nullptr;
  int watched = 0;            // what `poll` waits for
  bool busy = false;          // libwayland is on the stack
  bool dirty = true;          // requests wait to be sent
  bool ended = false;         // JavaScript knows
  bool destroyWanted = false; // asked for from inside a hook
};

struct Binding {
  napi_env env = nullptr;
  wr_handles sessions = {}, proxies = {};
  bool closing = false; // the environment is going down: no more JavaScript
};

Binding *bindingOf(napi_env env);
wr_client_hooks makeHooks(Session *session);
bool readHooks(Session *session, napi_value object);
void dropHooks(Session *session);
void callHook(Session *session, Hook hook, size_t count, const napi_value *values);

/* request(handle, opcode, ...arguments), null where a new object goes -> its handle */
napi_value request(napi_env env, napi_callback_info info);

napi_status defineMemoryFunctions(napi_env env, napi_value exports);

} // namespace wr
#endif
