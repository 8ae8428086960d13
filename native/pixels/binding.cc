#include "binding.h"

extern "C" {
#include "checksum.h"
}

namespace {

Napi::Value checksum(const Napi::CallbackInfo &info) {
  const wr_picture picture = wr::picture(info[0], info[1], info[2]);
  return Napi::Number::New(info.Env(), wr_checksum_picture(&picture));
}

Napi::Object init(Napi::Env env, Napi::Object exports) {
  exports.Set("checksum", Napi::Function::New(env, checksum));
  wr::exportComposite(env, exports);
  wr::exportCodec(env, exports);
  return exports;
}

} // namespace

NODE_API_MODULE(pixels, init)
