/* How long a session's process waits, and for what. */
#define _GNU_SOURCE
#include "loop.h"

#include <assert.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

/* Nobody tells us of its end, as of one that the kernel does not let go. */
static pid_t start_grandchild(void) {
  int ends[2];
  pid_t grandchild;
  assert(pipe(ends) == 0);
  pid_t child = fork();
  if (child == 0) {
    grandchild = fork();
    if (grandchild == 0)
      for (;;)
        pause();
    _exit(write(ends[1], &grandchild, sizeof grandchild) == sizeof grandchild ? 0 : 1);
  }
  assert(read(ends[0], &grandchild, sizeof grandchild) == sizeof grandchild);
  assert(waitpid(child, NULL, 0) == child);
  close(ends[0]);
  close(ends[1]);
  return grandchild;
}

static void test_child_that_does_not_die(struct wr_loop *loop) {
  int64_t begun_ms = wr_frame_now_ms();
  loop->child = start_grandchild();
  wr_loop_kill_child(loop);
  int64_t took_ms = wr_frame_now_ms() - begun_ms;
  assert(loop->child == 0 && WIFSIGNALED(loop->child_status));
  assert(took_ms >= 4900 && took_ms < 20000);
}

static void test_child_that_dies(struct wr_loop *loop) {
  int64_t begun_ms = wr_frame_now_ms();
  loop->child = fork();
  if (loop->child == 0)
    for (;;)
      pause();
  wr_loop_kill_child(loop);
  assert(loop->child == 0 && wr_frame_now_ms() - begun_ms < 4000);
}

static int turns_until(struct wr_loop *loop, int64_t deadline_ms) {
  int turns = 0;
  for (; wr_frame_now_ms() < deadline_ms; turns++)
    wr_loop_turn(loop, deadline_ms);
  return turns;
}

static void allow_descriptors(rlim_t count) {
  struct rlimit limit;
  assert(getrlimit(RLIMIT_NOFILE, &limit) == 0);
  limit.rlim_cur = count;
  assert(setrlimit(RLIMIT_NOFILE, &limit) == 0);
}

static void use_up_to(int last) {
  allow_descriptors((rlim_t)last + 1);
  while (dup(last) >= 0)
    ;
}

static void test_client_without_descriptor(struct wr_loop *loop, const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  char answer[64];
  snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
  assert(wr_control_open(&loop->control, path, "{}"));
  int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  assert(fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0);
  /* poll(2) refuses more entries than there may be descriptors. */
  int last = fcntl(fd, F_DUPFD, 64);
  int64_t begun_ms = wr_frame_now_ms();
  use_up_to(last);
  assert(turns_until(loop, begun_ms + 300) < 10);
  allow_descriptors(1000);
  while (!loop->control.clients[0].fd && wr_frame_now_ms() < begun_ms + 5000)
    wr_loop_turn(loop, -1);
  assert(loop->control.clients[0].fd && read(fd, answer, sizeof answer) == 10);
  wr_control_close(&loop->control, "ended");
  close(fd);
}

int main(void) {
  char folder[] = "/tmp/wrpam-loop-XXXXXX", path[64];
  struct wr_loop loop;
  assert(mkdtemp(folder));
  snprintf(path, sizeof path, "%s/control", folder);
  assert(wr_loop_open(&loop, -1));
  test_child_that_dies(&loop);
  test_client_without_descriptor(&loop, path);
  test_child_that_does_not_die(&loop);
  assert(rmdir(folder) == 0);
  close(loop.signals);
  return 0;
}
