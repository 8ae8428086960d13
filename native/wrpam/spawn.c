#define _GNU_SOURCE
#include "spawn.h"

#include "../process/core.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#define FD_READY 3

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 8u
#endif

static char **words_of(const struct wr_json *list) {
  char **words = calloc(list->length + 1, sizeof *words), **to = words;
  for (const struct wr_json *item = list->first; words && item; item = item->next)
    *to++ = (char *)item->text;
  return words;
}

/* The sysctl vm.memfd_noexec may ask for files that nobody can execute; kernels before 6.3 do not
 * know them. */
static int open_memory(void) {
  int fd = memfd_create("wayray", MFD_CLOEXEC | MFD_NOEXEC_SEAL);
  return fd < 0 && errno == EINVAL ? memfd_create("wayray", MFD_CLOEXEC) : fd;
}

/* A file that is nowhere but in memory: a pipe would take no more than 64 KiB at once. */
static int open_input(const char *content) {
  if (!content)
    return open("/dev/null", O_RDONLY | O_CLOEXEC);
  int fd = open_memory();
  size_t left = strlen(content);
  while (fd >= 0 && left > 0) {
    ssize_t written = write(fd, content, left);
    if (written < 0 && errno == EINTR)
      continue;
    if (written <= 0) {
      close(fd);
      return -1;
    }
    content += written;
    left -= (size_t)written;
  }
  if (fd >= 0)
    lseek(fd, 0, SEEK_SET);
  return fd;
}

static int open_log(const char *path) {
  return open(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
}

static bool become(const struct wr_spawn *spawn) {
  return setgroups(0, NULL) == 0 && setresgid(spawn->gid, spawn->gid, spawn->gid) == 0 &&
         setresuid(spawn->uid, spawn->uid, spawn->uid) == 0 &&
         prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
}

static void clear_signals(void) {
  sigset_t none;
  sigemptyset(&none);
  for (int signal_number = 1; signal_number < NSIG; signal_number++)
    signal(signal_number, SIG_DFL);
  sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Descriptors below 10 may lie where they are to go. */
static int high(int fd) { return fd < 0 ? fd : fcntl(fd, F_DUPFD_CLOEXEC, 10); }

static _Noreturn void be(const struct wr_spawn *spawn, char **words, char **environment, int input,
                         int log) {
  int ready = high(spawn->ready);
  clear_signals();
  /* What modules have opened since we were started. */
  wr_process_keep_descriptors();
  setsid();
  if (dup2(high(input), STDIN_FILENO) < 0 ||
      (log >= 0 && (dup2(log = high(log), STDOUT_FILENO) < 0 || dup2(log, STDERR_FILENO) < 0)) ||
      (ready >= 0 && dup2(ready, FD_READY) < 0) || chdir("/") != 0 ||
      (spawn->as_user && !become(spawn)))
    _exit(126);
  environ = environment;
  execvp(words[0], words);
  dprintf(STDERR_FILENO, "wrpam: %s: %s\n", words[0], strerror(errno));
  _exit(127);
}

pid_t wr_spawn_start(const struct wr_spawn *spawn) {
  char **words = words_of(spawn->command), **environment = words_of(spawn->environment);
  int input = open_input(spawn->input), log = spawn->log ? open_log(spawn->log) : -1;
  pid_t pid = -1;
  if (words && environment && input >= 0 && (log >= 0 || !spawn->log)) {
    pid = fork();
    if (pid == 0)
      be(spawn, words, environment, input, log);
  }
  int status = errno;
  free(words);
  free(environment);
  if (input >= 0)
    close(input);
  if (log >= 0)
    close(log);
  errno = status;
  return pid;
}
