#include "relay.h"
#include "wr_loop.h"
#include "wrapper.h"

#include <algorithm>
#include <string>

namespace wr {

namespace {

class Relay : public Napi::ObjectWrap<Relay> {
public:
  static Napi::Function Define(Napi::Env env) {
    return DefineClass(env, "Relay",
                       {
                           InstanceMethod<&Relay::Part>("part"),
                           InstanceMethod<&Relay::Rest>("rest"),
                           InstanceMethod<&Relay::InputView>("inputView"),
                           InstanceMethod<&Relay::HeardAgoMs>("heardAgoMs"),
                           InstanceMethod<&Relay::TellNext>("tellNext"),
                       });
  }

  explicit Relay(const Napi::CallbackInfo &info) : ObjectWrap(info), env_(info.Env()) {
    core_.owner = this;
  }
  ~Relay() override { wr_relay_free(&core_); }

  /* From here on it is kept until it is parted. */
  void Join(Napi::Object rules, Napi::Object calls) {
    where_ = rules.Get("where").ToString();
    core_.calls = &kCalls;
    core_.channel = Number(rules, "channel");
    core_.view = Number(rules, "view");
    core_.input_view = Number(rules, "inputView");
    core_.waits_for_picture = rules.Get("waitsForPicture").ToBoolean();
    auto ends = rules.Get("ends").As<Napi::Array>();
    for (uint32_t side = 0; side < 2; side++)
      SetEnd(&core_.ends[side], ends.Get(side).As<Napi::Object>());
    pictured_ = Napi::Persistent(calls.Get("pictured").As<Napi::Function>());
    failed_ = Napi::Persistent(calls.Get("failed").As<Napi::Function>());
    spoke_ = Napi::Persistent(calls.Get("spoke").As<Napi::Function>());
    parted_ = Napi::Persistent(calls.Get("parted").As<Napi::Function>());
    wr_relay_join(&core_);
    Ref();
    for (uint32_t side = 0; side < 2; side++) {
      auto rest = ends.Get(side).As<Napi::Object>().Get("rest").As<Napi::Uint8Array>();
      wr_relay_push(&core_, static_cast<wr_relay_side>(side), rest.Data(), rest.ByteLength());
    }
  }

  static bool IsOpen(Napi::Object rules) {
    auto ends = rules.Get("ends").As<Napi::Array>();
    for (uint32_t side = 0; side < 2; side++)
      if (!EndpointOf(ends.Get(side).As<Napi::Object>()))
        return false;
    return true;
  }

private:
  struct Core : wr_relay {
    Relay *owner;
  };

  static uint32_t Number(Napi::Object from, const char *name) {
    return from.Get(name).ToNumber().Uint32Value();
  }

  static wr_endpoint *EndpointOf(Napi::Object end) {
    return Wrapper::Unwrap(end.Get("stream").As<Napi::Object>())->endpoint();
  }

  void SetEnd(wr_relay_end *end, Napi::Object from) {
    end->endpoint = EndpointOf(from);
    end->most_unsent = Number(from, "mostUnsentBytes");
    end->frames.where = where_.c_str();
    auto limits = from.Get("limits").As<Napi::Array>();
    for (uint32_t kind = 0; kind < 3; kind++)
      end->frames.limits[kind] = limits.Get(kind).ToNumber().Uint32Value();
  }

  static uint32_t SideOf(const Napi::CallbackInfo &info) {
    return info[0].As<Napi::Number>().Uint32Value() & 1;
  }

  static Relay *Of(wr_relay *relay) { return static_cast<Core *>(relay)->owner; }

  void Call(const Napi::FunctionReference &callback, const std::vector<napi_value> &arguments) {
    [[maybe_unused]] Napi::Object alive = Value();
    CallBack(env_, callback, arguments);
  }

  static void Pictured(wr_relay *relay) {
    Relay *self = Of(relay);
    Napi::HandleScope scope(self->env_);
    self->Call(self->pictured_, {});
  }

  static void Failed(wr_relay *relay, wr_relay_side side, const wr_problem *problem) {
    Relay *self = Of(relay);
    Napi::HandleScope scope(self->env_);
    self->Call(self->failed_,
               {Napi::Number::New(self->env_, side), Napi::String::New(self->env_, problem->code),
                Napi::String::New(self->env_, problem->where),
                Napi::String::New(self->env_, problem->what)});
  }

  static void Spoke(wr_relay *relay, wr_relay_side side) {
    Relay *self = Of(relay);
    Napi::HandleScope scope(self->env_);
    self->Call(self->spoke_, {Napi::Number::New(self->env_, side)});
  }

  static void Parted(wr_relay *relay) {
    Relay *self = Of(relay);
    Napi::HandleScope scope(self->env_);
    self->Call(self->parted_, {});
  }

  void Part(const Napi::CallbackInfo &) {
    wr_relay_part(&core_);
    if (kept_)
      Unref();
    kept_ = false;
  }

  Napi::Value Rest(const Napi::CallbackInfo &info) {
    auto side = static_cast<wr_relay_side>(info[0].As<Napi::Number>().Uint32Value());
    unsigned char header[WR_FRAME_HEADER_BYTES];
    const unsigned char *body = nullptr;
    size_t length = 0;
    size_t head = wr_relay_rest(&core_, side, header, &body, &length);
    Napi::Uint8Array rest = Napi::Uint8Array::New(env_, head + length);
    std::copy(header, header + head, rest.Data());
    std::copy(body, body + length, rest.Data() + head);
    return rest;
  }

  Napi::Value InputView(const Napi::CallbackInfo &) {
    return Napi::Number::New(env_, core_.input_view);
  }

  Napi::Value HeardAgoMs(const Napi::CallbackInfo &info) {
    uint64_t heard_ns = core_.ends[SideOf(info)].heard_ns;
    return Napi::Number::New(env_, static_cast<double>(uv_hrtime() - heard_ns) / 1e6);
  }

  void TellNext(const Napi::CallbackInfo &info) { core_.ends[SideOf(info)].tells_next = true; }

  static constexpr wr_relay_calls kCalls = {Pictured, Failed, Spoke, Parted};

  Napi::Env env_;
  Core core_{};
  std::string where_;
  bool kept_ = true;
  Napi::FunctionReference pictured_, failed_, spoke_, parted_;
};

/* The relay, or null when one of the streams is closed. */
Napi::Value Join(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  auto rules = info[0].As<Napi::Object>();
  if (!Relay::IsOpen(rules))
    return env.Null();
  Napi::Object made = AddonOf(env).relay.New({});
  Relay::Unwrap(made)->Join(rules, info[1].As<Napi::Object>());
  return made;
}

} // namespace

void DefineRelay(Napi::Env env, Napi::Object exports) {
  AddonOf(env).relay = Napi::Persistent(Relay::Define(env));
  exports.Set("join", Napi::Function::New<Join>(env, "join"));
}

} // namespace wr
