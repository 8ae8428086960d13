/* The display and its place in Node's event loop. */
#include "binding.h"

#include <cstdarg>
#include <cstdio>

namespace wr {

Binding *bindingOf(napi_env env) {
  void *data = nullptr;
  napi_get_instance_data(env, &data);
  return static_cast<Binding *>(data);
}

namespace {

constexpr size_t maxLogLines = 64;
Binding *logTarget;

/* libwayland logs in the middle of its work, so the lines wait until it is done. */
void collectLog(const char *format, va_list args) {
  char line[512];
  vsnprintf(line, sizeof line, format, args);
  if (logTarget && logTarget->log.size() < maxLogLines)
    logTarget->log.emplace_back(line);
}

void deliverLog(Binding *binding) {
  std::vector<std::string> lines;
  lines.swap(binding->log);
  for (const std::string &line : lines) {
    napi_value text;
    napi_create_string_utf8(binding->env, line.c_str(), NAPI_AUTO_LENGTH, &text);
    callHook(binding, HookLog, 1, &text);
  }
}

template <typename Handle> void closeHandle(Handle *&handle) {
  if (handle)
    uv_close(reinterpret_cast<uv_handle_t *>(handle),
             [](uv_handle_t *closed) { delete reinterpret_cast<Handle *>(closed); });
  handle = nullptr;
}

void destroyServer(Binding *binding) {
  wr_server *server = binding->server;
  if (!server)
    return;
  binding->destroyWanted = false;
  closeHandle(binding->poll);
  closeHandle(binding->prepare);
  wr_server_destroy(server);
  binding->server = nullptr;
  deliverLog(binding);
  dropHooks(binding);
  napi_async_destroy(binding->env, binding->async);
  binding->async = nullptr;
}

/* What follows every batch: rendering, then sending. */
void finishBatch(Binding *binding) {
  wr_server *server = binding->server;
  if (server->touched) {
    server->touched = false;
    callHook(binding, HookDispatched, 0, nullptr);
  }
  wr_server_flush(server);
  if (!binding->log.empty())
    deliverLog(binding);
}

void runBatch(Binding *binding, bool dispatch) {
  binding->busy = true;
  {
    LoopScope scope(binding->env, binding->async);
    if (dispatch)
      wr_server_dispatch(binding->server);
    finishBatch(binding);
    binding->busy = false;
  }
  if (binding->server && binding->destroyWanted) {
    LoopScope scope(binding->env, binding->async);
    destroyServer(binding);
  }
}

void onReadable(uv_poll_t *poll, int, int) { runBatch(static_cast<Binding *>(poll->data), true); }

void beforeSleep(uv_prepare_t *prepare) {
  auto *binding = static_cast<Binding *>(prepare->data);
  const wr_server *server = binding->server;
  if (server->dirty || server->reap || server->touched || binding->destroyWanted)
    runBatch(binding, false);
}

bool startLoop(Binding *binding) {
  uv_loop_t *loop;
  napi_get_uv_event_loop(binding->env, &loop);
  binding->poll = new uv_poll_t;
  binding->prepare = new uv_prepare_t;
  int fd = wl_event_loop_get_fd(wl_display_get_event_loop(binding->server->display));
  if (uv_poll_init(loop, binding->poll, fd) != 0) {
    delete binding->poll;
    delete binding->prepare;
    binding->poll = nullptr;
    binding->prepare = nullptr;
    return false;
  }
  uv_prepare_init(loop, binding->prepare);
  binding->poll->data = binding->prepare->data = binding;
  uv_poll_start(binding->poll, UV_READABLE, onReadable);
  uv_prepare_start(binding->prepare, beforeSleep);
  uv_unref(reinterpret_cast<uv_handle_t *>(binding->prepare));
  return true;
}

/* create(interfaces, hooks) */
napi_value create(napi_env env, napi_callback_info info) {
  napi_value values[2], name;
  Binding *binding = bindingOf(env);
  if (!readArguments(env, info, 2, values))
    return nullptr;
  if (binding->server) {
    napi_throw_error(env, nullptr, "there is a display already");
    return nullptr;
  }
  wr_interfaces *interfaces = readInterfaces(env, values[0]);
  if (!interfaces)
    return nullptr;
  wr_hooks hooks = makeHooks(binding);
  if (!readHooks(binding, values[1])) {
    wr_interfaces_destroy(interfaces);
    dropHooks(binding);
    return nullptr;
  }
  napi_create_string_utf8(env, "wayland", NAPI_AUTO_LENGTH, &name);
  napi_async_init(env, nullptr, name, &binding->async);
  binding->server = wr_server_create(interfaces, &binding->tables, &hooks);
  if (!binding->server || !startLoop(binding)) {
    napi_throw_error(env, nullptr, "the display cannot be created");
    destroyServer(binding);
  }
  return nullptr;
}

Binding *readyBinding(napi_env env) {
  Binding *binding = bindingOf(env);
  if (binding->server)
    return binding;
  napi_throw_error(env, nullptr, "the display is destroyed");
  return nullptr;
}

/* addSocket(name | null) -> name */
napi_value addSocket(napi_env env, napi_callback_info info) {
  napi_value values[1], result = nullptr;
  Binding *binding = readyBinding(env);
  if (!binding || !readArguments(env, info, 1, values))
    return nullptr;
  napi_valuetype type;
  napi_typeof(env, values[0], &type);
  std::string name;
  if (type == napi_string && !readText(env, values[0], &name))
    return nullptr;
  errno = 0;
  if (name.empty()) {
    const char *chosen = wl_display_add_socket_auto(binding->server->display);
    name = chosen ? chosen : "";
  } else if (wl_display_add_socket(binding->server->display, name.c_str()) < 0) {
    name.clear();
  }
  if (name.empty()) /* a lock that is held leaves EAGAIN, or nothing, in errno */
    return throwErrno(env, "wl_display_add_socket", errno && errno != EAGAIN ? errno : EADDRINUSE);
  napi_create_string_utf8(env, name.c_str(), NAPI_AUTO_LENGTH, &result);
  return result;
}

napi_value addClientFd(napi_env env, napi_callback_info info) {
  napi_value values[1];
  int32_t fd;
  Binding *binding = readyBinding(env);
  if (!binding || !readArguments(env, info, 1, values) || !readInt(env, values[0], &fd))
    return nullptr;
  wr_client *client = wr_server_add_client(binding->server, fd);
  return client ? handleValue(env, client->handle) : throwErrno(env, "wl_client_create", errno);
}

/* createGlobal(interfaceIndex, version) -> handle */
napi_value createGlobal(napi_env env, napi_callback_info info) {
  napi_value values[2];
  int32_t iface, version;
  Binding *binding = readyBinding(env);
  if (!binding || !readArguments(env, info, 2, values) || !readInt(env, values[0], &iface) ||
      !readInt(env, values[1], &version))
    return nullptr;
  const wr_interfaces *interfaces = binding->server->interfaces;
  wr_global *global = nullptr;
  if (iface >= 0 && static_cast<uint32_t>(iface) < interfaces->defined && version > 0 &&
      version <= interfaces->list[iface]->wl.version)
    global = wr_server_add_global(binding->server, interfaces->list[iface],
                                  static_cast<uint32_t>(version));
  if (global)
    return handleValue(env, global->handle);
  napi_throw_range_error(env, nullptr, "no such interface or version");
  return nullptr;
}

wr_global *globalFrom(napi_env env, napi_callback_info info) {
  napi_value values[1];
  if (!readArguments(env, info, 1, values))
    return nullptr;
  return static_cast<wr_global *>(
      wr_handles_get(&bindingOf(env)->tables.globals, handleFrom(env, values[0])));
}

napi_value removeGlobal(napi_env env, napi_callback_info info) {
  if (wr_global *global = globalFrom(env, info)) {
    wl_global_remove(global->global);
    global->server->dirty = true;
  }
  return nullptr;
}

napi_value destroyGlobal(napi_env env, napi_callback_info info) {
  if (wr_global *global = globalFrom(env, info))
    wr_global_destroy(global);
  return nullptr;
}

napi_value initShm(napi_env env, napi_callback_info info) {
  napi_value values[1];
  uint32_t count = 0;
  Binding *binding = readyBinding(env);
  if (!binding || !readArguments(env, info, 1, values))
    return nullptr;
  if (wl_display_init_shm(binding->server->display) < 0)
    return throwErrno(env, "wl_display_init_shm", ENOMEM);
  napi_get_array_length(env, values[0], &count);
  for (uint32_t i = 0; i < count; i++) {
    napi_value element;
    int32_t format;
    napi_get_element(env, values[0], i, &element);
    if (!readInt(env, element, &format))
      return nullptr;
    wl_display_add_shm_format(binding->server->display, static_cast<uint32_t>(format));
  }
  return nullptr;
}

napi_value nextSerial(napi_env env, napi_callback_info) {
  napi_value result = nullptr;
  Binding *binding = readyBinding(env);
  if (binding)
    napi_create_uint32(env, wl_display_next_serial(binding->server->display), &result);
  return result;
}

napi_value flush(napi_env env, napi_callback_info) {
  Binding *binding = bindingOf(env);
  if (binding->server)
    wr_server_flush(binding->server);
  return nullptr;
}

/* Inside a hook libwayland is still on the stack, so the end waits for the batch's end. */
napi_value destroy(napi_env env, napi_callback_info) {
  Binding *binding = bindingOf(env);
  if (!binding->server)
    return nullptr;
  if (binding->busy || binding->server->depth)
    binding->destroyWanted = true;
  else
    destroyServer(binding);
  return nullptr;
}

/* Also with libwayland on the stack: nothing returns to it any more. */
void cleanUp(void *data) {
  auto *binding = static_cast<Binding *>(data);
  binding->closing = true;
  if (!binding->server)
    return;
  uv_poll_stop(binding->poll);
  uv_prepare_stop(binding->prepare);
  wr_server_destroy(binding->server);
  binding->server = nullptr;
}

/* exit(): the process is ending; removes the sockets and calls no more hooks */
napi_value exitNow(napi_env env, napi_callback_info) {
  cleanUp(bindingOf(env));
  return nullptr;
}

void freeBinding(napi_env, void *data, void *) {
  auto *binding = static_cast<Binding *>(data);
  if (logTarget == binding)
    logTarget = nullptr;
  wr_handles_free(&binding->tables.clients);
  wr_handles_free(&binding->tables.resources);
  wr_handles_free(&binding->tables.globals);
  delete binding;
}

} // namespace

} // namespace wr

NAPI_MODULE_INIT() {
  auto *binding = new wr::Binding;
  binding->env = env;
  wr::logTarget = binding;
  wl_log_set_handler_server(wr::collectLog);
  napi_set_instance_data(env, binding, wr::freeBinding, nullptr);
  napi_add_env_cleanup_hook(env, wr::cleanUp, binding);
  wr::defineFunctions(env, exports,
                      {{"create", wr::create},
                       {"addSocket", wr::addSocket},
                       {"addClientFd", wr::addClientFd},
                       {"createGlobal", wr::createGlobal},
                       {"removeGlobal", wr::removeGlobal},
                       {"destroyGlobal", wr::destroyGlobal},
                       {"initShm", wr::initShm},
                       {"nextSerial", wr::nextSerial},
                       {"flush", wr::flush},
                       {"destroy", wr::destroy},
                       {"exit", wr::exitNow}});
  wr::defineObjectFunctions(env, exports);
  wr::defineDescriptorFunctions(env, exports);
  return exports;
}
