#define _GNU_SOURCE
#include "thread.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

/* SDL acts on a move of X11's focus about 200 ms after it, and only when it is called. */
#define FOCUS_SETTLES_US 300e3
#define FOCUS_POLL_MS 50

double wr_window_now_ns(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

void wr_window_emit(struct wr_window_screen *screen, struct wr_window_event event) {
  event.time_us = (double)(int64_t)(wr_window_now_ns() / 1e3);
  wr_window_put(screen->shared, &event);
}

static int sleep_limit_ms(struct wr_window_screen *screen) {
  if (screen->focus_moved_us == 0)
    return -1;
  if (wr_window_now_ns() / 1e3 - screen->focus_moved_us < FOCUS_SETTLES_US)
    return FOCUS_POLL_MS;
  screen->focus_moved_us = 0;
  return -1;
}

/* Why not SDL_WaitEvent: waking it takes a message through the display server; an eventfd does not,
 * and it keeps working when that server is gone. */
static void sleep_until_woken(struct wr_window_screen *screen) {
  struct pollfd fds[2] = {{.fd = screen->shared->wake_fd, .events = POLLIN},
                          {.fd = screen->display_fd, .events = POLLIN}};
  if (poll(fds, 2, sleep_limit_ms(screen)) < 0 && errno != EINTR)
    return;
  uint64_t count;
  if (fds[0].revents & POLLIN && read(screen->shared->wake_fd, &count, sizeof count) < 0)
    return;
  /* A display that hung up would have poll return for ever. */
  if (fds[1].revents & (POLLHUP | POLLERR | POLLNVAL)) {
    SDL_PumpEvents();
    screen->display_fd = -1;
    wr_window_emit(screen, (struct wr_window_event){.kind = WR_WINDOW_CLOSE, .a = 1});
  }
}

/* Drawing may make SDL talk to the display, which may bring new events into its buffers unseen by
 * poll: only a round without any event may be followed by sleep. What events mean is handed on as
 * they enter SDL's queue (setup.c), which is emptied here. */
static void handle_events(struct wr_window_screen *screen) {
  SDL_Event event;
  bool handled = true;
  while (handled) {
    handled = false;
    while (SDL_PollEvent(&event))
      handled = true;
    wr_window_screen_draw(screen);
  }
}

static void run(struct wr_window_screen *screen) {
  while (wr_window_screen_apply(screen)) {
    wr_window_screen_draw(screen);
    handle_events(screen);
    sleep_until_woken(screen);
  }
}

static void set_phase(struct wr_window *shared, enum wr_window_phase phase) {
  pthread_mutex_lock(&shared->mutex);
  shared->phase = phase;
  pthread_cond_broadcast(&shared->changed);
  pthread_mutex_unlock(&shared->mutex);
}

static bool open_screen(struct wr_window_screen *screen) {
  struct wr_window *shared = screen->shared;
  if (!wr_window_screen_open(screen, shared->wishes.title)) {
    snprintf(shared->error, sizeof shared->error, "cannot open a window: %s", SDL_GetError());
    return false;
  }
  const char *driver = SDL_GetCurrentVideoDriver();
  snprintf(shared->driver, sizeof shared->driver, "%s", driver ? driver : "");
  return true;
}

void *wr_window_thread(void *user) {
  struct wr_window *shared = user;
  struct wr_window_screen screen = {.shared = shared, .display_fd = -1, .redraw = true};
  pthread_setname_np(pthread_self(), "wr-window");
  bool opened = open_screen(&screen);
  if (opened) {
    set_phase(shared, WR_WINDOW_RUNNING);
    run(&screen);
  }
  wr_window_screen_close(&screen);
  if (!opened)
    set_phase(shared, WR_WINDOW_FAILED);
  shared->options.ended(shared->options.user);
  wr_window_unref(shared);
  return NULL;
}
