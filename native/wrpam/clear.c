#define _GNU_SOURCE
#include "clear.h"

#include "processes.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define COMMAND_MS 30000
#define REMOVE_MS 10000
/* Time an application has between the polite signal and the one it cannot refuse. */
#define GRACE_MS 2000
/* One that the kernel does not let go (proc(5): state D) is not waited for any longer. */
#define FORCE_MS 2000
#define KILL_MS 5000
#define LOOK_EVERY_MS 20

static void pause_ms(struct wr_loop *loop, int ms) {
  int64_t until_ms = wr_frame_now_ms() + ms;
  while (wr_frame_now_ms() < until_ms)
    wr_loop_turn(loop, until_ms);
}

void wr_clear_run(struct wr_loop *loop, const struct wr_json *commands,
                  const struct wr_json *environment) {
  const struct wr_json *first = commands ? commands->first : NULL;
  for (const struct wr_json *command = first; command; command = command->next) {
    struct wr_spawn spawn = {.command = command, .environment = environment, .ready = -1};
    int status = wr_loop_run(loop, &spawn, COMMAND_MS);
    if (status != 0)
      fprintf(stderr, "wrpam: %s failed (%d)\n", command->first->text, status);
  }
}

static bool is_among(const struct wr_processes *all, pid_t pid) {
  for (size_t i = 0; i < all->count; i++)
    if (all->pids[i] == pid)
      return true;
  return false;
}

static void signal_all(const struct wr_processes *found, const struct wr_processes *told,
                       int number) {
  for (size_t i = 0; i < found->count; i++)
    if (!is_among(told, found->pids[i]))
      kill(found->pids[i], number);
}

/* False when some are left. Those that show up meanwhile get the signal, too; nobody gets it twice:
 * to a program that is ending a second one may say that it is to drop everything. */
static bool end_marked(struct wr_loop *loop, const char *mark, uid_t uid, int number,
                       int timeout_ms) {
  int64_t deadline_ms = wr_frame_now_ms() + timeout_ms;
  struct wr_processes told = {0};
  for (;;) {
    struct wr_processes found = wr_processes_marked(mark, uid);
    signal_all(&found, &told, number);
    wr_processes_free(&told);
    told = found;
    if (found.count == 0 || wr_frame_now_ms() > deadline_ms)
      break;
    pause_ms(loop, LOOK_EVERY_MS);
  }
  bool none = told.count == 0;
  wr_processes_free(&told);
  return none;
}

/* The mark is as appliance/session-processes.ts makes it. */
static void end_applications(struct wr_loop *loop, const struct wr_order *run, uid_t uid) {
  char mark[PATH_MAX + 32];
  struct stat found;
  if (stat(run->link, &found) != 0)
    return;
  snprintf(mark, sizeof mark, "%llu:%s", (unsigned long long)found.st_ino, run->socket);
  if (!end_marked(loop, mark, uid, SIGTERM, GRACE_MS))
    end_marked(loop, mark, uid, SIGKILL, FORCE_MS);
}

static bool write_to(const char *folder, const char *name, const char *text) {
  char path[PATH_MAX];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  bool written = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
  if (fd >= 0)
    close(fd);
  return written;
}

static void signal_group(const char *cgroup) {
  char path[PATH_MAX];
  int pid;
  snprintf(path, sizeof path, "%s/cgroup.procs", cgroup);
  FILE *file = fopen(path, "re");
  while (file && fscanf(file, "%d", &pid) == 1)
    if (pid > 0)
      kill(pid, SIGKILL);
  if (file)
    fclose(file);
}

static void remove_group(struct wr_loop *loop, const char *cgroup) {
  int64_t deadline_ms = wr_frame_now_ms() + KILL_MS;
  for (;;) {
    /* Linux before 5.14 has no cgroup.kill. What forks meanwhile is met in the next round. */
    if (!write_to(cgroup, "cgroup.kill", "1"))
      signal_group(cgroup);
    if (rmdir(cgroup) == 0 || errno == ENOENT)
      return;
    if (errno != EBUSY || wr_frame_now_ms() > deadline_ms)
      break;
    pause_ms(loop, LOOK_EVERY_MS / 2);
  }
  fprintf(stderr, "wrpam: %s stays: %s\n", cgroup, strerror(errno));
}

static void kill_descendants(struct wr_loop *loop) {
  int64_t deadline_ms = wr_frame_now_ms() + KILL_MS;
  for (;;) {
    struct wr_processes found = wr_processes_descendants(getpid());
    size_t left = found.count;
    signal_all(&found, &(struct wr_processes){0}, SIGKILL);
    wr_processes_free(&found);
    if (left == 0)
      return;
    if (wr_frame_now_ms() > deadline_ms)
      break;
    pause_ms(loop, LOOK_EVERY_MS / 2);
  }
  fprintf(stderr, "wrpam: some processes do not die\n");
}

/* Emptied as its owner: another process of the user may swap a folder for a link at any time, which
 * must not lead root elsewhere. */
static void remove_folder(struct wr_loop *loop, const char *path) {
  struct stat found;
  if (lstat(path, &found) != 0 || !S_ISDIR(found.st_mode))
    return;
  struct wr_json words[] = {{.kind = WR_JSON_STRING, .text = "/bin/rm"},
                            {.kind = WR_JSON_STRING, .text = "-rf"},
                            {.kind = WR_JSON_STRING, .text = "--one-file-system"},
                            {.kind = WR_JSON_STRING, .text = "--"},
                            {.kind = WR_JSON_STRING, .text = path}};
  struct wr_json command = {.kind = WR_JSON_LIST, .length = 5, .first = words};
  struct wr_json none = {.kind = WR_JSON_LIST};
  for (int i = 0; i < 4; i++)
    words[i].next = &words[i + 1];
  /* It cannot remove the folder itself, which is the parent's, and says so. */
  wr_loop_run(loop,
              &(struct wr_spawn){.command = &command,
                                 .environment = &none,
                                 .log = "/dev/null",
                                 .ready = -1,
                                 .as_user = true,
                                 .uid = found.st_uid,
                                 .gid = found.st_gid},
              REMOVE_MS);
  if (rmdir(path) != 0 && errno != ENOENT)
    fprintf(stderr, "wrpam: a folder stays: %s: %s\n", path, strerror(errno));
}

void wr_clear_session(struct wr_loop *loop, const struct wr_order *run, uid_t uid,
                      const struct wr_json *after) {
  end_applications(loop, run, uid);
  if (run->cgroup)
    remove_group(loop, run->cgroup);
  else if (run->descendants)
    kill_descendants(loop);
  wr_clear_run(loop, after, run->environment);
  remove_folder(loop, run->link);
  remove_folder(loop, run->runtime);
}
