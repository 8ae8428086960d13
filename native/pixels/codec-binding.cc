#include "binding.h"

#include <memory>
#include <vector>

extern "C" {
#include "decoder.h"
#include "encoder.h"
}

namespace {

constexpr size_t regionStride = sizeof(wr_region) / sizeof(int32_t);

struct Job {
  wr_picture picture;
  std::vector<wr_rect> damage;
  std::vector<wr_copy> copies;
  int level;
  bool key, reset;
  double nowMs, freeMs;
  int32_t tiles;
  bool fine, thorough, graded;
  size_t budget;
  wr_encoded out;
};

Napi::Object frameOf(Napi::Env env, const wr_encoded &out) {
  auto regions = Napi::Int32Array::New(env, out.region_count * regionStride);
  if (out.region_count > 0)
    std::copy_n(reinterpret_cast<const int32_t *>(out.regions), out.region_count * regionStride,
                regions.Data());
  auto payload = Napi::Uint8Array::New(env, out.payload_length);
  if (out.payload_length > 0)
    std::copy_n(out.payload, out.payload_length, payload.Data());
  auto frame = Napi::Object::New(env);
  frame.Set("regions", regions);
  frame.Set("payload", payload);
  frame.Set("payloadCompressed", Napi::Boolean::New(env, out.compressed));
  frame.Set("payloadFine", Napi::Boolean::New(env, out.fine));
  frame.Set("checksum", Napi::Number::New(env, out.checksum));
  frame.Set("lossy", Napi::Boolean::New(env, out.lossy));
  frame.Set("streams", Napi::Number::New(env, out.streams));
  constexpr size_t stride = sizeof(wr_video_part) / sizeof(int32_t);
  auto videos = Napi::Int32Array::New(env, out.video_count * stride);
  std::copy_n(reinterpret_cast<const int32_t *>(out.videos), out.video_count * stride,
              videos.Data());
  frame.Set("videos", videos);
  frame.Set("changed", Napi::Boolean::New(env, out.region_count > 0));
  if (out.waiting_count > 0) {
    auto waiting = Napi::Uint8Array::New(env, out.tile_count);
    for (size_t i = 0; i < out.tile_count; i++)
      waiting[i] = out.waiting[i] != 0;
    frame.Set("waiting", waiting);
  }
  return frame;
}

// Bits of `flags` in encode() and encodeAsync(), and of the first number of a reply.
enum EncodeFlag { FlagKey = 1, FlagFine = 2, FlagThorough = 4, FlagGraded = 8 };
enum ReplyFlag { ReplyCompressed = 1, ReplyFine = 2, ReplyLossy = 4 };
// Before the regions: flags, checksum, streams, regions, bytes of the payload.
constexpr size_t replyHead = 5;

// A small frame goes to memory that JavaScript has already: objects would cost more than the frame.
bool replyWith(const wr_encoded &out, int32_t *reply, size_t room) {
  const size_t numbers = replyHead + out.region_count * regionStride;
  if (out.video_count > 0 || out.waiting_count > 0 || out.payload_length > 4 * room ||
      4 * numbers > 4 * room - out.payload_length)
    return false;
  reply[0] = (out.compressed ? ReplyCompressed : 0) | (out.fine ? ReplyFine : 0) |
             (out.lossy ? ReplyLossy : 0);
  reply[1] = static_cast<int32_t>(out.checksum);
  reply[2] = static_cast<int32_t>(out.streams);
  reply[3] = static_cast<int32_t>(out.region_count);
  reply[4] = static_cast<int32_t>(out.payload_length);
  if (out.region_count > 0)
    std::copy_n(reinterpret_cast<const int32_t *>(out.regions), out.region_count * regionStride,
                reply + replyHead);
  if (out.payload_length > 0)
    std::copy_n(out.payload, out.payload_length, reinterpret_cast<uint8_t *>(reply + numbers));
  return true;
}

class Encoder : public Napi::ObjectWrap<Encoder> {
public:
  explicit Encoder(const Napi::CallbackInfo &info) : Napi::ObjectWrap<Encoder>(info) {
    width_ = info[0].As<Napi::Number>().Int32Value();
    height_ = info[1].As<Napi::Number>().Int32Value();
    if (!info[2].IsTypedArray() ||
        info[2].As<Napi::TypedArray>().TypedArrayType() != napi_int32_array ||
        info[2].As<Napi::TypedArray>().ElementLength() < replyHead)
      throw Napi::TypeError::New(info.Env(), "the reply must be an Int32Array");
    reply_ = Napi::Persistent(info[2].As<Napi::Int32Array>());
    core_.reset(wr_encoder_create(width_, height_));
    if (!core_)
      throw Napi::RangeError::New(info.Env(), "encoder size out of range, or no memory");
    // Makes the collector notice encoders of terminals that left.
    Napi::MemoryManagement::AdjustExternalMemory(info.Env(), footprint());
  }

  ~Encoder() override {
    if (core_)
      Napi::MemoryManagement::AdjustExternalMemory(Env(), -footprint());
  }

  static Napi::Function define(Napi::Env env) {
    return DefineClass(env, "Encoder",
                       {InstanceMethod("encode", &Encoder::encode),
                        InstanceMethod("encodeAsync", &Encoder::encodeAsync),
                        InstanceMethod("limit", &Encoder::limit),
                        InstanceMethod("reset", &Encoder::reset)});
  }

  // Runs on the caller's thread or on a worker; busy_ keeps it to one at a time.
  bool run(Job &job) {
    const wr_encode_input input = {&job.picture,
                                   job.damage.data(),
                                   job.damage.size(),
                                   job.copies.data(),
                                   job.copies.size(),
                                   job.level,
                                   job.key,
                                   job.nowMs >= 0,
                                   static_cast<int64_t>(job.nowMs),
                                   static_cast<int64_t>(job.freeMs),
                                   job.tiles,
                                   job.fine,
                                   job.budget,
                                   job.thorough,
                                   job.graded};
    if (job.reset)
      wr_encoder_reset(core_.get());
    return wr_encoder_encode(core_.get(), &input, &job.out);
  }

  void finish() { busy_ = false; }

private:
  struct Destroy {
    void operator()(wr_encoder *core) const { wr_encoder_destroy(core); }
  };

  // The shadow takes four bytes per pixel, the payload and its compressed form three each.
  int64_t footprint() const { return int64_t{10} * width_ * height_; }

  Job jobOf(const Napi::CallbackInfo &info) {
    if (busy_)
      throw Napi::Error::New(info.Env(), "this encoder is busy with another encode");
    Job job = {};
    job.picture = wr::picture(info[0], Napi::Number::New(info.Env(), width_),
                              Napi::Number::New(info.Env(), height_));
    const auto [damage, damageCount] = wr::records<wr_rect>(info[1], "damage");
    const auto [copies, copyCount] = wr::records<wr_copy>(info[2], "copies");
    job.damage.assign(damage, damage + damageCount);
    job.copies.assign(copies, copies + copyCount);
    job.level = info[3].As<Napi::Number>().Int32Value();
    const int32_t flags = info[4].As<Napi::Number>().Int32Value();
    job.key = (flags & FlagKey) != 0;
    job.fine = (flags & FlagFine) != 0;
    job.thorough = (flags & FlagThorough) != 0;
    job.graded = (flags & FlagGraded) != 0;
    job.nowMs = info[5].As<Napi::Number>().DoubleValue();
    job.freeMs = info[6].As<Napi::Number>().DoubleValue();
    job.tiles = info[7].As<Napi::Number>().Int32Value();
    job.budget = budget_;
    job.reset = forgotten_;
    forgotten_ = false;
    return job;
  }

  // Undefined: the frame is in the reply.
  Napi::Value encode(const Napi::CallbackInfo &info) {
    Job job = jobOf(info);
    if (!run(job))
      throw Napi::Error::New(info.Env(), "no memory to encode");
    auto reply = reply_.Value();
    if (replyWith(job.out, reply.Data(), reply.ElementLength()))
      return info.Env().Undefined();
    return frameOf(info.Env(), job.out);
  }

  Napi::Value encodeAsync(const Napi::CallbackInfo &info);

  // An encode that is under way ends as it began; the next one stands alone.
  Napi::Value reset(const Napi::CallbackInfo &info) {
    forgotten_ = true;
    return info.Env().Undefined();
  }

  // Bytes of the updates from here on, 0 for no bound.
  Napi::Value limit(const Napi::CallbackInfo &info) {
    budget_ = static_cast<size_t>(info[0].As<Napi::Number>().Int64Value());
    return info.Env().Undefined();
  }

  std::unique_ptr<wr_encoder, Destroy> core_;
  Napi::Reference<Napi::Int32Array> reply_;
  size_t budget_ = 0;
  int32_t width_ = 0, height_ = 0;
  bool busy_ = false, forgotten_ = false;
};

class EncodeWorker : public Napi::AsyncWorker {
public:
  EncodeWorker(Napi::Env env, Encoder *encoder, Job &&job, Napi::Value self, Napi::Value bytes)
      : Napi::AsyncWorker(env, "wr_pixels_encode"), encoder_(encoder), job_(std::move(job)),
        deferred_(Napi::Promise::Deferred::New(env)),
        self_(Napi::Persistent(self.As<Napi::Object>())),
        bytes_(Napi::Persistent(bytes.As<Napi::Object>())) {}

  Napi::Promise promise() const { return deferred_.Promise(); }

  void Execute() override {
    if (!encoder_->run(job_))
      SetError("no memory to encode");
  }

  void OnOK() override {
    encoder_->finish();
    deferred_.Resolve(frameOf(Env(), job_.out));
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
  auto *worker = new EncodeWorker(info.Env(), this, jobOf(info), info.This(), info[0]);
  busy_ = true;
  const auto promise = worker->promise();
  worker->Queue();
  return promise;
}

class Decoder : public Napi::ObjectWrap<Decoder> {
public:
  explicit Decoder(const Napi::CallbackInfo &info)
      : Napi::ObjectWrap<Decoder>(info),
        core_(wr_decoder_create(info[0].As<Napi::Number>().Int32Value())) {
    if (!core_)
      throw Napi::Error::New(info.Env(), "no memory for a decoder");
  }

  static Napi::Function define(Napi::Env env) {
    return DefineClass(
        env, "Decoder",
        {InstanceMethod("apply", &Decoder::apply), InstanceMethod("forget", &Decoder::forget)});
  }

private:
  struct Destroy {
    void operator()(wr_decoder *core) const { wr_decoder_destroy(core); }
  };

  // (bytes, width, height, regions, payload, compressed, videos, videoPixels, fine): videos has
  // five numbers per picture: stream, x, y, w, h; videoPixels one Uint8Array.
  Napi::Value apply(const Napi::CallbackInfo &info) {
    wr_picture picture = wr::picture(info[0], info[1], info[2]);
    const auto [regions, count] = wr::records<wr_region>(info[3], "regions");
    if (!info[4].IsTypedArray())
      throw Napi::TypeError::New(info.Env(), "payload must be a Uint8Array");
    const auto payload = info[4].As<Napi::Uint8Array>();
    const auto videos = videosOf(info[6], info[7]);
    const wr_update update = {regions,
                              count,
                              payload.Data(),
                              payload.ByteLength(),
                              info[5].ToBoolean(),
                              info[8].ToBoolean(),
                              videos.data(),
                              videos.size()};
    wr_decode_error error;
    if (!wr_decoder_apply(core_.get(), &picture, &update, &error))
      throw Napi::RangeError::New(info.Env(), describe(error));
    return info.Env().Undefined();
  }

  static std::vector<wr_video_picture> videosOf(const Napi::Value &places,
                                                const Napi::Value &pixels) {
    struct Place {
      int32_t stream, x, y, w, h;
    };
    const auto [records, count] = wr::records<Place>(places, "videos");
    std::vector<wr_video_picture> videos;
    for (size_t i = 0; i < count; i++) {
      const auto &at = records[i];
      const auto of = pixels.As<Napi::Array>().Get(static_cast<uint32_t>(i));
      const wr_picture picture =
          wr::picture(of, Napi::Number::New(of.Env(), at.w), Napi::Number::New(of.Env(), at.h));
      videos.push_back({at.stream, {at.x, at.y, at.w, at.h}, picture.pixels});
    }
    return videos;
  }

  Napi::Value forget(const Napi::CallbackInfo &info) {
    wr_decoder_forget(core_.get());
    return info.Env().Undefined();
  }

  static std::string describe(const wr_decode_error &error) {
    if (error.region == WR_DECODE_WHOLE_UPDATE)
      return std::string("update refused: ") + error.reason;
    return "region " + std::to_string(error.region) + " refused: " + error.reason;
  }

  std::unique_ptr<wr_decoder, Destroy> core_;
};

} // namespace

void wr::exportCodec(Napi::Env env, Napi::Object exports) {
  exports.Set("Encoder", Encoder::define(env));
  exports.Set("Decoder", Decoder::define(env));
  exports.Set("regionStride", Napi::Number::New(env, regionStride));
}
