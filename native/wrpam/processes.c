#define _GNU_SOURCE
#include "processes.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MARK "WAYRAY_SESSION="
/* An environment that is longer hides its mark; the kernel's bound of a program's words is 2 MiB or
 * a quarter of its stack. */
#define ENVIRON_MAX (8u << 20)
#define PROCESSES_MAX 65536

struct row {
  pid_t pid, parent, sid;
  bool found;
};

struct rows {
  struct row *row;
  size_t count, room;
};

/* The first bytes of a file of a process, with a NUL behind them. */
static ssize_t read_some(pid_t pid, const char *name, char *to, size_t room) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return -1;
  ssize_t all = 0, got;
  while ((size_t)all + 1 < room && (got = read(fd, to + all, room - 1 - (size_t)all)) > 0)
    all += got;
  close(fd);
  to[all] = 0;
  return all;
}

/* False for one that has ended or only waits for its parent to notice (proc(5): state Z). */
static bool read_row(pid_t pid, struct row *row) {
  char stat[1024], state;
  int parent, group, sid;
  if (read_some(pid, "stat", stat, sizeof stat) <= 0)
    return false;
  const char *after = strrchr(stat, ')');
  if (!after || sscanf(after + 1, " %c %d %d %d", &state, &parent, &group, &sid) != 4)
    return false;
  *row = (struct row){.pid = pid, .parent = parent, .sid = sid};
  return state != 'Z' && state != 'X';
}

static void add_row(struct rows *rows, struct row row) {
  if (rows->count == rows->room) {
    size_t room = rows->room ? rows->room * 2 : 256;
    struct row *more = room <= PROCESSES_MAX ? realloc(rows->row, room * sizeof *more) : NULL;
    if (!more)
      return;
    rows->row = more;
    rows->room = room;
  }
  rows->row[rows->count++] = row;
}

static struct rows all_living(void) {
  struct rows rows = {0};
  DIR *folder = opendir("/proc");
  for (struct dirent *entry; folder && (entry = readdir(folder));) {
    struct row row;
    pid_t pid = isdigit((unsigned char)entry->d_name[0]) ? atoi(entry->d_name) : 0;
    if (pid > 0 && pid != getpid() && read_row(pid, &row))
      add_row(&rows, row);
  }
  if (folder)
    closedir(folder);
  return rows;
}

static struct wr_processes found_of(struct rows *rows) {
  struct wr_processes found = {.pids = calloc(rows->count + 1, sizeof(pid_t))};
  for (size_t i = 0; found.pids && i < rows->count; i++)
    if (rows->row[i].found)
      found.pids[found.count++] = rows->row[i].pid;
  free(rows->row);
  return found;
}

static bool is_of(pid_t pid, uid_t uid) {
  char status[2048];
  if (read_some(pid, "status", status, sizeof status) <= 0)
    return false;
  const char *line = strstr(status, "\nUid:\t");
  return line && strtoul(line + 6, NULL, 10) == uid;
}

static bool has_mark(pid_t pid, const char *mark, char *environ) {
  ssize_t length = read_some(pid, "environ", environ, ENVIRON_MAX);
  for (const char *at = environ; at < environ + length; at += strlen(at) + 1)
    if (strncmp(at, MARK, sizeof MARK - 1) == 0 && strcmp(at + sizeof MARK - 1, mark) == 0)
      return true;
  return false;
}

static void add_companions(struct rows *rows) {
  for (size_t i = 0; i < rows->count; i++)
    for (size_t j = 0; !rows->row[i].found && j < rows->count; j++)
      /* 0 is what the kernel calls every session whose leader is outside of our PID namespace. */
      rows->row[i].found =
          rows->row[j].found && rows->row[j].sid != 0 && rows->row[j].sid == rows->row[i].sid;
}

struct wr_processes wr_processes_marked(const char *mark, uid_t uid) {
  struct rows all = all_living(), users = {0};
  /* Read into anew for each; pages that no environment reaches are never there. */
  char *environ = malloc(ENVIRON_MAX);
  for (size_t i = 0; environ && i < all.count; i++) {
    if (!is_of(all.row[i].pid, uid))
      continue;
    all.row[i].found = has_mark(all.row[i].pid, mark, environ);
    add_row(&users, all.row[i]);
  }
  free(environ);
  free(all.row);
  add_companions(&users);
  return found_of(&users);
}

struct wr_processes wr_processes_descendants(pid_t of) {
  struct rows rows = all_living();
  for (bool more = true; more;) {
    more = false;
    for (size_t i = 0; i < rows.count; i++) {
      bool born = rows.row[i].parent == of;
      for (size_t j = 0; !rows.row[i].found && !born && j < rows.count; j++)
        born = rows.row[j].found && rows.row[j].pid == rows.row[i].parent;
      if (born && !rows.row[i].found)
        rows.row[i].found = more = true;
    }
  }
  return found_of(&rows);
}

void wr_processes_free(struct wr_processes *found) {
  free(found->pids);
  *found = (struct wr_processes){0};
}
