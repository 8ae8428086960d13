/* Connections and their place in Node's event loop. */
#include "binding.h"

#include <cerrno>
#include <cstdarg>
#include <cstdio>

namespace wr {

Binding *bindingOf(napi_env env) {
  void *data = nullptr;
  napi_get_instance_data(env, &data);
  return static_cast<Binding *>(data);
}

namespace {

/* libwayland tells the words of a protocol error to its log alone. */
thread_local char lastComplaint[512];

void keepComplaint(const char *format, va_list args) {
  vsnprintf(lastComplaint, sizeof lastComplaint, format, args);
}

template <typename Handle> void closeHandle(Handle *&handle) {
  if (handle)
    uv_close(reinterpret_cast<uv_handle_t *>(handle),
             [](uv_handle_t *closed) { delete reinterpret_cast<Handle *>(closed); });
  handle = nullptr;
}

void destroySession(Session *session) {
  Binding *binding = session->binding;
  closeHandle(session->poll);
  closeHandle(session->prepare);
  if (session->connection)
    wr_connection_destroy(session->connection);
  dropHooks(session);
  if (session->async)
    napi_async_destroy(binding->env, session->async);
  wr_handles_remove(&binding->sessions, session->handle);
  delete session;
}

napi_value textOrNull(napi_env env, const char *text) {
  napi_value value = nullptr;
  if (text)
    napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &value);
  else
    napi_get_null(env, &value);
  return value;
}

void tellEnd(Session *session) {
  napi_env env = session->binding->env;
  wr_client_error error = wr_connection_error(session->connection);
  napi_value values[5];
  session->ended = true;
  uv_poll_stop(session->poll);
  napi_create_int32(env, error.error ? error.error : EPIPE, &values[0]);
  values[1] = textOrNull(env, error.error == EPROTO ? lastComplaint : "");
  values[2] = textOrNull(env, error.interface);
  napi_create_uint32(env, error.id, &values[3]);
  napi_create_uint32(env, error.code, &values[4]);
  callHook(session, HookEnded, 5, values);
}

void onPoll(uv_poll_t *poll, int status, int events);

void watch(Session *session) {
  int wanted = UV_READABLE | (session->connection->blocked ? UV_WRITABLE : 0);
  if (session->watched == wanted)
    return;
  session->watched = wanted;
  uv_poll_start(session->poll, wanted, onPoll);
}

/* Reads what is there, lets it be handled, and sends what came of it. */
void runBatch(Session *session, bool read) {
  napi_env env = session->binding->env;
  LoopScope scope(env, session->async);
  session->busy = true;
  bool good = !read || wr_connection_read(session->connection);
  if (read && !session->destroyWanted)
    callHook(session, HookDispatched, 0, nullptr);
  session->dirty = false;
  good = wr_connection_flush(session->connection) && good;
  if (!good || wr_connection_error(session->connection).error == ETIMEDOUT)
    tellEnd(session);
  else
    watch(session);
  session->busy = false;
}

void onPoll(uv_poll_t *poll, int, int events) {
  auto *session = static_cast<Session *>(poll->data);
  if (!session->ended && !session->destroyWanted)
    runBatch(session, events != UV_WRITABLE);
}

void beforeSleep(uv_prepare_t *prepare) {
  auto *session = static_cast<Session *>(prepare->data);
  if (session->destroyWanted) {
    LoopScope scope(session->binding->env, session->async);
    destroySession(session);
  } else if (session->dirty && !session->ended)
    runBatch(session, false);
}

bool startLoop(Session *session) {
  uv_loop_t *loop;
  napi_get_uv_event_loop(session->binding->env, &loop);
  auto *poll = new uv_poll_t;
  if (uv_poll_init(loop, poll, wl_display_get_fd(session->connection->display)) != 0) {
    delete poll;
    return false;
  }
  session->poll = poll;
  session->prepare = new uv_prepare_t;
  uv_prepare_init(loop, session->prepare);
  session->poll->data = session->prepare->data = session;
  watch(session);
  uv_prepare_start(session->prepare, beforeSleep);
  uv_unref(reinterpret_cast<uv_handle_t *>(session->prepare));
  return true;
}

/* connect(fd, name | null, interfaces, hooks) -> connection; owns the descriptor */
napi_value connectDisplay(napi_env env, napi_callback_info info) {
  napi_value values[4], name;
  int32_t fd;
  std::string socket;
  napi_valuetype type;
  if (!readArguments(env, info, 4, values) || !readInt(env, values[0], &fd))
    return nullptr;
  napi_typeof(env, values[1], &type);
  if (type == napi_string && !readText(env, values[1], &socket))
    return nullptr;
  wr_interfaces *interfaces = readInterfaces(env, values[2]);
  if (!interfaces)
    return nullptr;
  auto *session = new Session;
  session->binding = bindingOf(env);
  if (!readHooks(session, values[3])) {
    wr_interfaces_destroy(interfaces);
    destroySession(session);
    return nullptr;
  }
  napi_create_string_utf8(env, "wayland-client", NAPI_AUTO_LENGTH, &name);
  napi_async_init(env, nullptr, name, &session->async);
  wr_client_hooks hooks = makeHooks(session);
  session->connection =
      wr_connection_create(interfaces, fd, socket.empty() ? nullptr : socket.c_str(),
                           &session->binding->proxies, &hooks);
  int error = errno;
  if (session->connection)
    session->handle = wr_handles_add(&session->binding->sessions, session);
  if (session->handle && startLoop(session))
    return handleValue(env, session->handle);
  destroySession(session);
  return throwErrno(env, "wl_display_connect", error ? error : ENOMEM);
}

Session *sessionFrom(napi_env env, napi_value value) {
  return static_cast<Session *>(wr_handles_get(&bindingOf(env)->sessions, handleFrom(env, value)));
}

const wr_interface *interfaceFrom(Session *session, int32_t index) {
  const wr_interfaces *all = session->connection->interfaces;
  return index >= 0 && static_cast<uint32_t>(index) < all->defined ? all->list[index] : nullptr;
}

/* bind(connection, name, interfaceIndex, version) -> handle, 0 when the connection has failed */
napi_value bindGlobal(napi_env env, napi_callback_info info) {
  napi_value values[4];
  int32_t name, index, version;
  if (!readArguments(env, info, 4, values) || !readInt(env, values[1], &name) ||
      !readInt(env, values[2], &index) || !readInt(env, values[3], &version))
    return nullptr;
  Session *session = sessionFrom(env, values[0]);
  const wr_interface *iface = session ? interfaceFrom(session, index) : nullptr;
  wr_proxy *made = nullptr;
  if (iface && version > 0 && version <= iface->wl.version) {
    wr_connection_bind(session->connection, static_cast<uint32_t>(name), iface,
                       static_cast<uint32_t>(version), &made);
    session->dirty = true;
  }
  return handleValue(env, made ? made->handle : 0);
}

/* sync(connection, index of wl_callback) -> handle */
napi_value syncDisplay(napi_env env, napi_callback_info info) {
  napi_value values[2];
  int32_t index;
  if (!readArguments(env, info, 2, values) || !readInt(env, values[1], &index))
    return nullptr;
  Session *session = sessionFrom(env, values[0]);
  const wr_interface *iface = session ? interfaceFrom(session, index) : nullptr;
  wr_proxy *made = nullptr;
  if (iface) {
    wr_connection_sync(session->connection, iface, &made);
    session->dirty = true;
  }
  return handleValue(env, made ? made->handle : 0);
}

napi_value destroyProxy(napi_env env, napi_callback_info info) {
  napi_value values[1];
  if (!readArguments(env, info, 1, values))
    return nullptr;
  if (auto *proxy = static_cast<wr_proxy *>(
          wr_handles_get(&bindingOf(env)->proxies, handleFrom(env, values[0]))))
    wr_proxy_destroy(proxy);
  return nullptr;
}

napi_value proxyId(napi_env env, napi_callback_info info) {
  napi_value values[1], result;
  if (!readArguments(env, info, 1, values))
    return nullptr;
  auto *proxy =
      static_cast<wr_proxy *>(wr_handles_get(&bindingOf(env)->proxies, handleFrom(env, values[0])));
  napi_create_uint32(env, proxy ? wl_proxy_get_id(proxy->proxy) : 0, &result);
  return result;
}

napi_value flush(napi_env env, napi_callback_info info) {
  napi_value values[1];
  if (!readArguments(env, info, 1, values))
    return nullptr;
  if (Session *session = sessionFrom(env, values[0]))
    session->dirty = !wr_connection_flush(session->connection) || session->connection->blocked;
  return nullptr;
}

/* Inside a hook libwayland is still on the stack, so the end waits for the batch's end. */
napi_value disconnect(napi_env env, napi_callback_info info) {
  napi_value values[1];
  if (!readArguments(env, info, 1, values))
    return nullptr;
  Session *session = sessionFrom(env, values[0]);
  if (!session)
    return nullptr;
  if (session->busy)
    session->destroyWanted = true;
  else
    destroySession(session);
  return nullptr;
}

void cleanUp(void *data) {
  auto *binding = static_cast<Binding *>(data);
  binding->closing = true;
  for (uint32_t i = 0; i < binding->sessions.capacity; i++) {
    auto *session = static_cast<Session *>(wr_handles_at(&binding->sessions, i));
    if (!session)
      continue;
    uv_poll_stop(session->poll);
    uv_prepare_stop(session->prepare);
    wr_connection_destroy(session->connection);
    session->connection = nullptr;
  }
}

void freeBinding(napi_env, void *data, void *) {
  auto *binding = static_cast<Binding *>(data);
  for (uint32_t i = 0; i < binding->sessions.capacity; i++)
    delete static_cast<Session *>(wr_handles_at(&binding->sessions, i));
  wr_handles_free(&binding->sessions);
  wr_handles_free(&binding->proxies);
  delete binding;
}

} // namespace

} // namespace wr

NAPI_MODULE_INIT() {
  auto *binding = new wr::Binding;
  binding->env = env;
  wl_log_set_handler_client(wr::keepComplaint);
  napi_set_instance_data(env, binding, wr::freeBinding, nullptr);
  napi_add_env_cleanup_hook(env, wr::cleanUp, binding);
  wr::defineFunctions(env, exports,
                      {{"connect", wr::connectDisplay},
                       {"bind", wr::bindGlobal},
                       {"sync", wr::syncDisplay},
                       {"request", wr::request},
                       {"destroyProxy", wr::destroyProxy},
                       {"proxyId", wr::proxyId},
                       {"flush", wr::flush},
                       {"disconnect", wr::disconnect}});
  wr::defineMemoryFunctions(env, exports);
  return exports;
}
