#include "core.h"
#include "wr_loop.h"

#include <cerrno>
#include <cstring>
#include <napi.h>
#include <new>

namespace {

constexpr size_t kMostParts = 64;

/* Every stream reads here: what is read is handed over before anything else can be. */
struct Shared {
  Napi::Reference<Napi::Uint8Array> buffer;
  Napi::FunctionReference constructor;
};

class Stream : public Napi::ObjectWrap<Stream> {
public:
  static Napi::Function Define(Napi::Env env) {
    return DefineClass(env, "Stream",
                       {
                           InstanceMethod<&Stream::Read>("read"),
                           InstanceMethod<&Stream::Write>("write"),
                           InstanceMethod<&Stream::Unsent>("unsent"),
                           InstanceMethod<&Stream::End>("end"),
                           InstanceMethod<&Stream::Close>("close"),
                       });
  }

  explicit Stream(const Napi::CallbackInfo &info) : ObjectWrap(info), env_(info.Env()) {
    core_.fd = -1;
  }
  ~Stream() override { Shut(); }

  /* From here on the loop keeps this alive, until it is closed. */
  int Open(int fd, size_t most, Napi::Function arrived, Napi::Function drained) {
    int copy = wr_stream_duplicate(fd);
    if (copy < 0)
      return copy;
    int status = wr_stream_open(&core_, copy, most);
    if (status != 0) {
      close(copy);
      return status;
    }
    uv_loop_t *loop = nullptr;
    napi_get_uv_event_loop(env_, &loop);
    poll_ = new uv_poll_t;
    status = uv_poll_init(loop, poll_, core_.fd);
    if (status != 0) {
      delete poll_;
      poll_ = nullptr;
      wr_stream_close(&core_);
      return status;
    }
    poll_->data = this;
    arrived_ = Napi::Persistent(arrived);
    drained_ = Napi::Persistent(drained);
    Ref();
    return 0;
  }

private:
  void Read(const Napi::CallbackInfo &info) {
    reading_ = info[0].As<Napi::Boolean>().Value();
    /* What lay before the end may have been read since. */
    awaits_end_ = true;
    Watch();
  }

  Napi::Value Write(const Napi::CallbackInfo &info) {
    auto list = info[0].As<Napi::Array>();
    iovec parts[kMostParts];
    uint32_t count = list.Length();
    for (uint32_t i = 0; i < count && i < kMostParts; i++) {
      napi_value part = list.Get(i);
      void *data = nullptr;
      size_t bytes = 0;
      napi_get_typedarray_info(env_, part, nullptr, &bytes, &data, nullptr, nullptr);
      parts[i] = {data, bytes};
    }
    int status = count > kMostParts ? -E2BIG : wr_stream_write(&core_, parts, count);
    Watch();
    return Napi::Number::New(env_, status != 0 ? status : static_cast<double>(core_.queued));
  }

  Napi::Value Unsent(const Napi::CallbackInfo &) {
    return Napi::Number::New(env_, static_cast<double>(core_.queued));
  }

  Napi::Value End(const Napi::CallbackInfo &) {
    return Napi::Number::New(env_, wr_stream_end(&core_));
  }

  void Close(const Napi::CallbackInfo &) {
    if (!poll_)
      return;
    Shut();
    Unref();
  }

  void Shut() {
    if (poll_) {
      uv_poll_stop(poll_);
      uv_close(reinterpret_cast<uv_handle_t *>(poll_),
               [](uv_handle_t *closed) { delete reinterpret_cast<uv_poll_t *>(closed); });
      poll_ = nullptr;
    }
    wr_stream_close(&core_);
  }

  void Watch() {
    if (!poll_)
      return;
    int wanted = (reading_ ? UV_READABLE : 0) | (core_.queued > 0 ? UV_WRITABLE : 0);
    /* A peer that goes is noticed while nothing of it is read, too. */
    if (!reading_ && !over_ && awaits_end_)
      wanted |= UV_DISCONNECT;
    if (wanted == watched_)
      return;
    watched_ = wanted;
    if (wanted)
      uv_poll_start(poll_, wanted, Ready);
    else
      uv_poll_stop(poll_);
  }

  static void Ready(uv_poll_t *poll, int status, int events) {
    auto *self = static_cast<Stream *>(poll->data);
    Napi::HandleScope scope(self->env_);
    /* The callbacks may close the stream and let go of it. */
    [[maybe_unused]] Napi::Object alive = self->Value();
    if (status < 0)
      return self->Broken();
    if (events & UV_WRITABLE)
      self->SendRest();
    if ((events & UV_READABLE) && self->poll_ && self->reading_)
      self->Receive();
    else if ((events & UV_DISCONNECT) && self->poll_ && !self->reading_)
      self->LookForEnd();
  }

  void SendRest() {
    int status = wr_stream_flush(&core_);
    Watch();
    if (status != 0 || core_.queued == 0)
      Call(drained_, status);
  }

  void Receive() {
    Napi::Uint8Array buffer = env_.GetInstanceData<Shared>()->buffer.Value();
    ssize_t bytes = wr_stream_read(&core_, buffer.Data(), buffer.ByteLength());
    if (bytes == -EAGAIN || bytes == -EWOULDBLOCK)
      return;
    if (bytes <= 0)
      return Over(bytes);
    Call(arrived_, static_cast<double>(bytes));
  }

  /* libuv has stopped and says no more than that; what came before can still be read. */
  void Broken() {
    watched_ = 0;
    if (!reading_)
      return LookForEnd();
    while (poll_ && reading_) {
      Napi::Uint8Array buffer = env_.GetInstanceData<Shared>()->buffer.Value();
      ssize_t bytes = wr_stream_read(&core_, buffer.Data(), buffer.ByteLength());
      if (bytes <= 0)
        return Over(bytes == -EAGAIN ? -ECONNRESET : bytes);
      Call(arrived_, static_cast<double>(bytes));
    }
  }

  /* What came before the end is to be read first. */
  void LookForEnd() {
    ssize_t bytes = wr_stream_peek(&core_);
    if (bytes <= 0 && bytes != -EAGAIN && bytes != -EWOULDBLOCK)
      return Over(bytes);
    awaits_end_ = false;
    Watch();
  }

  /* An end stays readable for good. */
  void Over(ssize_t status) {
    reading_ = false;
    over_ = true;
    Watch();
    Call(arrived_, static_cast<double>(status));
  }

  void Call(const Napi::FunctionReference &callback, double value) {
    wr::CallBack(env_, callback, {Napi::Number::New(env_, value)});
  }

  Napi::Env env_;
  wr_stream core_{};
  uv_poll_t *poll_ = nullptr;
  int watched_ = 0;
  bool reading_ = false;
  /* The end may come next: what came before it is not known to wait. */
  bool awaits_end_ = false;
  /* The end was told. */
  bool over_ = false;
  Napi::FunctionReference arrived_, drained_;
};

Napi::Value Open(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  Napi::Object made = env.GetInstanceData<Shared>()->constructor.New({});
  int status = Stream::Unwrap(made)->Open(
      info[0].As<Napi::Number>().Int32Value(), info[1].As<Napi::Number>().Int64Value(),
      info[2].As<Napi::Function>(), info[3].As<Napi::Function>());
  return status == 0 ? made : Napi::Value(Napi::Number::New(env, status));
}

void ReadInto(const Napi::CallbackInfo &info) {
  info.Env().GetInstanceData<Shared>()->buffer = Napi::Persistent(info[0].As<Napi::Uint8Array>());
}

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  auto *shared = new Shared;
  shared->constructor = Napi::Persistent(Stream::Define(env));
  env.SetInstanceData(shared);
  exports.Set("open", Napi::Function::New<Open>(env, "open"));
  exports.Set("readInto", Napi::Function::New<ReadInto>(env, "readInto"));
  return exports;
}

} // namespace

NODE_API_MODULE(stream, Init)
