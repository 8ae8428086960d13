#include "tls.h"
#include "tcp.h"
#include "wr_loop.h"
#include "wrapper.h"

#include <cerrno>
#include <memory>
#include <string>
#include <unistd.h>
#include <uv.h>

namespace wr {

namespace {

using Context = std::unique_ptr<wr_tls_context, decltype(&wr_tls_context_free)>;

/* Connections still take tickets when whoever made it has let go of it. */
struct Memory : wr_tls_memory {
  Memory() : wr_tls_memory{} {}
  ~Memory() { wr_tls_forget(this); }
};
using SharedMemory = std::shared_ptr<Memory>;

class Handshake;

/* A TLS stream in Node's event loop. */
struct TlsEndpoint : wr_tls {
  Handshake *handshake = nullptr;
  SharedMemory shared;
  uv_poll_t poll{};
  uv_idle_t soon{};
  bool polls = false;
  int open_handles = 0;
};

TlsEndpoint *Of(wr_tls *tls) { return static_cast<TlsEndpoint *>(tls); }

void Ready(uv_poll_t *poll, int status, int events) {
  auto *self = static_cast<TlsEndpoint *>(poll->data);
  if (status < 0)
    return wr_tls_ready(self, WR_TLS_BROKEN);
  wr_tls_ready(self, (events & UV_READABLE ? WR_TLS_READABLE : 0) |
                         (events & UV_WRITABLE ? WR_TLS_WRITABLE : 0) |
                         (events & UV_DISCONNECT ? WR_TLS_HANGUP : 0));
}

void Soon(uv_idle_t *idle) { wr_tls_ready(static_cast<TlsEndpoint *>(idle->data), WR_TLS_SOON); }

void Watch(wr_tls *tls, int wishes) {
  TlsEndpoint *self = Of(tls);
  if (!self->polls)
    return;
  int events = (wishes & WR_TLS_READABLE ? UV_READABLE : 0) |
               (wishes & WR_TLS_WRITABLE ? UV_WRITABLE : 0) |
               (wishes & WR_TLS_HANGUP ? UV_DISCONNECT : 0);
  if (events)
    uv_poll_start(&self->poll, events, Ready);
  else
    uv_poll_stop(&self->poll);
  if (wishes & WR_TLS_SOON)
    uv_idle_start(&self->soon, Soon);
  else
    uv_idle_stop(&self->soon);
}

void HandleClosed(uv_handle_t *handle) {
  auto *self = static_cast<TlsEndpoint *>(handle->data);
  if (--self->open_handles == 0)
    delete self;
}

void Released(wr_tls *tls) {
  uv_close(reinterpret_cast<uv_handle_t *>(&Of(tls)->poll), HandleClosed);
  uv_close(reinterpret_cast<uv_handle_t *>(&Of(tls)->soon), HandleClosed);
}

void Secured(wr_tls *tls, int status, const char *words);

const wr_tls_owner kOwner = {Watch, Secured, Released};

/* RawHandshake in binding.d.ts. The loop keeps it alive until it is over. */
class Handshake : public Napi::ObjectWrap<Handshake> {
public:
  static Napi::Function Define(Napi::Env env) {
    return DefineClass(
        env, "Handshake",
        {InstanceMethod<&Handshake::Take>("take"), InstanceMethod<&Handshake::Close>("close")});
  }

  explicit Handshake(const Napi::CallbackInfo &info) : ObjectWrap(info), env_(info.Env()) {}
  ~Handshake() override { Shut(); }

  void Begin(TlsEndpoint *endpoint, Napi::Function secured) {
    endpoint_ = endpoint;
    endpoint->handshake = this;
    secured_ = Napi::Persistent(secured);
    Ref();
  }

  void Secured(int status, const char *words) {
    Napi::HandleScope scope(env_);
    [[maybe_unused]] Napi::Object alive = Value();
    napi_value peer = status == 0 ? Napi::Value(Peer()) : env_.Undefined();
    CallBack(env_, secured_,
             {Napi::Number::New(env_, status), Napi::String::New(env_, words), peer});
    /* Nobody has taken it. */
    Shut();
  }

private:
  Napi::Object Peer() {
    Napi::Object peer = Napi::Object::New(env_);
    unsigned char *der = nullptr;
    int bytes = wr_tls_certificate(endpoint_, &der);
    Napi::Value certificate = env_.Null();
    if (bytes > 0)
      certificate = Napi::Buffer<unsigned char>::Copy(env_, der, static_cast<size_t>(bytes));
    OPENSSL_free(der);
    peer.Set("certificate", certificate);
    peer.Set("agreed", Napi::Boolean::New(env_, wr_tls_agreed(endpoint_)));
    peer.Set("resumed", Napi::Boolean::New(env_, wr_tls_resumed(endpoint_)));
    return peer;
  }

  Napi::Value Take(const Napi::CallbackInfo &info) {
    if (!endpoint_ || !endpoint_->secured)
      return Napi::Number::New(env_, -ENOTCONN);
    TlsEndpoint *taken = endpoint_;
    Forget();
    return Wrapper::Make(env_, &taken->endpoint, info[0].As<Napi::Function>(),
                         info[1].As<Napi::Function>());
  }

  void Close(const Napi::CallbackInfo &) { Shut(); }

  void Shut() {
    TlsEndpoint *left = endpoint_;
    if (!left)
      return;
    Forget();
    wr_endpoint_close(&left->endpoint);
  }

  void Forget() {
    endpoint_->handshake = nullptr;
    endpoint_ = nullptr;
    Unref();
  }

  Napi::Env env_;
  TlsEndpoint *endpoint_ = nullptr;
  Napi::FunctionReference secured_;
};

void Secured(wr_tls *tls, int status, const char *words) {
  if (Of(tls)->handshake)
    Of(tls)->handshake->Secured(status, words);
}

wr_tls_bytes BytesOf(const Napi::Value &value) {
  auto array = value.As<Napi::Uint8Array>();
  return {array.Data(), array.ByteLength()};
}

Napi::Value MakeContext(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  std::string alpn = info[3].As<Napi::String>();
  wr_tls_identity identity = {info[0].As<Napi::Boolean>().Value(), BytesOf(info[1]),
                              BytesOf(info[2]), alpn.c_str()};
  char words[WR_TLS_WORDS];
  wr_tls_context *made = wr_tls_context_new(&identity, words);
  if (!made)
    return Napi::String::New(env, words);
  return Napi::External<Context>::New(env, new Context(made, wr_tls_context_free),
                                      [](Napi::Env, Context *context) { delete context; });
}

Napi::Value MakeMemory(const Napi::CallbackInfo &info) {
  return Napi::External<SharedMemory>::New(info.Env(), new SharedMemory(std::make_shared<Memory>()),
                                           [](Napi::Env, SharedMemory *memory) { delete memory; });
}

/* 0 or -errno, and the endpoint is to be deleted. */
int Start(Napi::Env env, TlsEndpoint *self, const wr_tls_context *context,
          const wr_tls_options &start) {
  uv_loop_t *loop = nullptr;
  napi_get_uv_event_loop(env, &loop);
  int status = wr_tls_start(self, context, &kOwner, &start);
  if (status != 0)
    return status;
  status = uv_poll_init(loop, &self->poll, start.fd);
  if (status != 0) {
    wr_tls_abandon(self);
    return status;
  }
  uv_idle_init(loop, &self->soon);
  self->poll.data = self->soon.data = self;
  self->open_handles = 2;
  self->polls = true;
  Watch(self, self->wishes);
  return 0;
}

Napi::Value Shake(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  Context &context = *info[0].As<Napi::External<Context>>().Data();
  auto options = info[2].As<Napi::Object>();
  Napi::Value name = options.Get("serverName"), memory = options.Get("memory");
  std::string server = name.IsString() ? name.As<Napi::String>().Utf8Value() : "";
  int copy = wr_stream_duplicate(info[1].As<Napi::Number>().Int32Value());
  if (copy < 0)
    return Napi::Number::New(env, copy);
  auto self = std::make_unique<TlsEndpoint>();
  if (memory.IsExternal())
    self->shared = *memory.As<Napi::External<SharedMemory>>().Data();
  int status =
      Start(env, self.get(), context.get(),
            {copy, static_cast<size_t>(options.Get("mostUnsentBytes").ToNumber().Int64Value()),
             BytesOf(options.Get("early")), server.empty() ? nullptr : server.c_str(),
             self->shared.get()});
  if (status != 0)
    return Napi::Number::New(env, status);
  Napi::Object made = AddonOf(env).handshake.New({});
  Handshake::Unwrap(made)->Begin(self.release(), info[3].As<Napi::Function>());
  return made;
}

Napi::Value Watch(const Napi::CallbackInfo &info) {
  wr_tls *tls = wr_tls_from(Wrapper::Unwrap(info[0].As<Napi::Object>())->endpoint());
  return Napi::Number::New(info.Env(), tls ? wr_tcp_watch(tls->stream.fd) : -ENOTCONN);
}

Napi::Value Path(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  wr_tls *tls = wr_tls_from(Wrapper::Unwrap(info[0].As<Napi::Object>())->endpoint());
  wr_tcp_path path;
  int status = tls ? wr_tcp_look(tls->stream.fd, &path) : -ENOTCONN;
  if (status != 0)
    return Napi::Number::New(env, status);
  Napi::Object made = Napi::Object::New(env);
  auto set = [&](const char *name, uint64_t value) {
    made.Set(name, Napi::Number::New(env, static_cast<double>(value)));
  };
  set("rttUs", path.rtt_us);
  set("rttVariationUs", path.rtt_variation_us);
  set("leastRttUs", path.least_rtt_us);
  set("deliveryBytesPerS", path.delivery_bytes_per_s);
  made.Set("deliveryIsLimited", Napi::Boolean::New(env, path.delivery_is_limited));
  set("notSentBytes", path.not_sent_bytes + tls->stream.queued);
  set("inFlightBytes", path.in_flight_bytes);
  set("windowBytes", path.window_bytes);
  set("retransmittedSegments", path.retransmitted_segments);
  return made;
}

} // namespace

void DefineTls(Napi::Env env, Napi::Object exports) {
  AddonOf(env).handshake = Napi::Persistent(Handshake::Define(env));
  exports.Set("tlsContext", Napi::Function::New<MakeContext>(env, "tlsContext"));
  exports.Set("tlsMemory", Napi::Function::New<MakeMemory>(env, "tlsMemory"));
  exports.Set("tlsShake", Napi::Function::New<Shake>(env, "tlsShake"));
  exports.Set("tcpPath", Napi::Function::New<Path>(env, "tcpPath"));
  exports.Set("tcpWatch", Napi::Function::New<Watch>(env, "tcpWatch"));
}

} // namespace wr
