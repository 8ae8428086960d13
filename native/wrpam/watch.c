#define _GNU_SOURCE
#include "watch.h"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define STACK_BYTES (64u * 1024)

static void *look(void *user) {
  struct wr_watch *watch = user;
  struct pollfd both[] = {{.fd = watch->channel, .events = POLLRDHUP},
                          {.fd = watch->stop, .events = POLLIN}};
  for (;;) {
    if (poll(both, 2, -1) < 0)
      continue;
    if (both[1].revents)
      return NULL;
    if (both[0].revents)
      _exit(0);
  }
}

bool wr_watch_start(struct wr_watch *watch, int channel) {
  sigset_t all, before;
  pthread_attr_t attributes;
  *watch = (struct wr_watch){.channel = channel, .stop = eventfd(0, EFD_CLOEXEC)};
  sigfillset(&all);
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, STACK_BYTES);
  /* Signals are the main thread's. */
  pthread_sigmask(SIG_SETMASK, &all, &before);
  bool started = watch->stop >= 0 && pthread_create(&watch->thread, &attributes, look, watch) == 0;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  pthread_attr_destroy(&attributes);
  return started;
}

void wr_watch_stop(struct wr_watch *watch) {
  eventfd_write(watch->stop, 1);
  pthread_join(watch->thread, NULL);
  close(watch->stop);
}
