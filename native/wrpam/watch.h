/* Ends the process when wrsessd has gone, also while a module hangs. */
#pragma once

#include <pthread.h>
#include <stdbool.h>

struct wr_watch {
  pthread_t thread;
  int channel, stop;
};

/* The struct has to stay until wr_watch_stop(). */
bool wr_watch_start(struct wr_watch *watch, int channel);
void wr_watch_stop(struct wr_watch *watch);
