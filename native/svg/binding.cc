#include "core.h"

#include <memory>
#include <napi.h>
#include <string>

namespace {

struct Free {
  void operator()(wr_svg *svg) const { wr_svg_free(svg); }
};

Napi::Value Draw(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  std::string document = info[0].As<Napi::String>().Utf8Value();
  char reason[WR_SVG_REASON_BYTES] = "";
  std::unique_ptr<wr_svg, Free> svg(wr_svg_read(document.data(), document.size(), reason));
  if (!svg)
    return Napi::String::New(env, reason);
  size_t bytes = size_t{4} * wr_svg_width(svg.get()) * wr_svg_height(svg.get());
  Napi::Uint8Array pixels = Napi::Uint8Array::New(env, bytes);
  if (wr_svg_draw(svg.get(), pixels.Data(), reason) != 0)
    return Napi::String::New(env, reason);
  Napi::Object picture = Napi::Object::New(env);
  picture.Set("width", wr_svg_width(svg.get()));
  picture.Set("height", wr_svg_height(svg.get()));
  picture.Set("pixels", pixels);
  return picture;
}

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  exports.Set("draw", Napi::Function::New<Draw>(env, "draw"));
  return exports;
}

} // namespace

NODE_API_MODULE(svg, Init)
