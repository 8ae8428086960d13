#define _GNU_SOURCE
/* Run under ASan/UBSan by the sanitizer build; aborts on the first wrong answer. Needs no
 * privileges. */
#include "core.h"

#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHECK(condition)                                                                           \
  do {                                                                                             \
    if (!(condition)) {                                                                            \
      fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                              \
      exit(1);                                                                                     \
    }                                                                                              \
  } while (0)

static void check_peer(void) {
  int ends[2];
  struct wr_process_peer peer;
  CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
  CHECK(wr_process_peer_of(ends[0], &peer) == 0);
  CHECK(peer.pid == getpid() && peer.uid == getuid() && peer.gid == getgid());
  close(ends[0]);
  close(ends[1]);
  CHECK(wr_process_peer_of(ends[0], &peer) == EBADF);
}

static void check_groups(void) {
  int ends[2];
  gid_t *theirs, ours[256], gid = 1;
  size_t count;
  CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
  CHECK(wr_process_peer_groups_of(ends[0], &theirs, &count) == 0);
  CHECK((int)count == getgroups(256, ours));
  CHECK(memcmp(theirs, ours, count * sizeof *ours) == 0);
  free(theirs);
  close(ends[0]);
  close(ends[1]);
  CHECK(wr_process_peer_groups_of(ends[0], &theirs, &count) == EBADF && theirs == NULL);
  CHECK(wr_process_find_group("root", &gid) == 0 && gid == 0);
  CHECK(wr_process_find_group("no such group", &gid) == ENOENT);
}

static void check_account(void) {
  struct wr_process_account account;
  CHECK(wr_process_find_account("root", &account) == 0);
  CHECK(account.uid == 0 && account.gid == 0 && strcmp(account.name, "root") == 0);
  CHECK(account.home[0] == '/' && account.shell[0] == '/');
  wr_process_account_free(&account);
  wr_process_account_free(&account);
  CHECK(wr_process_find_account("no such user", &account) == ENOENT);
  CHECK(wr_process_find_account_of(0, &account) == 0 && strcmp(account.name, "root") == 0);
  wr_process_account_free(&account);
  CHECK(wr_process_find_account_of(0x7ffffff0, &account) == ENOENT);
}

/* The child ends at once and leaves a grandchild, which must become ours. */
static void check_orphans(void) {
  int pipe_ends[2];
  pid_t orphan = 0;
  CHECK(wr_process_adopt_orphans() == 0);
  CHECK(pipe(pipe_ends) == 0);
  pid_t child = fork();
  if (child == 0) {
    pid_t grandchild = fork();
    if (grandchild == 0) {
      close(pipe_ends[0]);
      pause();
    }
    _exit(write(pipe_ends[1], &grandchild, sizeof grandchild) != sizeof grandchild);
  }
  CHECK(read(pipe_ends[0], &orphan, sizeof orphan) == sizeof orphan);
  CHECK(waitpid(child, NULL, 0) == child);
  CHECK(waitpid(orphan, NULL, WNOHANG) == 0);
  CHECK(kill(orphan, SIGKILL) == 0);
  CHECK(waitpid(orphan, NULL, 0) == orphan);
  close(pipe_ends[0]);
  close(pipe_ends[1]);
}

/* From the biggest one that was ever freed on, glibc would by itself have all smaller ones in its
 * heap. */
static void check_big_blocks(void) {
  /* A sanitizer's malloc has no such settings. */
  if (wr_process_return_big_blocks() == ENOSYS)
    return;
  for (size_t mb = 16; mb >= 2; mb--) {
    void *block = malloc(mb << 20);
    CHECK(block && mallinfo2().hblks == 1);
    free(block);
    CHECK(mallinfo2().hblks == 0);
  }
}

static long resident_code_pages(void) {
  long total, resident, shared;
  FILE *file = fopen("/proc/self/statm", "r");
  CHECK(file && fscanf(file, "%ld %ld %ld", &total, &resident, &shared) == 3);
  fclose(file);
  return shared;
}

/* What was relocated and what was written stays as it was. */
static void check_give_back(void) {
  /* More than all libraries have. */
  static const unsigned char constants[16 << 20] = {1};
  static int written = 7;
  char *kept = strdup("kept");
  unsigned sum = 0;
  for (size_t i = 0; i < sizeof constants; i += 4096)
    sum += *(const volatile unsigned char *)(constants + i);
  CHECK(sum == 1);
  long before = resident_code_pages();
  wr_process_give_back_unused(SIZE_MAX, false);
  CHECK(resident_code_pages() >= before);
  wr_process_give_back_unused(0, true);
  long without_libraries = resident_code_pages();
  CHECK(without_libraries < before && without_libraries > before - 2048);
  wr_process_give_back_unused(0, false);
  CHECK(resident_code_pages() < before - 2048);
  CHECK(written++ == 7 && strcmp(kept, "kept") == 0);
  free(kept);
}

/* size, policy, flags, nice and priority, then the turn in ns: what the kernel tells of a thread.
 */
static uint64_t turn_ns(void) {
  uint64_t told[6] = {0};
  CHECK(syscall(SYS_sched_getattr, 0, told, (unsigned)sizeof told, 0u) == 0);
  CHECK(told[0] >> 32 == SCHED_OTHER);
  return told[3];
}

static void *turn_of_thread(void *turn) {
  *(uint64_t *)turn = turn_ns();
  return NULL;
}

/* A kernel that does not know turns says 0 of all. */
static void check_short_turns(void) {
  uint64_t before = turn_ns(), of_thread = 1;
  CHECK(wr_process_take_short_turns() == 0);
  CHECK(before == 0 ? turn_ns() == 0 : turn_ns() == 100000);
  pthread_t thread;
  CHECK(pthread_create(&thread, NULL, turn_of_thread, &of_thread) == 0);
  CHECK(pthread_join(thread, NULL) == 0);
  CHECK(of_thread == before);
  CHECK(wr_process_take_short_turns() == 0);
}

int main(void) {
  check_peer();
  check_groups();
  check_account();
  check_orphans();
  check_big_blocks();
  check_give_back();
  check_short_turns();
  CHECK(wr_process_hide_memory() == 0);
  return 0;
}
