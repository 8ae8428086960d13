#pragma once

#include "core.h"

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

/* A transaction's own thread, and the place where it waits for answers. Calls go one at a time. */
class Conversation : public std::enable_shared_from_this<Conversation> {
public:
  struct Prompt {
    int style;
    std::string text;
  };
  struct Start {
    std::string service, user, confdir; /* confdir: empty for the system's */
  };
  /* Called on the transaction's thread. */
  struct Listener {
    std::function<void(std::vector<Prompt>)> asked;
    std::function<void(int code)> done;
    std::function<void()> ended;
  };
  using Call = std::function<int(wr_pam *)>;

  explicit Conversation(Listener listener) : listener_(std::move(listener)) {}
  ~Conversation();

  /* The first call creates the transaction; `done` tells its status as of every other. */
  void Begin(Start start);
  /* False while another call is under way, or after Close(). */
  bool Run(Call call);
  /* Takes the answers (from malloc) whether they are wanted or not; false when nobody waits for
   * them. */
  bool Answer(std::vector<char *> answers);
  /* The modules are told that the person has left. */
  bool Refuse();
  /* Ends the transaction as soon as its modules return; `ended` follows. */
  void Close();
  /* Between calls only; null before Begin succeeded, during a call and after Close(). */
  wr_pam *Idle();

private:
  void Loop(Start start);
  int Create(const Start &start);
  bool Ask(size_t count, const wr_pam_prompt *prompts, char **answers);
  bool AwaitAnswers(std::unique_lock<std::mutex> &lock);

  Listener listener_;
  std::mutex mutex_;
  std::condition_variable changed_;
  wr_pam *pam_ = nullptr;
  Call call_;
  bool busy_ = false, closing_ = false;
  enum { kQuiet, kAsking, kAnswered, kRefused } state_ = kQuiet;
  std::vector<char *> answers_;
};
