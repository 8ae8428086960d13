#include "core.h"

#include <napi.h>
#include <string>

namespace {

int32_t IntOf(const Napi::Value &value) { return value.As<Napi::Number>().Int32Value(); }

Napi::Value PeerOf(const Napi::CallbackInfo &info) {
  wr_process_peer peer;
  int status = wr_process_peer_of(IntOf(info[0]), &peer);
  if (status != 0)
    return Napi::Number::New(info.Env(), status);
  Napi::Object result = Napi::Object::New(info.Env());
  result.Set("pid", static_cast<double>(peer.pid));
  result.Set("uid", static_cast<double>(peer.uid));
  result.Set("gid", static_cast<double>(peer.gid));
  return result;
}

Napi::Value AdoptOrphans(const Napi::CallbackInfo &info) {
  return Napi::Number::New(info.Env(), wr_process_adopt_orphans());
}

Napi::Value HideMemory(const Napi::CallbackInfo &info) {
  return Napi::Number::New(info.Env(), wr_process_hide_memory());
}

Napi::Value Reap(const Napi::CallbackInfo &info) {
  return Napi::Number::New(info.Env(), wr_process_reap(IntOf(info[0])));
}

struct Account : wr_process_account {
  Account() : wr_process_account{} {}
  ~Account() { wr_process_account_free(this); }
};

Napi::Value FindAccount(const Napi::CallbackInfo &info) {
  Account account;
  std::string name = info[0].As<Napi::String>().Utf8Value();
  int status = wr_process_find_account(name.c_str(), &account);
  if (status != 0)
    return Napi::Number::New(info.Env(), status);
  Napi::Object result = Napi::Object::New(info.Env());
  result.Set("name", account.name);
  result.Set("uid", static_cast<double>(account.uid));
  result.Set("gid", static_cast<double>(account.gid));
  result.Set("home", account.home);
  result.Set("shell", account.shell);
  return result;
}

Napi::Value TakeGroups(const Napi::CallbackInfo &info) {
  std::string name = info[0].As<Napi::String>().Utf8Value();
  gid_t gid = info[1].As<Napi::Number>().Uint32Value();
  return Napi::Number::New(info.Env(), wr_process_take_groups(name.c_str(), gid));
}

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  exports.Set("peerOf", Napi::Function::New<PeerOf>(env, "peerOf"));
  exports.Set("adoptOrphans", Napi::Function::New<AdoptOrphans>(env, "adoptOrphans"));
  exports.Set("hideMemory", Napi::Function::New<HideMemory>(env, "hideMemory"));
  exports.Set("reap", Napi::Function::New<Reap>(env, "reap"));
  exports.Set("findAccount", Napi::Function::New<FindAccount>(env, "findAccount"));
  exports.Set("takeGroups", Napi::Function::New<TakeGroups>(env, "takeGroups"));
  return exports;
}

} // namespace

NODE_API_MODULE(process, Init)
