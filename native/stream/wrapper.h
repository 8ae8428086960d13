/* An endpoint as JavaScript has it: RawStream in binding.d.ts. */
#pragma once

#include "addon.h"

namespace wr {

class Wrapper : public Napi::ObjectWrap<Wrapper> {
public:
  static Napi::Function Define(Napi::Env env);
  /* An object that owns the endpoint and is its sink; the loop keeps it alive until it is closed.
   */
  static Napi::Object Make(Napi::Env env, wr_endpoint *endpoint, Napi::Function arrived,
                           Napi::Function drained);

  explicit Wrapper(const Napi::CallbackInfo &info) : ObjectWrap(info), env_(info.Env()) {}
  ~Wrapper() override;

  /* nullptr once it is closed. */
  wr_endpoint *endpoint() const { return endpoint_; }

private:
  struct Sink : wr_sink {
    Wrapper *owner;
  };

  static Wrapper *Of(wr_sink *sink) { return static_cast<Sink *>(sink)->owner; }
  static unsigned char *Room(wr_sink *sink, size_t *size);
  static void Arrived(wr_sink *sink, size_t count);
  static void Drained(wr_sink *sink);
  static void Ended(wr_sink *sink, int status, const char *words);
  static void Closed(wr_sink *) {}
  static const wr_sink_calls kCalls;

  void Read(const Napi::CallbackInfo &info);
  Napi::Value Write(const Napi::CallbackInfo &info);
  Napi::Value Unsent(const Napi::CallbackInfo &info);
  Napi::Value End(const Napi::CallbackInfo &info);
  void Close(const Napi::CallbackInfo &info);
  void Shut();

  Napi::Env env_;
  Sink sink_{};
  wr_endpoint *endpoint_ = nullptr;
  Napi::FunctionReference arrived_, drained_;
};

} // namespace wr
