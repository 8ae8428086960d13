#define _GNU_SOURCE
#include "loop.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#define KILL_MS 5000

static sigset_t watched(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGCHLD);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGHUP);
  return set;
}

bool wr_loop_open(struct wr_loop *loop, int channel) {
  *loop = (struct wr_loop){.channel = channel, .ready = -1, .control = {.listener = -1}};
  sigset_t set = watched();
  sigprocmask(SIG_BLOCK, &set, NULL);
  loop->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  return loop->signals >= 0;
}

static void pass_over(int number) { (void)number; }

/* A handler, as programs that are started would inherit that a signal is ignored. */
void wr_loop_let_signals(void) {
  struct sigaction action = {.sa_handler = pass_over, .sa_flags = SA_RESTART};
  sigset_t set = watched();
  sigaction(SIGTERM, &action, NULL);
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGHUP, &action, NULL);
  sigprocmask(SIG_UNBLOCK, &set, NULL);
}

static void reap(struct wr_loop *loop) {
  int status;
  for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;) {
    if (pid == loop->child) {
      loop->child = 0;
      loop->child_status = status;
    } else if (pid == loop->command) {
      loop->command = 0;
      loop->command_status = status;
    }
  }
}

static void read_signals(struct wr_loop *loop) {
  struct signalfd_siginfo info;
  while (read(loop->signals, &info, sizeof info) == sizeof info)
    if (info.ssi_signo != SIGCHLD)
      loop->end_wanted = true;
  reap(loop);
}

static void read_line(struct wr_loop *loop) {
  char more[256];
  ssize_t got = 0;
  while (loop->ready >= 0 && !loop->line_whole &&
         ((got = read(loop->ready, more, sizeof more)) > 0 || (got < 0 && errno == EINTR)))
    for (ssize_t i = 0; i < got && !loop->line_whole; i++) {
      if (more[i] != '\n' && loop->line_length < WR_LOOP_LINE_MAX)
        loop->line[loop->line_length++] = more[i];
      loop->line_whole = more[i] == '\n';
    }
  if (loop->ready >= 0 && got == 0 && !loop->line_whole) {
    loop->line_whole = loop->line_length > 0;
    close(loop->ready);
    loop->ready = -1;
  }
}

static void lose_channel(struct wr_loop *loop) {
  close(loop->channel);
  loop->channel = -1;
}

static void read_channel(struct wr_loop *loop, short events) {
  enum wr_frame_status status = wr_frame_pump(&loop->frame, loop->channel);
  bool closed = status == WR_FRAME_CLOSED || status == WR_FRAME_BAD;
  if (closed || (status == WR_FRAME_WHOLE && (events & (POLLRDHUP | POLLHUP | POLLERR))))
    lose_channel(loop);
}

static int left_ms(int64_t deadline_ms) {
  int64_t left = deadline_ms - wr_frame_now_ms();
  return deadline_ms < 0 ? -1 : left < 0 ? 0 : left > 60000 ? 60000 : (int)left;
}

void wr_loop_turn(struct wr_loop *loop, int64_t deadline_ms) {
  struct pollfd all[3 + WR_CONTROL_DESCRIPTORS] = {
      {.fd = loop->signals, .events = POLLIN},
      /* A frame that waits to be read must not keep us turning. */
      {.fd = loop->channel, .events = loop->frame.whole ? POLLRDHUP : POLLIN | POLLRDHUP},
      {.fd = loop->line_whole ? -1 : loop->ready, .events = POLLIN},
  };
  int64_t control_ms = wr_control_watch(&loop->control, all + 3);
  if (control_ms >= 0 && (deadline_ms < 0 || control_ms < deadline_ms))
    deadline_ms = control_ms;
  if (poll(all, sizeof all / sizeof *all, left_ms(deadline_ms)) < 0)
    return;
  if (all[0].revents)
    read_signals(loop);
  /* After the children: what one said before its end is there by now. */
  read_line(loop);
  if (loop->channel >= 0 && all[1].revents)
    read_channel(loop, all[1].revents);
  if (wr_control_serve(&loop->control, all + 3))
    loop->end_wanted = true;
}

/* It is reaped when it does end. */
static void await_kill(struct wr_loop *loop, pid_t *killed, int *status) {
  int64_t deadline_ms = wr_frame_now_ms() + KILL_MS;
  kill(*killed, SIGKILL);
  while (*killed != 0 && wr_frame_now_ms() < deadline_ms)
    wr_loop_turn(loop, deadline_ms);
  if (*killed == 0)
    return;
  fprintf(stderr, "wrpam: process %d does not die\n", (int)*killed);
  *killed = 0;
  *status = SIGKILL;
}

void wr_loop_kill_child(struct wr_loop *loop) {
  if (loop->child != 0)
    await_kill(loop, &loop->child, &loop->child_status);
}

int wr_loop_run(struct wr_loop *loop, const struct wr_spawn *spawn, int timeout_ms) {
  int64_t deadline_ms = wr_frame_now_ms() + timeout_ms;
  loop->command = wr_spawn_start(spawn);
  if (loop->command < 0) {
    loop->command = 0;
    return -1;
  }
  while (loop->command != 0 && wr_frame_now_ms() < deadline_ms)
    wr_loop_turn(loop, deadline_ms);
  if (loop->command != 0)
    await_kill(loop, &loop->command, &loop->command_status);
  return loop->command_status;
}
