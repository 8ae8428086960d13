#include "binding.h"

#include <future>
#include <memory>
#include <system_error>
#include <vector>

extern "C" {
#include "core.h"
#include "h264.h"
}

namespace {

struct Destroy {
  void operator()(wr_video_decoder *core) const { wr_video_decoder_destroy(core); }
};

struct Job {
  wr_video_decoder *core;
  const uint8_t *bytes;
  size_t length;
  bool limited;
  uint32_t *pixels;
  wr_video_decoder *detailOf; // or null
  bool waits;                 // for its detail
  const char *run() const {
    return detailOf || waits ? wr_video_decoder_samples(core, bytes, length)
                             : wr_video_decoder_decode(core, bytes, length, limited, pixels);
  }
};

class Decoder : public Napi::ObjectWrap<Decoder> {
public:
  // (width, height)
  explicit Decoder(const Napi::CallbackInfo &info) : Napi::ObjectWrap<Decoder>(info) {
    width_ = info[0].As<Napi::Number>().Int32Value();
    height_ = info[1].As<Napi::Number>().Int32Value();
    core_.reset(wr_video_decoder_create(width_, height_));
    if (!core_)
      throw Napi::RangeError::New(info.Env(), "no decoder of H.264 for this size");
  }

  static Napi::Function define(Napi::Env env) {
    return DefineClass(env, "Decoder",
                       {StaticMethod("decodeAll", &Decoder::decodeAll),
                        InstanceMethod("by", &Decoder::by),
                        InstanceMethod("close", &Decoder::close)});
  }

private:
  Job job(Napi::Env env, Napi::Value unit, Napi::Value limited, Napi::Value pixels) {
    if (!core_)
      throw Napi::Error::New(env, "this video decoder is closed");
    if (!unit.IsTypedArray())
      throw Napi::TypeError::New(env, "bytes must be a Uint8Array");
    const auto bytes = unit.As<Napi::Uint8Array>();
    const auto picture =
        wr::picture(pixels, Napi::Number::New(env, width_), Napi::Number::New(env, height_));
    return {core_.get(), bytes.Data(), bytes.ByteLength(), limited.ToBoolean(), picture.pixels,
            nullptr,     false};
  }

  // ([decoder, bytes, limited, pixels, detailOf]...): different decoders, side by side where that
  // is possible. `detailOf` is null, or the decoder before it whose picture lacks the chroma of
  // this one.
  static Napi::Value decodeAll(const Napi::CallbackInfo &info) {
    const auto env = info.Env();
    std::vector<Job> jobs;
    for (size_t i = 0; i + 4 < info.Length(); i += 5) {
      auto *decoder = Unwrap(info[i].As<Napi::Object>());
      jobs.push_back(decoder->job(env, info[i + 1], info[i + 2], info[i + 3]));
      for (size_t k = 0; k + 1 < jobs.size(); k++)
        if (jobs[k].core == jobs.back().core)
          throw Napi::Error::New(env, "a video decoder has one picture at a time");
      if (info[i + 4].IsObject())
        pair(env, jobs, Unwrap(info[i + 4].As<Napi::Object>())->core_.get());
    }
    const char *problem = runAll(jobs);
    if (!problem)
      problem = paintPairs(jobs);
    if (problem)
      throw Napi::RangeError::New(env, std::string("video refused: ") + problem);
    return env.Undefined();
  }

  template <class Work> static std::future<const char *> start(std::launch policy, Work work) {
    try {
      return std::async(policy, work);
    } catch (const std::system_error &) {
      // There are no more threads to be had: one after the other.
      return std::async(std::launch::deferred, work);
    }
  }

  static void pair(Napi::Env env, std::vector<Job> &jobs, wr_video_decoder *whole) {
    for (size_t k = 0; k + 1 < jobs.size(); k++)
      if (jobs[k].core == whole && !jobs[k].waits && !jobs[k].detailOf) {
        jobs[k].waits = true;
        jobs.back().detailOf = whole;
        return;
      }
    throw Napi::Error::New(env, "detail of no picture");
  }

  static const char *paintPairs(const std::vector<Job> &jobs) {
    for (const auto &detail : jobs)
      for (const auto &job : jobs)
        if (detail.detailOf && job.core == detail.detailOf)
          if (const char *problem =
                  wr_video_decoder_paint(job.core, detail.core, job.limited, job.pixels))
            return problem;
    return nullptr;
  }

  // The first one here: a thread less.
  static const char *runAll(const std::vector<Job> &jobs) {
    const auto policy = wr_h264_side_by_side() ? std::launch::async : std::launch::deferred;
    std::vector<std::future<const char *>> others;
    for (size_t i = 1; i < jobs.size(); i++)
      others.push_back(start(policy, [&jobs, i] { return jobs[i].run(); }));
    const char *problem = jobs.empty() ? nullptr : jobs[0].run();
    for (auto &other : others)
      if (const char *its = other.get())
        problem = its;
    return problem;
  }

  Napi::Value by(const Napi::CallbackInfo &info) {
    return Napi::String::New(info.Env(), core_ ? wr_video_decoder_by(core_.get()) : "nothing");
  }

  Napi::Value close(const Napi::CallbackInfo &info) {
    core_.reset();
    return info.Env().Undefined();
  }

  std::unique_ptr<wr_video_decoder, Destroy> core_;
  int32_t width_ = 0, height_ = 0;
};

Napi::Object init(Napi::Env env, Napi::Object exports) {
  exports.Set("fullChroma", Napi::Boolean::New(env, wr_h264_full_chroma()));
  exports.Set("Decoder", Decoder::define(env));
  return exports;
}

} // namespace

NODE_API_MODULE(video_decode, init)
