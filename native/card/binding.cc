#include "core.h"

#include <condition_variable>
#include <cstring>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <napi.h>
#include <string>
#include <thread>
#include <vector>

namespace {

/*
 * Threads block in PC/SC for as long as a card, a driver or another program pleases, and nothing
 * can call them back. So they are detached, own what they use, and reach JavaScript through the hub
 * alone, which outlives its environment.
 */
class Hub {
public:
  void Open(Napi::Env env) {
    auto nothing = Napi::Function::New(env, [](const Napi::CallbackInfo &) {});
    function_ = Napi::ThreadSafeFunction::New(env, nothing, "cards", 0, 1);
    function_.Unref(env);
    open_ = true;
  }

  /* On the JavaScript thread, before the environment goes. */
  void Close() {
    std::lock_guard<std::mutex> guard(lock_);
    if (open_)
      function_.Release();
    open_ = false;
    callbacks_.clear();
  }

  template <typename Data, typename Deliver>
  void Post(std::unique_ptr<Data> data, Deliver deliver) {
    std::lock_guard<std::mutex> guard(lock_);
    if (!open_)
      return;
    Data *raw = data.get();
    auto call = [deliver](Napi::Env env, Napi::Function, Data *arrived) {
      std::unique_ptr<Data> owned(arrived);
      try {
        deliver(env, *owned);
      } catch (const Napi::Error &) {
        // Values cannot be made any more: the environment is going.
      }
    };
    if (function_.NonBlockingCall(raw, call) == napi_ok)
      data.release();
  }

  /* All below on the JavaScript thread. */
  uint32_t Add(Napi::Function callback) {
    callbacks_[++last_] = Napi::Persistent(callback);
    return last_;
  }
  void Remove(uint32_t handle) { callbacks_.erase(handle); }
  void Call(Napi::Env env, uint32_t handle, const std::vector<napi_value> &arguments) {
    auto found = callbacks_.find(handle);
    if (found == callbacks_.end())
      return;
    napi_value error;
    napi_status status = napi_call_function(env, env.Undefined(), found->second.Value(),
                                            arguments.size(), arguments.data(), nullptr);
    if (status == napi_pending_exception &&
        napi_get_and_clear_last_exception(env, &error) == napi_ok)
      napi_fatal_exception(env, error);
  }
  void Hold(Napi::Env env) {
    if (holders_++ == 0)
      function_.Ref(env);
  }
  void LetGo(Napi::Env env) {
    if (--holders_ == 0)
      function_.Unref(env);
  }

private:
  std::mutex lock_;
  bool open_ = false;
  Napi::ThreadSafeFunction function_;
  std::map<uint32_t, Napi::FunctionReference> callbacks_;
  uint32_t last_ = 0;
  unsigned holders_ = 0;
};

using HubPointer = std::shared_ptr<Hub>;

Napi::Value BytesOf(Napi::Env env, const uint8_t *bytes, size_t length) {
  auto copy = Napi::Uint8Array::New(env, length);
  std::memcpy(copy.Data(), bytes, length);
  return copy;
}

Napi::Value ReadersOf(Napi::Env env, const wr_card_readers &readers) {
  auto list = Napi::Array::New(env, readers.count);
  for (size_t i = 0; i < readers.count; i++) {
    const wr_card_reader &one = readers.readers[i];
    auto reader = Napi::Object::New(env);
    reader.Set("name", Napi::String::New(env, one.name));
    reader.Set("flags", one.flags);
    reader.Set("events", one.events);
    reader.Set("atr", BytesOf(env, one.atr, one.atr_length));
    list.Set(static_cast<uint32_t>(i), reader);
  }
  return list;
}

/* A watch has at most one message under way: whoever is slow gets the latest, whose counters tell
 * what it missed. */
class Watch : public std::enable_shared_from_this<Watch> {
public:
  Watch(HubPointer hub, uint32_t handle)
      : hub_(std::move(hub)), handle_(handle), core_(wr_card_watch_new()) {}
  ~Watch() { wr_card_watch_free(core_); }
  bool Ready() const { return core_ != nullptr; }
  void Stop() { wr_card_watch_stop(core_); }
  void Start() {
    auto self = shared_from_this();
    std::thread([self] { wr_card_watch_run(self->core_, &Watch::Tell, self.get()); }).detach();
  }

private:
  static void Tell(void *user, const wr_card_readers *readers) {
    auto self = static_cast<Watch *>(user)->shared_from_this();
    {
      std::lock_guard<std::mutex> guard(self->lock_);
      self->latest_ = *readers;
      if (self->under_way_)
        return;
      self->under_way_ = true;
    }
    self->hub_->Post(std::make_unique<std::shared_ptr<Watch>>(self),
                     [](Napi::Env env, std::shared_ptr<Watch> &watch) { watch->Deliver(env); });
  }

  void Deliver(Napi::Env env) {
    wr_card_readers readers;
    {
      std::lock_guard<std::mutex> guard(lock_);
      readers = latest_;
      under_way_ = false;
    }
    Napi::HandleScope scope(env);
    hub_->Call(env, handle_,
               {Napi::Number::New(env, readers.status), ReadersOf(env, readers),
                Napi::Number::New(env, static_cast<double>(readers.time_us))});
  }

  HubPointer hub_;
  uint32_t handle_;
  wr_card_watch *core_;
  std::mutex lock_;
  wr_card_readers latest_ = {};
  bool under_way_ = false;
};

enum class Kind { open, reopen, begin, end, transmit };

struct Job {
  Kind kind;
  uint32_t id;
  std::string reader;
  bool reset = false;
  std::vector<uint8_t> command;
  /* A command may hold a PIN. */
  ~Job() {
    if (!command.empty())
      explicit_bzero(command.data(), command.size());
  }
};

struct Done {
  HubPointer hub;
  uint32_t handle, id, status;
  std::vector<uint8_t> answer;
  bool ended;
};

/* A card's connection and the thread that talks to it. */
class Link : public std::enable_shared_from_this<Link> {
public:
  Link(HubPointer hub, uint32_t handle) : hub_(std::move(hub)), handle_(handle) {}

  void Start() {
    auto self = shared_from_this();
    std::thread([self] { self->Work(); }).detach();
  }
  void Give(std::unique_ptr<Job> job) {
    std::lock_guard<std::mutex> guard(lock_);
    jobs_.push_back(std::move(job));
    wake_.notify_one();
  }
  /* Whatever is not begun yet is dropped; the thread ends when PC/SC lets it go. */
  void Stop() {
    std::lock_guard<std::mutex> guard(lock_);
    stopped_ = true;
    jobs_.clear();
    wake_.notify_one();
  }

private:
  void Work() {
    while (auto job = Next())
      Run(*job);
    wr_card_link_close(&link_);
    Tell({hub_, handle_, 0, 0, {}, true});
  }

  std::unique_ptr<Job> Next() {
    std::unique_lock<std::mutex> guard(lock_);
    wake_.wait(guard, [this] { return stopped_ || !jobs_.empty(); });
    if (stopped_)
      return nullptr;
    auto job = std::move(jobs_.front());
    jobs_.pop_front();
    return job;
  }

  void Run(Job &job) {
    std::vector<uint8_t> answer(WR_CARD_ANSWER_MAX);
    size_t length = 0;
    uint32_t status = job.kind == Kind::transmit
                          ? wr_card_link_transmit(&link_, job.command.data(), job.command.size(),
                                                  answer.data(), &length)
                          : Control(job);
    answer.resize(length);
    Tell({hub_, handle_, job.id, status, std::move(answer), false});
  }

  uint32_t Control(const Job &job) {
    switch (job.kind) {
    case Kind::open:
      return wr_card_link_open(&link_, job.reader.c_str());
    case Kind::reopen:
      return wr_card_link_reopen(&link_);
    case Kind::begin:
      return wr_card_link_begin(&link_);
    default:
      return wr_card_link_end(&link_, job.reset);
    }
  }

  void Tell(Done done) {
    hub_->Post(std::make_unique<Done>(std::move(done)), [](Napi::Env env, Done &arrived) {
      Napi::HandleScope scope(env);
      arrived.hub->Call(env, arrived.handle,
                        {Napi::Number::New(env, arrived.id), Napi::Number::New(env, arrived.status),
                         BytesOf(env, arrived.answer.data(), arrived.answer.size()),
                         Napi::Boolean::New(env, arrived.ended)});
      if (arrived.ended)
        arrived.hub->Remove(arrived.handle);
    });
  }

  HubPointer hub_;
  uint32_t handle_;
  wr_card_link link_ = {};
  std::mutex lock_;
  std::condition_variable wake_;
  std::deque<std::unique_ptr<Job>> jobs_;
  bool stopped_ = false;
};

/* What belongs to one environment; JavaScript thread alone. */
struct Cards {
  HubPointer hub = std::make_shared<Hub>();
  std::map<uint32_t, std::shared_ptr<Watch>> watches;
  std::map<uint32_t, std::shared_ptr<Link>> links;
};

Cards &CardsOf(const Napi::CallbackInfo &info) { return *info.Env().GetInstanceData<Cards>(); }

Napi::Value StartWatch(const Napi::CallbackInfo &info) {
  Cards &cards = CardsOf(info);
  uint32_t handle = cards.hub->Add(info[0].As<Napi::Function>());
  auto watch = std::make_shared<Watch>(cards.hub, handle);
  if (!watch->Ready())
    throw Napi::Error::New(info.Env(), "out of memory");
  watch->Start();
  cards.watches[handle] = watch;
  cards.hub->Hold(info.Env());
  return Napi::Number::New(info.Env(), handle);
}

void StopWatch(const Napi::CallbackInfo &info) {
  Cards &cards = CardsOf(info);
  auto found = cards.watches.find(info[0].As<Napi::Number>().Uint32Value());
  if (found == cards.watches.end())
    return;
  found->second->Stop();
  cards.hub->Remove(found->first);
  cards.hub->LetGo(info.Env());
  cards.watches.erase(found);
}

Napi::Value StartLink(const Napi::CallbackInfo &info) {
  Cards &cards = CardsOf(info);
  uint32_t handle = cards.hub->Add(info[0].As<Napi::Function>());
  auto link = std::make_shared<Link>(cards.hub, handle);
  link->Start();
  cards.links[handle] = link;
  return Napi::Number::New(info.Env(), handle);
}

void StopLink(const Napi::CallbackInfo &info) {
  Cards &cards = CardsOf(info);
  auto found = cards.links.find(info[0].As<Napi::Number>().Uint32Value());
  if (found == cards.links.end())
    return;
  found->second->Stop();
  cards.links.erase(found);
}

template <Kind kind> void Give(const Napi::CallbackInfo &info) {
  Cards &cards = CardsOf(info);
  auto found = cards.links.find(info[0].As<Napi::Number>().Uint32Value());
  if (found == cards.links.end())
    throw Napi::Error::New(info.Env(), "the card's link is stopped");
  auto job = std::make_unique<Job>();
  job->kind = kind;
  job->id = info[1].As<Napi::Number>().Uint32Value();
  if constexpr (kind == Kind::open)
    job->reader = info[2].As<Napi::String>().Utf8Value();
  if constexpr (kind == Kind::end)
    job->reset = info[2].As<Napi::Boolean>().Value();
  if constexpr (kind == Kind::transmit) {
    auto bytes = info[2].As<Napi::Uint8Array>();
    job->command.assign(bytes.Data(), bytes.Data() + bytes.ByteLength());
  }
  found->second->Give(std::move(job));
}

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  auto *cards = new Cards;
  cards->hub->Open(env);
  env.SetInstanceData(cards);
  env.AddCleanupHook(
      [](Cards *gone) {
        for (auto &[handle, watch] : gone->watches)
          watch->Stop();
        for (auto &[handle, link] : gone->links)
          link->Stop();
        gone->hub->Close();
      },
      cards);
  exports.Set("startWatch", Napi::Function::New<StartWatch>(env, "startWatch"));
  exports.Set("stopWatch", Napi::Function::New<StopWatch>(env, "stopWatch"));
  exports.Set("startLink", Napi::Function::New<StartLink>(env, "startLink"));
  exports.Set("stopLink", Napi::Function::New<StopLink>(env, "stopLink"));
  exports.Set("open", Napi::Function::New<Give<Kind::open>>(env, "open"));
  exports.Set("reopen", Napi::Function::New<Give<Kind::reopen>>(env, "reopen"));
  exports.Set("begin", Napi::Function::New<Give<Kind::begin>>(env, "begin"));
  exports.Set("end", Napi::Function::New<Give<Kind::end>>(env, "end"));
  exports.Set("transmit", Napi::Function::New<Give<Kind::transmit>>(env, "transmit"));
  return exports;
}

} // namespace

NODE_API_MODULE(card, Init)
