#include "core.h"
#include "host-keyboard.h"

#include <cstdlib>
#include <cstring>
#include <memory>
#include <napi.h>
#include <string>

namespace {

/* Outlives the JavaScript object: the window's thread calls through it until it has ended. */
struct Channel {
  napi_threadsafe_function function = nullptr;
  wr_window *window = nullptr; /* main thread only; null once closed */
};

void Wake(void *user) {
  /* The queue of one may be full: then a wake-up is under way. */
  napi_call_threadsafe_function(static_cast<Channel *>(user)->function, nullptr,
                                napi_tsfn_nonblocking);
}

void Ended(void *user) {
  napi_release_threadsafe_function(static_cast<Channel *>(user)->function, napi_tsfn_release);
}

void Finalize(napi_env, void *data, void *) { delete static_cast<Channel *>(data); }

void Deliver(napi_env env, napi_value callback, const wr_window_event &event) {
  napi_value arguments[6], receiver;
  const double numbers[6] = {
      static_cast<double>(event.kind), event.time_us, event.a, event.b, event.c, event.d};
  for (int i = 0; i < 6; i++)
    napi_create_double(env, numbers[i], &arguments[i]);
  napi_get_undefined(env, &receiver);
  if (napi_call_function(env, receiver, callback, 6, arguments, nullptr) != napi_pending_exception)
    return;
  napi_value error;
  napi_get_and_clear_last_exception(env, &error);
  napi_fatal_exception(env, error);
}

/* A callback may close the window. */
void DeliverAll(napi_env env, napi_value callback, void *context, void *) {
  Channel *channel = static_cast<Channel *>(context);
  wr_window_event event;
  while (env && channel->window && wr_window_take(channel->window, &event)) {
    napi_handle_scope scope;
    napi_open_handle_scope(env, &scope);
    Deliver(env, callback, event);
    napi_close_handle_scope(env, scope);
  }
}

Channel *OpenChannel(Napi::Env env, Napi::Function callback) {
  Channel *channel = new Channel();
  napi_value name = Napi::String::New(env, "window");
  napi_status status =
      napi_create_threadsafe_function(env, callback, nullptr, name, 1, 1, channel, Finalize,
                                      channel, DeliverAll, &channel->function);
  if (status == napi_ok)
    return channel;
  delete channel;
  throw Napi::Error::New(env, "cannot create the window's threadsafe function");
}

class Window : public Napi::ObjectWrap<Window> {
public:
  static Napi::Function Define(Napi::Env env) {
    return DefineClass(
        env, "Window",
        {InstanceMethod<&Window::Present>("present"),
         InstanceMethod<&Window::SetCursor>("setCursor"),
         InstanceMethod<&Window::SetTitle>("setTitle"),
         InstanceMethod<&Window::SetFullscreen>("setFullscreen"),
         InstanceMethod<&Window::GrabKeyboard>("grabKeyboard"),
         InstanceMethod<&Window::Resize>("resize"), InstanceMethod<&Window::Size>("size"),
         InstanceMethod<&Window::Driver>("driver"), InstanceMethod<&Window::Close>("close")});
  }

  /* (title, width, height, fullscreen, callback) */
  explicit Window(const Napi::CallbackInfo &info)
      : Napi::ObjectWrap<Window>(info), env_(info.Env()) {
    std::string title = info[0].As<Napi::String>();
    Channel *channel = OpenChannel(env_, info[4].As<Napi::Function>());
    wr_window_options options = {title.c_str(),
                                 info[1].As<Napi::Number>().Int32Value(),
                                 info[2].As<Napi::Number>().Int32Value(),
                                 info[3].As<Napi::Boolean>().Value(),
                                 Wake,
                                 Ended,
                                 channel};
    char error[320];
    bool thread_started = false;
    wr_window *window = wr_window_open(&options, &thread_started, error, sizeof error);
    if (!window) {
      if (!thread_started)
        Ended(channel);
      throw Napi::Error::New(env_, error);
    }
    channel_ = channel;
    channel_->window = window;
    Ref(); /* stays until it is closed, whether or not somebody remembers it */
    napi_add_env_cleanup_hook(env_, CloseAtExit, this);
  }

private:
  static void CloseAtExit(void *self) { static_cast<Window *>(self)->CloseNow(); }

  void CloseNow() {
    if (!channel_)
      return;
    wr_window *window = channel_->window;
    channel_->window = nullptr;
    channel_ = nullptr;
    wr_window_close(window);
  }

  wr_window *Open() const {
    if (!channel_)
      throw Napi::Error::New(env_, "the window is closed");
    return channel_->window;
  }

  Napi::Value Present(const Napi::CallbackInfo &info) {
    Napi::Uint8Array bytes = info[0].As<Napi::Uint8Array>();
    Napi::Int32Array rects = info[3].As<Napi::Int32Array>();
    uint64_t sequence = wr_window_present(
        Open(), bytes.Data(), info[1].As<Napi::Number>().Int32Value(),
        info[2].As<Napi::Number>().Int32Value(), rects.Data(), rects.ElementLength() / 4);
    if (sequence == 0)
      throw Napi::Error::New(env_, "out of memory for the window's picture");
    return Napi::Number::New(env_, static_cast<double>(sequence));
  }

  /* (width, height, hotspotX, hotspotY, argb) or () to hide */
  void SetCursor(const Napi::CallbackInfo &info) {
    wr_window *window = Open();
    if (info.Length() == 0)
      return wr_window_set_cursor(window, nullptr);
    Napi::Uint8Array argb = info[4].As<Napi::Uint8Array>();
    void *memory = std::malloc(sizeof(wr_window_cursor) + argb.ByteLength());
    if (!memory)
      throw Napi::Error::New(env_, "out of memory for a cursor");
    wr_window_cursor *cursor = static_cast<wr_window_cursor *>(memory);
    cursor->width = info[0].As<Napi::Number>().Int32Value();
    cursor->height = info[1].As<Napi::Number>().Int32Value();
    cursor->hotspot_x = info[2].As<Napi::Number>().Int32Value();
    cursor->hotspot_y = info[3].As<Napi::Number>().Int32Value();
    std::memcpy(cursor->argb, argb.Data(), argb.ByteLength());
    wr_window_set_cursor(window, cursor);
  }

  void SetTitle(const Napi::CallbackInfo &info) {
    std::string title = info[0].As<Napi::String>();
    wr_window_set_title(Open(), title.c_str());
  }

  void SetFullscreen(const Napi::CallbackInfo &info) {
    wr_window_set_fullscreen(Open(), info[0].As<Napi::Boolean>().Value());
  }

  void GrabKeyboard(const Napi::CallbackInfo &info) {
    wr_window_grab_keyboard(Open(), info[0].As<Napi::Boolean>().Value());
  }

  void Resize(const Napi::CallbackInfo &info) {
    wr_window_resize(Open(), info[0].As<Napi::Number>().Int32Value(),
                     info[1].As<Napi::Number>().Int32Value());
  }

  Napi::Value Size(const Napi::CallbackInfo &) {
    int32_t width, height;
    wr_window_size(Open(), &width, &height);
    Napi::Object size = Napi::Object::New(env_);
    size.Set("width", width);
    size.Set("height", height);
    return size;
  }

  Napi::Value Driver(const Napi::CallbackInfo &) {
    return Napi::String::New(env_, wr_window_driver(Open()));
  }

  void Close(const Napi::CallbackInfo &) {
    if (!channel_)
      return;
    napi_remove_env_cleanup_hook(env_, CloseAtExit, this);
    CloseNow();
    Unref();
  }

  Napi::Env env_;
  Channel *channel_ = nullptr;
};

Napi::Value HostKeyboard(const Napi::CallbackInfo &info) {
  wr_window_keyboard_names names;
  if (!wr_window_host_keyboard(&names))
    return info.Env().Null();
  Napi::Object result = Napi::Object::New(info.Env());
  result.Set("rules", names.rules);
  result.Set("model", names.model);
  result.Set("layout", names.layout);
  result.Set("variant", names.variant);
  result.Set("options", names.options);
  return result;
}

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  exports.Set("Window", Window::Define(env));
  exports.Set("hostKeyboard", Napi::Function::New<HostKeyboard>(env, "hostKeyboard"));
  exports.Set("cursorMax", WR_WINDOW_CURSOR_MAX);
  return exports;
}

} // namespace

NODE_API_MODULE(window, Init)
