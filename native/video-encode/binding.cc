#include "binding.h"

#include <memory>

extern "C" {
#include "core.h"
#include "detail.h"
}

namespace {

// Pictures from one look at the chroma that 4:2:0 loses to the next.
constexpr uint32_t LOOK_EVERY = 8;
// Rows that one look leaves out are far from those of the last one.
constexpr uint32_t LOOK_TURN = 13;

struct Destroy {
  void operator()(wr_video_encoder *core) const { wr_video_encoder_destroy(core); }
};

struct Job {
  wr_picture picture;
  int32_t x, y, kbitPerS;
  bool key;
  int64_t timeMs;
  wr_video_output out;
  int32_t missed;
};

class Encoder : public Napi::ObjectWrap<Encoder> {
public:
  // (width, height, kbitPerS, minQp, detail)
  explicit Encoder(const Napi::CallbackInfo &info) : Napi::ObjectWrap<Encoder>(info) {
    const wr_video_settings settings = {number(info[0]), number(info[1]), number(info[2]),
                                        number(info[3]), info[4].ToBoolean()};
    if (!wr_video_settings_fit(&settings))
      throw Napi::RangeError::New(info.Env(), "video settings out of range");
    core_.reset(wr_video_encoder_create(&settings));
    if (!core_)
      throw Napi::Error::New(info.Env(), "there is no encoder for these settings");
    width_ = settings.width;
    height_ = settings.height;
    kbitPerS_ = settings.kbit_per_s;
    detail_ = settings.detail;
  }

  static Napi::Function define(Napi::Env env) {
    return DefineClass(env, "Encoder",
                       {InstanceMethod("encodeAsync", &Encoder::encodeAsync),
                        InstanceMethod("by", &Encoder::by),
                        InstanceMethod("close", &Encoder::close)});
  }

  // On a worker; busy_ keeps it to one at a time.
  bool run(Job &job) {
    if (job.kbitPerS != kbitPerS_ && !wr_video_encoder_set_rate(core_.get(), job.kbitPerS))
      return false;
    kbitPerS_ = job.kbitPerS;
    job.missed = detail_ || count_++ % LOOK_EVERY != 0
                     ? -1
                     : wr_detail_share(&job.picture, job.x, job.y, width_, height_,
                                       count_ / LOOK_EVERY * LOOK_TURN);
    return wr_video_encoder_encode(core_.get(), &job.picture, job.x, job.y, job.key, job.timeMs,
                                   &job.out);
  }

  void finish() {
    busy_ = false;
    if (closing_)
      core_.reset();
  }

private:
  static int32_t number(const Napi::Value &value) { return value.As<Napi::Number>().Int32Value(); }

  // (bytes, width, height, x, y, key, timeMs, kbitPerS)
  Napi::Value encodeAsync(const Napi::CallbackInfo &info);

  Napi::Value by(const Napi::CallbackInfo &info) {
    return Napi::String::New(info.Env(), core_ ? wr_video_encoder_by(core_.get()) : "nothing");
  }

  // The encoder's memory is freed at once, or when the picture under way is done.
  Napi::Value close(const Napi::CallbackInfo &info) {
    closing_ = true;
    if (!busy_)
      core_.reset();
    return info.Env().Undefined();
  }

  std::unique_ptr<wr_video_encoder, Destroy> core_;
  int32_t width_ = 0, height_ = 0, kbitPerS_ = 0;
  uint32_t count_ = 0;
  bool busy_ = false, closing_ = false, detail_ = false;
};

class EncodeWorker : public Napi::AsyncWorker {
public:
  EncodeWorker(Napi::Env env, Encoder *encoder, const Job &job, Napi::Value self, Napi::Value bytes)
      : Napi::AsyncWorker(env, "wr_video_encode"), encoder_(encoder), job_(job),
        deferred_(Napi::Promise::Deferred::New(env)),
        self_(Napi::Persistent(self.As<Napi::Object>())),
        bytes_(Napi::Persistent(bytes.As<Napi::Object>())) {}

  Napi::Promise promise() const { return deferred_.Promise(); }

  void Execute() override {
    if (!encoder_->run(job_))
      SetError("a picture could not be encoded");
  }

  void OnOK() override {
    const auto env = Env();
    auto bytes = Napi::Uint8Array::New(env, job_.out.length);
    std::copy_n(job_.out.bytes, job_.out.length, bytes.Data());
    auto result = Napi::Object::New(env);
    result.Set("bytes", bytes);
    result.Set("key", Napi::Boolean::New(env, job_.out.key));
    result.Set("missed", Napi::Number::New(env, job_.missed));
    encoder_->finish();
    deferred_.Resolve(result);
  }

  void OnError(const Napi::Error &error) override {
    encoder_->finish();
    deferred_.Reject(error.Value());
  }

private:
  Encoder *encoder_;
  Job job_;
  Napi::Promise::Deferred deferred_;
  Napi::ObjectReference self_, bytes_; // alive until the worker is done
};

Napi::Value Encoder::encodeAsync(const Napi::CallbackInfo &info) {
  if (busy_ || closing_)
    throw Napi::Error::New(info.Env(), "this video encoder is busy or closed");
  Job job = {};
  job.picture = wr::picture(info[0], info[1], info[2]);
  job.x = number(info[3]);
  job.y = number(info[4]);
  if (job.x < 0 || job.y < 0 || job.x >= job.picture.width || job.y >= job.picture.height)
    throw Napi::RangeError::New(info.Env(), "video outside of the picture");
  job.key = info[5].ToBoolean();
  job.timeMs = info[6].As<Napi::Number>().Int64Value();
  job.kbitPerS = number(info[7]);
  auto *worker = new EncodeWorker(info.Env(), this, job, info.This(), info[0]);
  busy_ = true;
  const auto promise = worker->promise();
  worker->Queue();
  return promise;
}

Napi::Object init(Napi::Env env, Napi::Object exports) {
  exports.Set("Encoder", Encoder::define(env));
  return exports;
}

} // namespace

NODE_API_MODULE(video_encode, init)
