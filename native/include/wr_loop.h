/* For bindings that wait for descriptors in Node's event loop and call JavaScript from there. */
#pragma once

#include <memory>
#include <napi.h>
#include <uv.h>
#include <vector>

namespace wr {

/* Calls JavaScript from the event loop; what it throws is nobody's but the process's. */
inline void CallBack(Napi::Env env, napi_ref function, const std::vector<napi_value> &arguments) {
  napi_value callback, receiver, error;
  if (napi_get_reference_value(env, function, &callback) != napi_ok || !callback)
    return;
  napi_get_global(env, &receiver);
  napi_status status = napi_make_callback(env, nullptr, receiver, callback, arguments.size(),
                                          arguments.data(), nullptr);
  if (status == napi_pending_exception && napi_get_and_clear_last_exception(env, &error) == napi_ok)
    napi_fatal_exception(env, error);
}

/* Watches a descriptor that can be read; its handle outlives it until the loop lets go of it. */
class Poll {
public:
  /* 0 and a watch, or -errno. */
  static int Start(Napi::Env env, int fd, uv_poll_cb readable, void *owner,
                   std::unique_ptr<Poll> *started) {
    uv_loop_t *loop = nullptr;
    napi_get_uv_event_loop(env, &loop);
    auto handle = std::make_unique<uv_poll_t>();
    int status = uv_poll_init(loop, handle.get(), fd);
    if (status != 0)
      return status;
    handle->data = owner;
    started->reset(new Poll(handle.release()));
    return uv_poll_start((*started)->handle_, UV_READABLE, readable);
  }
  ~Poll() {
    uv_poll_stop(handle_);
    uv_close(reinterpret_cast<uv_handle_t *>(handle_),
             [](uv_handle_t *closed) { delete reinterpret_cast<uv_poll_t *>(closed); });
  }
  Poll(const Poll &) = delete;

private:
  explicit Poll(uv_poll_t *handle) : handle_(handle) {}
  uv_poll_t *handle_;
};

} // namespace wr
