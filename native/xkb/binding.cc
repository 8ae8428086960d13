#include "core.h"

#include <cstdlib>
#include <memory>
#include <napi.h>
#include <string>

namespace {

std::string NameOf(const Napi::Object &names, const char *key) {
  return names.Get(key).As<Napi::String>().Utf8Value();
}

class Keymap : public Napi::ObjectWrap<Keymap> {
public:
  static Napi::Function Define(Napi::Env env) {
    return DefineClass(
        env, "Keymap",
        {InstanceMethod<&Keymap::Text>("text"), InstanceMethod<&Keymap::Close>("close")});
  }

  explicit Keymap(const Napi::CallbackInfo &info) : Napi::ObjectWrap<Keymap>(info) {
    if (info[0].IsString()) {
      Parse(info);
      return;
    }
    Napi::Object names = info[0].As<Napi::Object>();
    std::string rules = NameOf(names, "rules"), model = NameOf(names, "model"),
                layout = NameOf(names, "layout"), variant = NameOf(names, "variant"),
                options = NameOf(names, "options");
    wr_xkb_names raw = {rules.c_str(), model.c_str(), layout.c_str(), variant.c_str(),
                        options.c_str()};
    char error[256];
    keymap_.reset(wr_xkb_keymap_create(&raw, error, sizeof error));
    if (!keymap_)
      throw Napi::Error::New(info.Env(), error[0] ? error : "cannot compile the keymap");
  }

  wr_xkb_keymap *Open(Napi::Env env) const {
    if (!keymap_)
      throw Napi::Error::New(env, "the keymap is closed");
    return keymap_.get();
  }

private:
  struct Destroy {
    void operator()(wr_xkb_keymap *keymap) const { wr_xkb_keymap_destroy(keymap); }
  };

  void Parse(const Napi::CallbackInfo &info) {
    std::string text = info[0].As<Napi::String>().Utf8Value();
    char error[256];
    keymap_.reset(wr_xkb_keymap_parse(text.data(), text.size(), error, sizeof error));
    if (!keymap_)
      throw Napi::Error::New(info.Env(), error[0] ? error : "cannot parse the keymap");
  }

  Napi::Value Text(const Napi::CallbackInfo &info) {
    std::unique_ptr<char, decltype(&std::free)> text(wr_xkb_keymap_text(Open(info.Env())),
                                                     &std::free);
    if (!text)
      throw Napi::Error::New(info.Env(), "out of memory for the keymap's text");
    return Napi::String::New(info.Env(), text.get());
  }

  void Close(const Napi::CallbackInfo &) { keymap_.reset(); }

  std::unique_ptr<wr_xkb_keymap, Destroy> keymap_;
};

uint32_t CodeOf(const Napi::CallbackInfo &info) { return info[0].As<Napi::Number>().Uint32Value(); }

class State : public Napi::ObjectWrap<State> {
public:
  static Napi::Function Define(Napi::Env env) {
    return DefineClass(
        env, "State",
        {InstanceMethod<&State::Key>("key"), InstanceMethod<&State::Modifiers>("modifiers"),
         InstanceMethod<&State::SetModifiers>("setModifiers"),
         InstanceMethod<&State::Keysym>("keysym"), InstanceMethod<&State::KeysymName>("keysymName"),
         InstanceMethod<&State::IsModifierActive>("isModifierActive"),
         InstanceMethod<&State::Leds>("leds"), InstanceMethod<&State::Repeats>("repeats"),
         InstanceMethod<&State::Close>("close")});
  }

  explicit State(const Napi::CallbackInfo &info) : Napi::ObjectWrap<State>(info) {
    Keymap *keymap = Keymap::Unwrap(info[0].As<Napi::Object>());
    state_.reset(wr_xkb_state_create(keymap->Open(info.Env())));
    if (!state_)
      throw Napi::Error::New(info.Env(), "out of memory for the keyboard's state");
  }

private:
  struct Destroy {
    void operator()(wr_xkb_state *state) const { wr_xkb_state_destroy(state); }
  };

  wr_xkb_state *Open(const Napi::CallbackInfo &info) const {
    if (!state_)
      throw Napi::Error::New(info.Env(), "the keyboard state is closed");
    return state_.get();
  }

  Napi::Value Key(const Napi::CallbackInfo &info) {
    bool pressed = info[1].As<Napi::Boolean>().Value();
    return Napi::Boolean::New(info.Env(), wr_xkb_state_key(Open(info), CodeOf(info), pressed));
  }

  Napi::Value Modifiers(const Napi::CallbackInfo &info) {
    wr_xkb_modifiers modifiers = wr_xkb_state_modifiers(Open(info));
    Napi::Object result = Napi::Object::New(info.Env());
    result.Set("depressed", modifiers.depressed);
    result.Set("latched", modifiers.latched);
    result.Set("locked", modifiers.locked);
    result.Set("group", modifiers.group);
    return result;
  }

  void SetModifiers(const Napi::CallbackInfo &info) {
    auto number = [&info](size_t at) { return info[at].As<Napi::Number>().Uint32Value(); };
    wr_xkb_state_set_modifiers(Open(info), {number(0), number(1), number(2), number(3)});
  }

  Napi::Value Keysym(const Napi::CallbackInfo &info) {
    return Napi::Number::New(info.Env(), wr_xkb_state_keysym(Open(info), CodeOf(info)));
  }

  Napi::Value KeysymName(const Napi::CallbackInfo &info) {
    char name[64];
    wr_xkb_state_keysym_name(Open(info), CodeOf(info), name, sizeof name);
    return Napi::String::New(info.Env(), name);
  }

  Napi::Value IsModifierActive(const Napi::CallbackInfo &info) {
    std::string name = info[0].As<Napi::String>().Utf8Value();
    return Napi::Boolean::New(info.Env(), wr_xkb_state_modifier_active(Open(info), name.c_str()));
  }

  Napi::Value Leds(const Napi::CallbackInfo &info) {
    return Napi::Number::New(info.Env(), wr_xkb_state_leds(Open(info)));
  }

  Napi::Value Repeats(const Napi::CallbackInfo &info) {
    return Napi::Boolean::New(info.Env(), wr_xkb_state_repeats(Open(info), CodeOf(info)));
  }

  void Close(const Napi::CallbackInfo &) { state_.reset(); }

  std::unique_ptr<wr_xkb_state, Destroy> state_;
};

class Compose : public Napi::ObjectWrap<Compose> {
public:
  static Napi::Function Define(Napi::Env env) {
    return DefineClass(env, "Compose",
                       {InstanceMethod<&Compose::Feed>("feed"),
                        InstanceMethod<&Compose::Reset>("reset"),
                        InstanceMethod<&Compose::Close>("close")});
  }

  explicit Compose(const Napi::CallbackInfo &info) : Napi::ObjectWrap<Compose>(info) {
    std::string locale = info[0].As<Napi::String>().Utf8Value();
    compose_.reset(wr_xkb_compose_create(locale.c_str()));
    if (!compose_)
      throw Napi::Error::New(info.Env(), "no compose table for " + locale);
  }

private:
  struct Destroy {
    void operator()(wr_xkb_compose *compose) const { wr_xkb_compose_destroy(compose); }
  };

  wr_xkb_compose *Open(const Napi::CallbackInfo &info) const {
    if (!compose_)
      throw Napi::Error::New(info.Env(), "the compose table is closed");
    return compose_.get();
  }

  /* feed(keysym) -> the keysym to take, 0 while nothing has come of it */
  Napi::Value Feed(const Napi::CallbackInfo &info) {
    uint32_t keysym = info[0].As<Napi::Number>().Uint32Value();
    wr_xkb_composed composed = wr_xkb_compose_feed(Open(info), &keysym);
    bool nothing = composed == WR_XKB_COMPOSING || composed == WR_XKB_CANCELLED;
    return Napi::Number::New(info.Env(), nothing ? 0 : keysym);
  }

  void Reset(const Napi::CallbackInfo &info) { wr_xkb_compose_reset(Open(info)); }
  void Close(const Napi::CallbackInfo &) { compose_.reset(); }

  std::unique_ptr<wr_xkb_compose, Destroy> compose_;
};

Napi::Value CodePoint(const Napi::CallbackInfo &info) {
  return Napi::Number::New(info.Env(), wr_xkb_code_point(CodeOf(info)));
}

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  exports.Set("Keymap", Keymap::Define(env));
  exports.Set("State", State::Define(env));
  exports.Set("Compose", Compose::Define(env));
  exports.Set("codePoint", Napi::Function::New<CodePoint>(env, "codePoint"));
  exports.Set("codeMax", static_cast<uint32_t>(WR_XKB_CODE_MAX));
  return exports;
}

} // namespace

NODE_API_MODULE(xkb, Init)
