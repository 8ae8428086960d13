#include "wrapper.h"
#include "wr_loop.h"

#include <cerrno>
#include <utility>

namespace wr {

namespace {

constexpr size_t kMostParts = 64;

void ReadInto(const Napi::CallbackInfo &info) {
  StreamAddon &addon = AddonOf(info.Env());
  auto buffer = info[0].As<Napi::Uint8Array>();
  addon.buffer = Napi::Persistent(buffer);
  addon.room = buffer.Data();
  addon.room_size = buffer.ByteLength();
}

} // namespace

const wr_sink_calls Wrapper::kCalls = {Room, Arrived, Drained, Ended, Closed};

Napi::Function Wrapper::Define(Napi::Env env) {
  return DefineClass(env, "Stream",
                     {
                         InstanceMethod<&Wrapper::Read>("read"),
                         InstanceMethod<&Wrapper::Write>("write"),
                         InstanceMethod<&Wrapper::Unsent>("unsent"),
                         InstanceMethod<&Wrapper::End>("end"),
                         InstanceMethod<&Wrapper::Close>("close"),
                     });
}

Napi::Object Wrapper::Make(Napi::Env env, wr_endpoint *endpoint, Napi::Function arrived,
                           Napi::Function drained) {
  Napi::Object made = AddonOf(env).wrapper.New({});
  Wrapper *self = Unwrap(made);
  self->sink_.calls = &kCalls;
  self->sink_.owner = self;
  self->endpoint_ = endpoint;
  self->arrived_ = Napi::Persistent(arrived);
  self->drained_ = Napi::Persistent(drained);
  endpoint->sink = &self->sink_;
  self->Ref();
  return made;
}

Wrapper::~Wrapper() { Shut(); }

void Wrapper::Shut() {
  if (endpoint_)
    wr_endpoint_close(std::exchange(endpoint_, nullptr));
}

unsigned char *Wrapper::Room(wr_sink *sink, size_t *size) {
  const StreamAddon &addon = AddonOf(Of(sink)->env_);
  *size = addon.room_size;
  return addon.room;
}

/* The callbacks may close the stream and let go of it: its value in the scope keeps it. */
void Wrapper::Arrived(wr_sink *sink, size_t count) {
  Wrapper *self = Of(sink);
  Napi::HandleScope scope(self->env_);
  [[maybe_unused]] Napi::Object alive = self->Value();
  CallBack(self->env_, self->arrived_, {Napi::Number::New(self->env_, static_cast<double>(count))});
}

void Wrapper::Drained(wr_sink *sink) {
  Wrapper *self = Of(sink);
  Napi::HandleScope scope(self->env_);
  [[maybe_unused]] Napi::Object alive = self->Value();
  CallBack(self->env_, self->drained_, {});
}

void Wrapper::Ended(wr_sink *sink, int status, const char *words) {
  Wrapper *self = Of(sink);
  Napi::HandleScope scope(self->env_);
  [[maybe_unused]] Napi::Object alive = self->Value();
  napi_value what =
      words ? Napi::Value(Napi::String::New(self->env_, words)) : self->env_.Undefined();
  CallBack(self->env_, self->arrived_, {Napi::Number::New(self->env_, status), what});
}

void Wrapper::Read(const Napi::CallbackInfo &info) {
  if (endpoint_)
    wr_endpoint_read(endpoint_, info[0].As<Napi::Boolean>().Value());
}

Napi::Value Wrapper::Write(const Napi::CallbackInfo &info) {
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
  int status = count > kMostParts ? -E2BIG
               : endpoint_        ? wr_endpoint_write(endpoint_, parts, count)
                                  : -EPIPE;
  if (status != 0)
    return Napi::Number::New(env_, status);
  return Napi::Number::New(env_, static_cast<double>(wr_endpoint_unsent(endpoint_)));
}

Napi::Value Wrapper::Unsent(const Napi::CallbackInfo &) {
  size_t bytes = endpoint_ ? wr_endpoint_unsent(endpoint_) : 0;
  return Napi::Number::New(env_, static_cast<double>(bytes));
}

Napi::Value Wrapper::End(const Napi::CallbackInfo &) {
  return Napi::Number::New(env_, endpoint_ ? wr_endpoint_end(endpoint_) : 0);
}

void Wrapper::Close(const Napi::CallbackInfo &) {
  if (!endpoint_)
    return;
  Shut();
  Unref();
}

void DefineWrapper(Napi::Env env, Napi::Object exports) {
  AddonOf(env).wrapper = Napi::Persistent(Wrapper::Define(env));
  exports.Set("readInto", Napi::Function::New<ReadInto>(env, "readInto"));
}

} // namespace wr
