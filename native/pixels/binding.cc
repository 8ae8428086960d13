#include "binding.h"

extern "C" {
#include "checksum.h"
#include "pages.h"
}

namespace {

Napi::Value checksum(const Napi::CallbackInfo &info) {
  const wr_picture picture = wr::picture(info[0], info[1], info[2]);
  return Napi::Number::New(info.Env(), wr_checksum_picture(&picture));
}

Napi::Value createPixels(const Napi::CallbackInfo &info) {
  const int64_t length = info[0].As<Napi::Number>().Int64Value();
  if (length < 1 || length > int64_t{4} * WR_PICTURE_MAX_SIDE * WR_PICTURE_MAX_SIDE)
    throw Napi::RangeError::New(info.Env(), "no picture has that many bytes");
  const auto bytes = static_cast<size_t>(length);
  void *pages = wr_pages_take(bytes);
  if (!pages)
    throw Napi::Error::New(info.Env(), "no memory for a picture");
  const auto give = [bytes](Napi::Env, void *taken) { wr_pages_give(taken, bytes); };
  return Napi::Uint8Array::New(info.Env(), bytes,
                               Napi::ArrayBuffer::New(info.Env(), pages, bytes, give), 0);
}

Napi::Object init(Napi::Env env, Napi::Object exports) {
  exports.Set("checksum", Napi::Function::New(env, checksum));
  exports.Set("createPixels", Napi::Function::New(env, createPixels));
  wr::exportComposite(env, exports);
  wr::exportCodec(env, exports);
  return exports;
}

} // namespace

NODE_API_MODULE(pixels, init)
