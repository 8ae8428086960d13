#include "conversation.h"

#include <cstdlib>
#include <cstring>
#include <napi.h>

namespace {

enum EventKind { kAsked, kDone, kEnded };

struct Event {
  EventKind kind;
  int code;
  std::vector<Conversation::Prompt> prompts;
};

Napi::Value PromptsOf(Napi::Env env, const Event &event) {
  Napi::Array prompts = Napi::Array::New(env, event.prompts.size());
  for (uint32_t i = 0; i < event.prompts.size(); i++) {
    Napi::Object prompt = Napi::Object::New(env);
    prompt.Set("style", event.prompts[i].style);
    /* Bytes: modules speak the locale's encoding, and what is no UTF-8 must not throw here. */
    const std::string &text = event.prompts[i].text;
    prompt.Set("text", Napi::Buffer<char>::Copy(env, text.data(), text.size()));
    prompts.Set(i, prompt);
  }
  return prompts;
}

void Deliver(Napi::Env env, Napi::Function callback, void *, Event *event) {
  std::unique_ptr<Event> owned(event);
  if (!env)
    return;
  Napi::Value value =
      event->kind == kAsked ? PromptsOf(env, *event) : Napi::Number::New(env, event->code);
  callback.Call({Napi::Number::New(env, event->kind), value});
}

using Queue = Napi::TypedThreadSafeFunction<void, Event, Deliver>;

Conversation::Listener ListenerOf(Queue queue) {
  auto post = [queue](Event *event) mutable {
    if (queue.BlockingCall(event) != napi_ok)
      delete event;
  };
  return {[post](auto prompts) mutable {
            post(new Event{kAsked, 0, std::move(prompts)});
          },
          [post](int code) mutable {
            post(new Event{kDone, code, {}});
          },
          [post, queue]() mutable {
            post(new Event{kEnded, 0, {}});
            queue.Release();
          }};
}

/* A copy that PAM may free; null out of memory. */
char *CopySecret(const Napi::Uint8Array &bytes) {
  size_t size = bytes.ByteLength();
  char *copy = static_cast<char *>(std::malloc(size + 1));
  if (!copy)
    return nullptr;
  std::memcpy(copy, bytes.Data(), size);
  copy[size] = 0;
  return copy;
}

class Transaction : public Napi::ObjectWrap<Transaction> {
public:
  static Napi::Function Define(Napi::Env env) {
    return DefineClass(
        env, "Transaction",
        {InstanceMethod<&Transaction::Run>("run"), InstanceMethod<&Transaction::Answer>("answer"),
         InstanceMethod<&Transaction::Refuse>("refuse"), InstanceMethod<&Transaction::User>("user"),
         InstanceMethod<&Transaction::Environment>("environment"),
         InstanceMethod<&Transaction::Close>("close")});
  }

  explicit Transaction(const Napi::CallbackInfo &info) : Napi::ObjectWrap<Transaction>(info) {
    Queue queue =
        Queue::New(info.Env(), info[3].As<Napi::Function>(), Napi::Object(), "pam", 0, 1, nullptr);
    conversation_ = std::make_shared<Conversation>(ListenerOf(queue));
    conversation_->Begin({Text(info[0]), Text(info[1]), Text(info[2])});
  }

  ~Transaction() override { conversation_->Close(); }

private:
  static std::string Text(const Napi::Value &value) { return value.As<Napi::String>().Utf8Value(); }

  Napi::Value Run(const Napi::CallbackInfo &info) {
    std::string name = Text(info[0]), text = info.Length() > 1 ? Text(info[1]) : "";
    Conversation::Call call = CallOf(name, text);
    if (!call)
      throw Napi::TypeError::New(info.Env(), "no such PAM call: " + name);
    return Napi::Boolean::New(info.Env(), conversation_->Run(std::move(call)));
  }

  static Conversation::Call CallOf(const std::string &name, std::string text) {
    if (name == "authenticate")
      return wr_pam_authenticate;
    if (name == "account")
      return wr_pam_account;
    if (name == "changeExpired")
      return wr_pam_change_expired;
    if (name == "openSession")
      return wr_pam_open_session;
    if (name == "closeSession")
      return wr_pam_close_session;
    if (name == "setEnvironment")
      return [text](wr_pam *pam) { return wr_pam_putenv(pam, text.c_str()); };
    if (name == "credentials")
      return CredentialsCall(text);
    return ItemCall(name, std::move(text));
  }

  static Conversation::Call CredentialsCall(const std::string &what) {
    wr_pam_credentials flag = what == "delete"         ? WR_PAM_CRED_DELETE
                              : what == "reinitialize" ? WR_PAM_CRED_REINITIALIZE
                                                       : WR_PAM_CRED_ESTABLISH;
    return [flag](wr_pam *pam) { return wr_pam_set_credentials(pam, flag); };
  }

  static Conversation::Call ItemCall(const std::string &name, std::string text) {
    wr_pam_item item;
    if (name == "rhost")
      item = WR_PAM_ITEM_RHOST;
    else if (name == "tty")
      item = WR_PAM_ITEM_TTY;
    else if (name == "ruser")
      item = WR_PAM_ITEM_RUSER;
    else
      return nullptr;
    return [item, text](wr_pam *pam) { return wr_pam_set_item(pam, item, text.c_str()); };
  }

  Napi::Value Answer(const Napi::CallbackInfo &info) {
    Napi::Array given = info[0].As<Napi::Array>();
    std::vector<char *> answers;
    for (uint32_t i = 0; i < given.Length(); i++) {
      Napi::Value answer = given.Get(i);
      answers.push_back(answer.IsNull() ? nullptr : CopySecret(answer.As<Napi::Uint8Array>()));
    }
    return Napi::Boolean::New(info.Env(), conversation_->Answer(std::move(answers)));
  }

  Napi::Value Refuse(const Napi::CallbackInfo &info) {
    return Napi::Boolean::New(info.Env(), conversation_->Refuse());
  }

  wr_pam *Idle(Napi::Env env) {
    wr_pam *pam = conversation_->Idle();
    if (!pam)
      throw Napi::Error::New(env, "the PAM transaction is busy or has ended");
    return pam;
  }

  Napi::Value User(const Napi::CallbackInfo &info) {
    const char *user = wr_pam_user(Idle(info.Env()));
    return user ? Napi::Value(Napi::String::New(info.Env(), user)) : info.Env().Null();
  }

  Napi::Value Environment(const Napi::CallbackInfo &info) {
    std::unique_ptr<char *, decltype(&wr_pam_environment_free)> list(
        wr_pam_environment(Idle(info.Env())), &wr_pam_environment_free);
    if (!list)
      throw Napi::Error::New(info.Env(), "out of memory for the PAM environment");
    Napi::Array entries = Napi::Array::New(info.Env());
    for (uint32_t i = 0; list.get()[i]; i++)
      entries.Set(i, Napi::String::New(info.Env(), list.get()[i]));
    return entries;
  }

  void Close(const Napi::CallbackInfo &) { conversation_->Close(); }

  std::shared_ptr<Conversation> conversation_;
};

Napi::Value CodeName(const Napi::CallbackInfo &info) {
  return Napi::String::New(info.Env(), wr_pam_code_name(info[0].As<Napi::Number>().Int32Value()));
}

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  exports.Set("Transaction", Transaction::Define(env));
  exports.Set("codeName", Napi::Function::New<CodeName>(env, "codeName"));
  exports.Set("promptsMax", static_cast<uint32_t>(WR_PAM_PROMPTS_MAX));
  exports.Set("answerMax", static_cast<uint32_t>(WR_PAM_ANSWER_MAX));
  return exports;
}

} // namespace

NODE_API_MODULE(pam, Init)
