#include "binding.h"

#include <memory>

extern "C" {
#include "core.h"
#include "h264.h"
}

namespace {

struct Destroy {
  void operator()(wr_video_decoder *core) const { wr_video_decoder_destroy(core); }
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
                       {InstanceMethod("decode", &Decoder::decode),
                        InstanceMethod("by", &Decoder::by),
                        InstanceMethod("close", &Decoder::close)});
  }

private:
  // (bytes, limited, pixels)
  Napi::Value decode(const Napi::CallbackInfo &info) {
    if (!core_)
      throw Napi::Error::New(info.Env(), "this video decoder is closed");
    if (!info[0].IsTypedArray())
      throw Napi::TypeError::New(info.Env(), "bytes must be a Uint8Array");
    const auto bytes = info[0].As<Napi::Uint8Array>();
    const auto picture = wr::picture(info[2], Napi::Number::New(info.Env(), width_),
                                     Napi::Number::New(info.Env(), height_));
    const char *problem = wr_video_decoder_decode(core_.get(), bytes.Data(), bytes.ByteLength(),
                                                  info[1].ToBoolean(), picture.pixels);
    if (problem)
      throw Napi::RangeError::New(info.Env(), std::string("video refused: ") + problem);
    return info.Env().Undefined();
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
