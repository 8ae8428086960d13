/* The parts of the addon and what they share. */
#pragma once

#include "endpoint.h"

#include <napi.h>

namespace wr {

/* Of one thread of JavaScript. */
struct StreamAddon {
  Napi::FunctionReference wrapper, handshake, relay;
  /* Every wrapper's room: what is read is handed over before anything else can be. */
  Napi::Reference<Napi::Uint8Array> buffer;
  unsigned char *room = nullptr;
  size_t room_size = 0;
};

inline StreamAddon &AddonOf(Napi::Env env) { return *env.GetInstanceData<StreamAddon>(); }

/* Each adds its functions to the exports. */
void DefineWrapper(Napi::Env env, Napi::Object exports);
void DefineUnix(Napi::Env env, Napi::Object exports);
void DefineRelay(Napi::Env env, Napi::Object exports);
void DefineTls(Napi::Env env, Napi::Object exports);

} // namespace wr
