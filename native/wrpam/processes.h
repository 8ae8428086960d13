/* The machine's processes, by /proc. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct wr_processes {
  pid_t *pids; /* from malloc */
  size_t count;
};

/* Those of a user that carry WAYRAY_SESSION=`mark` in their environment, and those of the same
 * kernel sessions: a program may have another environment than it was given. */
struct wr_processes wr_processes_marked(const char *mark, uid_t uid);
/* All that descend from a process and live, itself apart. */
struct wr_processes wr_processes_descendants(pid_t of);
void wr_processes_free(struct wr_processes *found);
