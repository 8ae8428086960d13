/* The core's hooks, as calls of JavaScript functions. Those catch what they throw; should an
 * exception get here all the same it ends here and never unwinds through libwayland. */
#include "binding.h"

namespace wr {

static const char *const hookNames[HookCount] = {"request",       "destroyed",   "bound",
                                                 "clientCreated", "clientDying", "clientGone",
                                                 "shmAdopted",    "dispatched",  "log"};

bool readHooks(Binding *binding, napi_value object) {
  for (int hook = 0; hook < HookCount; hook++) {
    napi_value function;
    napi_valuetype type;
    napi_get_named_property(binding->env, object, hookNames[hook], &function);
    if (napi_typeof(binding->env, function, &type) != napi_ok || type != napi_function) {
      napi_throw_type_error(binding->env, nullptr, "every hook is a function");
      return false;
    }
    napi_create_reference(binding->env, function, 1, &binding->hooks[hook]);
  }
  return true;
}

void dropHooks(Binding *binding) {
  for (napi_ref &hook : binding->hooks) {
    if (hook)
      napi_delete_reference(binding->env, hook);
    hook = nullptr;
  }
}

void callHook(Binding *binding, Hook hook, size_t count, const napi_value *values) {
  napi_value function, receiver, ignored;
  if (binding->closing || !binding->hooks[hook])
    return;
  napi_get_reference_value(binding->env, binding->hooks[hook], &function);
  napi_get_undefined(binding->env, &receiver);
  if (napi_call_function(binding->env, receiver, function, count, values, &ignored) ==
      napi_pending_exception)
    napi_get_and_clear_last_exception(binding->env, &ignored);
}

namespace {

class Handles {
public:
  explicit Handles(napi_env env) : env_(env) { napi_open_handle_scope(env, &scope_); }
  ~Handles() { napi_close_handle_scope(env_, scope_); }

private:
  napi_env env_;
  napi_handle_scope scope_;
};

napi_value number(napi_env env, uint32_t value) {
  napi_value result = nullptr;
  napi_create_uint32(env, value, &result);
  return result;
}

napi_value indexOf(napi_env env, wr_handle handle) { return number(env, wr_handle_index(handle)); }

void callWithIndex(void *context, Hook hook, wr_handle handle) {
  auto *binding = static_cast<Binding *>(context);
  if (binding->closing)
    return;
  Handles scope(binding->env);
  napi_value index = indexOf(binding->env, handle);
  callHook(binding, hook, 1, &index);
}

void clientCreated(void *context, wr_client *client) {
  auto *binding = static_cast<Binding *>(context);
  if (binding->closing)
    return;
  pid_t pid;
  uid_t uid;
  gid_t gid;
  wl_client_get_credentials(client->client, &pid, &uid, &gid);
  Handles scope(binding->env);
  napi_env env = binding->env;
  napi_value values[] = {handleValue(env, client->handle), number(env, static_cast<uint32_t>(pid)),
                         number(env, uid), number(env, gid)};
  callHook(binding, HookClientCreated, 4, values);
}

void clientDying(void *context, wr_client *client) {
  callWithIndex(context, HookClientDying, client->handle);
}

void clientGone(void *context, wr_client *client) {
  callWithIndex(context, HookClientGone, client->handle);
}

void resourceDestroyed(void *context, wr_resource *resource) {
  callWithIndex(context, HookDestroyed, resource->handle);
}

void bound(void *context, wr_global *global, wr_resource *resource) {
  auto *binding = static_cast<Binding *>(context);
  if (binding->closing)
    return;
  Handles scope(binding->env);
  napi_env env = binding->env;
  napi_value values[] = {
      indexOf(env, global->handle), indexOf(env, resource->client->handle),
      handleValue(env, resource->handle),
      number(env, static_cast<uint32_t>(wl_resource_get_version(resource->resource)))};
  callHook(binding, HookBound, 4, values);
}

void finalizeShm(napi_env, void *data, void *) {
  wr_shm_unreference(static_cast<wr_shm_buffer *>(data));
}

void shmAdopted(void *context, wr_resource *resource) {
  auto *binding = static_cast<Binding *>(context);
  if (binding->closing)
    return;
  static const napi_type_tag tag = WR_PIXEL_SOURCE_TAG;
  Handles scope(binding->env);
  napi_env env = binding->env;
  wr_shm_buffer *shm = resource->shm;
  napi_value external;
  wr_shm_reference(shm);
  if (napi_create_external(env, shm, finalizeShm, nullptr, &external) != napi_ok) {
    wr_shm_unreference(shm);
    return;
  }
  napi_type_tag_object(env, external, &tag);
  napi_value values[] = {indexOf(env, resource->client->handle),
                         handleValue(env, resource->handle),
                         number(env, static_cast<uint32_t>(shm->source.width)),
                         number(env, static_cast<uint32_t>(shm->source.height)),
                         number(env, static_cast<uint32_t>(shm->source.stride)),
                         number(env, shm->source.format),
                         external};
  callHook(binding, HookShmAdopted, 7, values);
}

void request(void *context, wr_resource *resource, uint32_t opcode, const wr_message *message,
             const wl_argument *args, wr_resource *const *objects) {
  auto *binding = static_cast<Binding *>(context);
  if (binding->closing)
    return;
  Handles scope(binding->env);
  napi_value values[2 + WR_MAX_ARGS];
  values[0] = indexOf(binding->env, resource->handle);
  values[1] = number(binding->env, opcode);
  for (uint32_t i = 0; i < message->arg_count; i++)
    values[2 + i] =
        argumentValue(binding->env, message->args[i], args[i], objects[i] ? objects[i]->handle : 0);
  callHook(binding, HookRequest, 2 + message->arg_count, values);
}

} // namespace

wr_hooks makeHooks(Binding *binding) {
  return wr_hooks{binding, clientCreated, clientDying,       clientGone,
                  bound,   request,       resourceDestroyed, shmAdopted};
}

} // namespace wr
