/* What a session's process waits for: signals, its children, wrsessd, and whoever comes by the
 * control socket. */
#pragma once

#include "control.h"
#include "frame.h"
#include "spawn.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define WR_LOOP_LINE_MAX 500

struct wr_loop {
  int signals;
  int channel; /* -1: wrsessd has gone */
  struct wr_frame frame;
  int ready; /* where wrcomp's one line comes from; -1: none, or it has ended */
  char line[WR_LOOP_LINE_MAX + 1];
  size_t line_length;
  bool line_whole;
  struct wr_control control;
  pid_t child, command; /* 0: none, or it has ended */
  int child_status, command_status;
  bool end_wanted;
};

/* SIGCHLD, SIGTERM, SIGINT and SIGHUP come here from now on. False with errno. */
bool wr_loop_open(struct wr_loop *loop, int channel);
/* For modules that close a session: programs that they start get signals again, and we outlive
 * ours. */
void wr_loop_let_signals(void);
/* Waits until something happens, or `deadline_ms` (wr_frame_now_ms; -1: none). */
void wr_loop_turn(struct wr_loop *loop, int64_t deadline_ms);
/* Kills `child` and waits for its end; 5 s later it counts as ended, which the kernel does not let
 * go (proc(5): state D). */
void wr_loop_kill_child(struct wr_loop *loop);
/* Runs a program to its end, or kills it and waits as long as for a child. The status of wait(2),
 * -1 when it did not start. */
int wr_loop_run(struct wr_loop *loop, const struct wr_spawn *spawn, int timeout_ms);
