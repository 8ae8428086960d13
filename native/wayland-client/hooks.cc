/* The core's hooks, as calls of JavaScript functions. Those catch what they throw; should an
 * exception get here all the same it ends here and never unwinds through libwayland. */
#include "binding.h"

#include <unistd.h>

namespace wr {

static const char *const hookNames[HookCount] = {"global", "globalRemoved", "event",
                                                 "gone",   "dispatched",    "ended"};

bool readHooks(Session *session, napi_value object) {
  napi_env env = session->binding->env;
  for (int hook = 0; hook < HookCount; hook++) {
    napi_value function;
    napi_valuetype type;
    napi_get_named_property(env, object, hookNames[hook], &function);
    if (napi_typeof(env, function, &type) != napi_ok || type != napi_function) {
      napi_throw_type_error(env, nullptr, "every hook is a function");
      return false;
    }
    napi_create_reference(env, function, 1, &session->hooks[hook]);
  }
  return true;
}

void dropHooks(Session *session) {
  for (napi_ref &hook : session->hooks) {
    if (hook)
      napi_delete_reference(session->binding->env, hook);
    hook = nullptr;
  }
}

void callHook(Session *session, Hook hook, size_t count, const napi_value *values) {
  napi_env env = session->binding->env;
  napi_value function, receiver, ignored;
  if (session->binding->closing || !session->hooks[hook])
    return;
  napi_get_reference_value(env, session->hooks[hook], &function);
  napi_get_undefined(env, &receiver);
  if (napi_call_function(env, receiver, function, count, values, &ignored) ==
      napi_pending_exception)
    napi_get_and_clear_last_exception(env, &ignored);
}

namespace {

class Scope {
public:
  explicit Scope(napi_env env) : env_(env) { napi_open_handle_scope(env, &scope_); }
  ~Scope() { napi_close_handle_scope(env_, scope_); }
  Scope(const Scope &) = delete;
  Scope &operator=(const Scope &) = delete;

private:
  napi_env env_;
  napi_handle_scope scope_;
};

napi_value number(napi_env env, uint32_t value) {
  napi_value result = nullptr;
  napi_create_uint32(env, value, &result);
  return result;
}

void global(void *context, uint32_t name, const char *iface, uint32_t version) {
  auto *session = static_cast<Session *>(context);
  if (session->binding->closing)
    return;
  napi_env env = session->binding->env;
  Scope scope(env);
  napi_value text;
  napi_create_string_utf8(env, iface, NAPI_AUTO_LENGTH, &text);
  napi_value values[] = {number(env, name), text, number(env, version)};
  callHook(session, HookGlobal, 3, values);
}

void globalRemoved(void *context, uint32_t name) {
  auto *session = static_cast<Session *>(context);
  if (session->binding->closing)
    return;
  Scope scope(session->binding->env);
  napi_value value = number(session->binding->env, name);
  callHook(session, HookGlobalRemoved, 1, &value);
}

void proxyGone(void *context, wr_proxy *proxy) {
  auto *session = static_cast<Session *>(context);
  if (session->binding->closing)
    return;
  Scope scope(session->binding->env);
  napi_value value = number(session->binding->env, wr_handle_index(proxy->handle));
  callHook(session, HookGone, 1, &value);
}

void closeDescriptors(const wr_message *event, const wl_argument *args) {
  for (uint32_t i = 0; i < event->arg_count; i++)
    if (event->args[i].type == 'h')
      close(args[i].h);
}

void onEvent(void *context, wr_proxy *proxy, uint32_t opcode, const wr_message *event,
             const wl_argument *args, wr_proxy *const *objects) {
  auto *session = static_cast<Session *>(context);
  if (session->binding->closing)
    return closeDescriptors(event, args);
  napi_env env = session->binding->env;
  Scope scope(env);
  napi_value values[2 + WR_MAX_ARGS];
  values[0] = number(env, wr_handle_index(proxy->handle));
  values[1] = number(env, opcode);
  for (uint32_t i = 0; i < event->arg_count; i++)
    values[2 + i] =
        argumentValue(env, event->args[i], args[i], objects[i] ? objects[i]->handle : 0);
  callHook(session, HookEvent, 2 + event->arg_count, values);
}

} // namespace

wr_client_hooks makeHooks(Session *session) {
  return wr_client_hooks{session, global, globalRemoved, onEvent, proxyGone};
}

} // namespace wr
