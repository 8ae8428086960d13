/* Starts programs. */
#pragma once

#include "json.h"

#include <stdbool.h>
#include <sys/types.h>

struct wr_spawn {
  const struct wr_json *command, *environment; /* lists of strings */
  const char *input;                           /* content of standard input; NULL: /dev/null */
  const char *log;                             /* takes both outputs; NULL: where ours go */
  int ready;                                   /* becomes descriptor 3; -1: none */
  bool as_user;                                /* gives up everything for these */
  uid_t uid;
  gid_t gid;
};

/* In a kernel session of its own, with / as its folder and all signals as they are by default. -1
 * and errno when there is no process; status 127 when the program cannot be started. */
pid_t wr_spawn_start(const struct wr_spawn *spawn);
