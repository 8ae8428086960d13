#include "addon.h"

namespace {

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  env.SetInstanceData(new wr::StreamAddon);
  wr::DefineWrapper(env, exports);
  wr::DefineUnix(env, exports);
  wr::DefineRelay(env, exports);
  wr::DefineTls(env, exports);
  return exports;
}

} // namespace

NODE_API_MODULE(stream, Init)
