#include "conversation.h"

#include <thread>

namespace {

void Wipe(std::vector<char *> &answers) {
  for (char *answer : answers)
    wr_pam_wipe(answer);
  answers.clear();
}

} // namespace

Conversation::~Conversation() { Wipe(answers_); }

void Conversation::Begin(Start start) {
  busy_ = true;
  /* Detached: a module that never returns must not keep the process from ending. */
  std::thread([self = shared_from_this(), start = std::move(start)] {
    self->Loop(start);
  }).detach();
}

bool Conversation::Run(Call call) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (busy_ || closing_ || !pam_)
    return false;
  busy_ = true;
  call_ = std::move(call);
  changed_.notify_all();
  return true;
}

bool Conversation::Answer(std::vector<char *> answers) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (state_ != kAsking) {
    Wipe(answers);
    return false;
  }
  answers_ = std::move(answers);
  state_ = kAnswered;
  changed_.notify_all();
  return true;
}

bool Conversation::Refuse() {
  std::lock_guard<std::mutex> lock(mutex_);
  if (state_ != kAsking)
    return false;
  state_ = kRefused;
  changed_.notify_all();
  return true;
}

void Conversation::Close() {
  std::lock_guard<std::mutex> lock(mutex_);
  closing_ = true;
  changed_.notify_all();
}

wr_pam *Conversation::Idle() {
  std::lock_guard<std::mutex> lock(mutex_);
  return busy_ || closing_ ? nullptr : pam_;
}

void Conversation::Loop(Start start) {
  int code = Create(start);
  std::unique_lock<std::mutex> lock(mutex_);
  for (;;) {
    busy_ = false;
    lock.unlock();
    listener_.done(code);
    lock.lock();
    changed_.wait(lock, [this] { return busy_ || closing_; });
    if (closing_)
      break;
    Call call = std::move(call_);
    lock.unlock();
    code = call(pam_);
    lock.lock();
  }
  wr_pam *pam = pam_;
  pam_ = nullptr;
  lock.unlock();
  wr_pam_destroy(pam);
  listener_.ended();
}

int Conversation::Create(const Start &start) {
  auto ask = [](void *self, size_t count, const wr_pam_prompt *prompts, char **answers) {
    return static_cast<Conversation *>(self)->Ask(count, prompts, answers);
  };
  int status = 0;
  wr_pam *pam =
      wr_pam_create(start.service.c_str(), start.user.c_str(),
                    start.confdir.empty() ? nullptr : start.confdir.c_str(), ask, this, &status);
  std::lock_guard<std::mutex> lock(mutex_);
  pam_ = pam;
  return status;
}

bool Conversation::Ask(size_t count, const wr_pam_prompt *prompts, char **answers) {
  std::vector<Prompt> asked;
  for (size_t i = 0; i < count; i++)
    asked.push_back({prompts[i].style, prompts[i].text});
  std::unique_lock<std::mutex> lock(mutex_);
  state_ = kAsking;
  lock.unlock();
  listener_.asked(std::move(asked));
  lock.lock();
  bool given = AwaitAnswers(lock) && answers_.size() == count;
  for (size_t i = 0; given && i < count; i++)
    std::swap(answers[i], answers_[i]);
  Wipe(answers_);
  return given;
}

bool Conversation::AwaitAnswers(std::unique_lock<std::mutex> &lock) {
  changed_.wait(lock, [this] { return state_ != kAsking || closing_; });
  bool answered = state_ == kAnswered;
  state_ = kQuiet;
  return answered;
}
