#include "core.h"

#include "shared.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#define OPEN_TIMEOUT_S 10
#define CLOSE_TIMEOUT_S 2

/* SDL's state is global: a window whose thread hangs blocks the next one too. */
static pthread_mutex_t open_mutex = PTHREAD_MUTEX_INITIALIZER;
static struct wr_window *open_window;

static struct timespec deadline_in(int seconds) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  time.tv_sec += seconds;
  return time;
}

static void init_sync(struct wr_window *self) {
  pthread_mutex_init(&self->mutex, NULL);
  pthread_condattr_t attributes;
  pthread_condattr_init(&attributes);
  pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
  pthread_cond_init(&self->changed, &attributes);
  pthread_condattr_destroy(&attributes);
}

static struct wr_window *create(const struct wr_window_options *options) {
  struct wr_window *self = calloc(1, sizeof *self);
  if (!self)
    return NULL;
  self->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (self->wake_fd < 0) {
    free(self);
    return NULL;
  }
  init_sync(self);
  self->options = *options;
  self->references = 1;
  self->width = options->width;
  self->height = options->height;
  snprintf(self->wishes.title, sizeof self->wishes.title, "%s", options->title);
  self->options.title = NULL; /* the caller's memory */
  return self;
}

void wr_window_unref(struct wr_window *self) {
  pthread_mutex_lock(&self->mutex);
  bool last = --self->references == 0;
  pthread_cond_broadcast(&self->changed);
  pthread_mutex_unlock(&self->mutex);
  if (!last)
    return;
  pthread_mutex_lock(&open_mutex);
  if (open_window == self)
    open_window = NULL;
  pthread_mutex_unlock(&open_mutex);
  close(self->wake_fd);
  free(self->wishes.cursor);
  wr_window_picture_free(&self->picture);
  pthread_cond_destroy(&self->changed);
  pthread_mutex_destroy(&self->mutex);
  free(self);
}

static bool claim(struct wr_window *self) {
  pthread_mutex_lock(&open_mutex);
  bool free_to_open = open_window == NULL;
  if (free_to_open)
    open_window = self;
  pthread_mutex_unlock(&open_mutex);
  return free_to_open;
}

static bool start_thread(struct wr_window *self) {
  /* Signals are Node's. */
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pthread_t thread;
  self->references++;
  bool started = pthread_create(&thread, NULL, wr_window_thread, self) == 0;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  if (started)
    pthread_detach(thread);
  else
    self->references--;
  return started;
}

/* Returns whether the phase was left before the time was over. */
static bool wait_while(struct wr_window *self, enum wr_window_phase phase, int timeout_s) {
  struct timespec deadline = deadline_in(timeout_s);
  pthread_mutex_lock(&self->mutex);
  int status = 0;
  while (self->phase == phase && status == 0)
    status = pthread_cond_timedwait(&self->changed, &self->mutex, &deadline);
  bool left = self->phase != phase;
  pthread_mutex_unlock(&self->mutex);
  return left;
}

static void wake_thread(struct wr_window *self) {
  /* EAGAIN means that the counter is at its limit: the thread is awake anyway. */
  if (write(self->wake_fd, &(uint64_t){1}, sizeof(uint64_t)) < 0)
    return;
}

struct wr_window *wr_window_open(const struct wr_window_options *options, bool *thread_started,
                                 char *error, size_t error_size) {
  *thread_started = false;
  struct wr_window *self = create(options);
  if (!self) {
    snprintf(error, error_size, "out of memory or file descriptors for a window");
    return NULL;
  }
  if (!claim(self))
    snprintf(error, error_size,
             "this process has a window already, or had one whose display was lost");
  else if (!(*thread_started = start_thread(self)))
    snprintf(error, error_size, "cannot start the window's thread");
  else if (!wait_while(self, WR_WINDOW_STARTING, OPEN_TIMEOUT_S))
    snprintf(error, error_size, "the display server does not answer");
  else if (self->phase == WR_WINDOW_FAILED)
    snprintf(error, error_size, "%s", self->error);
  else
    return self;
  wr_window_close(self);
  return NULL;
}

/* A lost display keeps its thread's reference for good. */
static bool is_ended(const struct wr_window *self) {
  return self->references == 1 || self->phase == WR_WINDOW_LOST;
}

void wr_window_close(struct wr_window *self) {
  struct timespec deadline = deadline_in(CLOSE_TIMEOUT_S);
  pthread_mutex_lock(&self->mutex);
  self->wishes.quit = true;
  pthread_cond_broadcast(&self->changed);
  wake_thread(self);
  int status = 0;
  while (!is_ended(self) && status == 0)
    status = pthread_cond_timedwait(&self->changed, &self->mutex, &deadline);
  pthread_mutex_unlock(&self->mutex);
  wr_window_unref(self);
}

void wr_window_put(struct wr_window *self, const struct wr_window_event *event) {
  pthread_mutex_lock(&self->mutex);
  wr_window_queue_put(&self->queue, event);
  bool wake = !self->woken;
  self->woken = true;
  pthread_mutex_unlock(&self->mutex);
  if (wake)
    self->options.wake(self->options.user);
}

bool wr_window_take(struct wr_window *self, struct wr_window_event *event) {
  pthread_mutex_lock(&self->mutex);
  bool taken = wr_window_queue_take(&self->queue, event);
  if (!taken)
    self->woken = false;
  pthread_mutex_unlock(&self->mutex);
  return taken;
}

uint64_t wr_window_present(struct wr_window *self, const uint8_t *bytes, int32_t width,
                           int32_t height, const int32_t *rects, size_t rect_count) {
  pthread_mutex_lock(&self->mutex);
  bool updated = wr_window_picture_update(&self->picture, bytes, width, height, rects, rect_count);
  uint64_t sequence = updated ? ++self->sequence : 0;
  pthread_mutex_unlock(&self->mutex);
  wake_thread(self);
  return sequence;
}

static struct wr_window_wishes *begin_wish(struct wr_window *self) {
  pthread_mutex_lock(&self->mutex);
  return &self->wishes;
}

static void end_wish(struct wr_window *self) {
  pthread_mutex_unlock(&self->mutex);
  wake_thread(self);
}

void wr_window_set_cursor(struct wr_window *self, struct wr_window_cursor *cursor) {
  struct wr_window_wishes *wishes = begin_wish(self);
  free(wishes->cursor);
  wishes->cursor = cursor;
  wishes->cursor_set = true;
  end_wish(self);
}

void wr_window_set_title(struct wr_window *self, const char *title) {
  struct wr_window_wishes *wishes = begin_wish(self);
  snprintf(wishes->title, sizeof wishes->title, "%s", title);
  wishes->title_set = true;
  end_wish(self);
}

void wr_window_set_fullscreen(struct wr_window *self, bool fullscreen) {
  struct wr_window_wishes *wishes = begin_wish(self);
  wishes->fullscreen = fullscreen;
  wishes->fullscreen_set = true;
  end_wish(self);
}

void wr_window_grab_keyboard(struct wr_window *self, bool grab) {
  struct wr_window_wishes *wishes = begin_wish(self);
  wishes->grab = grab;
  wishes->grab_set = true;
  end_wish(self);
}

void wr_window_resize(struct wr_window *self, int32_t width, int32_t height) {
  struct wr_window_wishes *wishes = begin_wish(self);
  wishes->width = width;
  wishes->height = height;
  wishes->size_set = true;
  end_wish(self);
}

void wr_window_size(struct wr_window *self, int32_t *width, int32_t *height) {
  pthread_mutex_lock(&self->mutex);
  *width = self->width;
  *height = self->height;
  pthread_mutex_unlock(&self->mutex);
}

const char *wr_window_driver(struct wr_window *self) { return self->driver; }
