#include "core.h"

#include <cstdlib>
#include <napi.h>
#include <string>
#include <vector>

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

Napi::Value PeerGroupsOf(const Napi::CallbackInfo &info) {
  gid_t *groups = nullptr;
  size_t count = 0;
  int status = wr_process_peer_groups_of(IntOf(info[0]), &groups, &count);
  if (status != 0)
    return Napi::Number::New(info.Env(), status);
  std::vector<gid_t> found(groups, groups + count);
  free(groups);
  Napi::Array result = Napi::Array::New(info.Env(), found.size());
  for (uint32_t i = 0; i < found.size(); i++)
    result.Set(i, static_cast<double>(found[i]));
  return result;
}

Napi::Value FindGroup(const Napi::CallbackInfo &info) {
  gid_t gid = 0;
  std::string name = info[0].As<Napi::String>().Utf8Value();
  int status = wr_process_find_group(name.c_str(), &gid);
  if (status != 0)
    return Napi::Number::New(info.Env(), status);
  Napi::Object result = Napi::Object::New(info.Env());
  result.Set("gid", static_cast<double>(gid));
  return result;
}

Napi::Value HideMemory(const Napi::CallbackInfo &info) {
  return Napi::Number::New(info.Env(), wr_process_hide_memory());
}

Napi::Value ReturnBigBlocks(const Napi::CallbackInfo &info) {
  return Napi::Number::New(info.Env(), wr_process_return_big_blocks());
}

void GiveBackFreed(const Napi::CallbackInfo &) { wr_process_give_back_freed(); }

// Of a terminal's libraries the small ones stay: all of them take less than what each of their
// pages that comes back costs who waits for it.
constexpr size_t smallBytes = 4u << 20;

void GiveBackUnused(const Napi::CallbackInfo &info) {
  wr_process_give_back_unused(smallBytes, info[0].As<Napi::Boolean>().Value());
}

Napi::Value KeepDescriptors(const Napi::CallbackInfo &info) {
  return Napi::Number::New(info.Env(), wr_process_keep_descriptors());
}

Napi::Value TakeShortTurns(const Napi::CallbackInfo &info) {
  return Napi::Number::New(info.Env(), wr_process_take_short_turns());
}

struct Account : wr_process_account {
  Account() : wr_process_account{} {}
  ~Account() { wr_process_account_free(this); }
};

Napi::Value ValueOf(Napi::Env env, int status, const Account &account) {
  if (status != 0)
    return Napi::Number::New(env, status);
  Napi::Object result = Napi::Object::New(env);
  result.Set("name", account.name);
  result.Set("uid", static_cast<double>(account.uid));
  result.Set("gid", static_cast<double>(account.gid));
  result.Set("home", account.home);
  result.Set("shell", account.shell);
  return result;
}

Napi::Value FindAccount(const Napi::CallbackInfo &info) {
  Account account;
  std::string name = info[0].As<Napi::String>().Utf8Value();
  int status = wr_process_find_account(name.c_str(), &account);
  return ValueOf(info.Env(), status, account);
}

Napi::Value FindAccountOf(const Napi::CallbackInfo &info) {
  Account account;
  int status = wr_process_find_account_of(info[0].As<Napi::Number>().Uint32Value(), &account);
  return ValueOf(info.Env(), status, account);
}

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  exports.Set("peerOf", Napi::Function::New<PeerOf>(env, "peerOf"));
  exports.Set("peerGroupsOf", Napi::Function::New<PeerGroupsOf>(env, "peerGroupsOf"));
  exports.Set("findGroup", Napi::Function::New<FindGroup>(env, "findGroup"));
  exports.Set("hideMemory", Napi::Function::New<HideMemory>(env, "hideMemory"));
  exports.Set("returnBigBlocks", Napi::Function::New<ReturnBigBlocks>(env, "returnBigBlocks"));
  exports.Set("giveBackFreed", Napi::Function::New<GiveBackFreed>(env, "giveBackFreed"));
  exports.Set("giveBackUnused", Napi::Function::New<GiveBackUnused>(env, "giveBackUnused"));
  exports.Set("keepDescriptors", Napi::Function::New<KeepDescriptors>(env, "keepDescriptors"));
  exports.Set("takeShortTurns", Napi::Function::New<TakeShortTurns>(env, "takeShortTurns"));
  exports.Set("findAccount", Napi::Function::New<FindAccount>(env, "findAccount"));
  exports.Set("findAccountOf", Napi::Function::New<FindAccountOf>(env, "findAccountOf"));
  return exports;
}

} // namespace

NODE_API_MODULE(process, Init)
