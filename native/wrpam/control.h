/* The socket by which wrsessd knows and ends a session. It is the session's own process that
 * answers: what it says is true after any crash of wrsessd, and its end is the session's. */
#pragma once

#include "frame.h"

#include <poll.h>
#include <stdbool.h>

#define WR_CONTROL_CLIENTS_MAX 8
#define WR_CONTROL_DESCRIPTORS (1 + WR_CONTROL_CLIENTS_MAX)

struct wr_control_client {
  int fd; /* 0: none */
  struct wr_frame frame;
};

struct wr_control {
  int listener; /* -1: none */
  const char *path;
  const char *record;    /* JSON that everybody is told who connects */
  int64_t deaf_until_ms; /* nobody is let in before: there were no descriptors for them */
  struct wr_control_client clients[WR_CONTROL_CLIENTS_MAX];
};

/* Listens in a folder that is root's alone; `path` and `record` have to stay. False with errno. */
bool wr_control_open(struct wr_control *control, const char *path, const char *record);
/* Fills WR_CONTROL_DESCRIPTORS. When it wants to be asked again whatever happens (wr_frame_now_ms);
 * -1: never. */
int64_t wr_control_watch(const struct wr_control *control, struct pollfd *all);
/* True when somebody asks for the session's end. */
bool wr_control_serve(struct wr_control *control, const struct pollfd *all);
/* Tells why it has ended, and goes. */
void wr_control_close(struct wr_control *control, const char *reason);
