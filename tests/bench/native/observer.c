/*
 * Watches the screen that a viewer draws on ($DISPLAY) and types into it. One command per line on
 * stdin, one answer per line on stdout; times are CLOCK_MONOTONIC in ns:
 *   await TAG       -> shown VALUE TIME   once a frame with this tag is on the screen
 *   whole           -> whole TIME         once all marks of a still picture are on the screen
 *   blank           -> blank TIME         once there is no frame on the screen
 *   type COUNT      -> typed COUNT        once the last key is pressed
 *   save PATH       -> saved VALUE        or "unsaved"
 *   report          -> frame and key lines since the last report, then "end DROPPED"
 * A new await, whole or blank replaces the one before. Ends with its stdin.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "clock.h"
#include "marks.h"
#include "observer-keys.h"
#include "observer-log.h"
#include "observer-screen.h"

#define POLL_MS 50
#define NO_FRAME UINT32_MAX

enum condition { NOTHING, SHOWN, WHOLE, BLANK };

struct observer {
  struct wr_screen screen;
  struct wr_keys keys;
  struct wr_log log;
  uint32_t value; /* of the last picture, or NO_FRAME */
  enum condition awaited;
  uint32_t awaited_tag;
  int marks_seen;
};

static const struct wr_rect frame_place = {0, 0, WR_BARCODE_WIDTH, WR_BARCODE_HEIGHT};

static bool is_whole(struct observer *observer) {
  uint32_t value;
  while (observer->marks_seen < WR_MARKS_COUNT &&
         wr_screen_read_barcode(&observer->screen, wr_marks_place(observer->marks_seen), &value) &&
         value == WR_MARKS_VALUE)
    observer->marks_seen++;
  return observer->marks_seen == WR_MARKS_COUNT;
}

static void answer(struct observer *observer, const char *line) {
  puts(line);
  fflush(stdout);
  observer->awaited = NOTHING;
}

static void check_awaited(struct observer *observer) {
  char line[80];
  bool framed = observer->value != NO_FRAME;
  if (observer->awaited == SHOWN && framed && observer->value >> 16 == observer->awaited_tag) {
    snprintf(line, sizeof line, "shown %u %lld", observer->value, (long long)wr_clock_now_ns());
    answer(observer, line);
  } else if (observer->awaited == WHOLE && framed && is_whole(observer)) {
    snprintf(line, sizeof line, "whole %lld", (long long)wr_clock_now_ns());
    answer(observer, line);
  } else if (observer->awaited == BLANK && !framed) {
    snprintf(line, sizeof line, "blank %lld", (long long)wr_clock_now_ns());
    answer(observer, line);
  }
}

static void look(struct observer *observer) {
  uint32_t value;
  if (!wr_screen_read_barcode(&observer->screen, frame_place, &value))
    value = NO_FRAME;
  int64_t seen_ns = wr_clock_now_ns();
  if (value != NO_FRAME && value != observer->value)
    wr_log_add(&observer->log, WR_LOG_FRAME, value, seen_ns);
  observer->value = value;
  if (observer->awaited != NOTHING)
    check_awaited(observer);
}

static void press_due_key(struct observer *observer) {
  int64_t pressed_ns = wr_keys_press_due(&observer->keys, observer->screen.display);
  if (pressed_ns == 0)
    return;
  wr_log_add(&observer->log, WR_LOG_KEY, observer->keys.typed, pressed_ns);
  if (observer->keys.left == 0) {
    printf("typed %u\n", observer->keys.typed);
    fflush(stdout);
  }
}

static void save(struct observer *observer, const char *path) {
  uint32_t value;
  if (wr_screen_save(&observer->screen, path, &value))
    printf("saved %u\n", value);
  else
    puts("unsaved");
  fflush(stdout);
}

static void await(struct observer *observer, enum condition condition, const char *argument) {
  observer->awaited = condition;
  observer->awaited_tag = (uint32_t)strtoul(argument, NULL, 10);
  observer->marks_seen = 0;
  look(observer);
}

static void obey(struct observer *observer, char *line) {
  line[strcspn(line, "\n")] = 0;
  char *argument = strchr(line, ' ');
  argument = argument ? (*argument = 0, argument + 1) : line + strlen(line);
  if (strcmp(line, "await") == 0)
    await(observer, SHOWN, argument);
  else if (strcmp(line, "whole") == 0)
    await(observer, WHOLE, argument);
  else if (strcmp(line, "blank") == 0)
    await(observer, BLANK, argument);
  else if (strcmp(line, "type") == 0)
    wr_keys_start(&observer->keys, observer->screen.display, (uint32_t)strtoul(argument, NULL, 10));
  else if (strcmp(line, "save") == 0)
    save(observer, argument);
  else if (strcmp(line, "report") == 0)
    wr_log_print(&observer->log);
  else
    printf("unknown command %s\n", line), fflush(stdout);
}

int main(void) {
  static struct observer observer = {.value = NO_FRAME};
  if (!wr_screen_open(&observer.screen))
    return 1;
  puts("ready");
  fflush(stdout);
  setvbuf(stdin, NULL, _IONBF, 0); /* poll() must see what has not been read */
  for (;;) {
    if (wr_screen_take_damage(&observer.screen)) {
      look(&observer);
      continue;
    }
    press_due_key(&observer);
    struct pollfd fds[] = {{ConnectionNumber(observer.screen.display), POLLIN, 0},
                           {STDIN_FILENO, POLLIN, 0}};
    poll(fds, 2, wr_keys_wait_ms(&observer.keys, POLL_MS));
    char line[4096];
    if (fds[1].revents && !fgets(line, sizeof line, stdin))
      return 0;
    if (fds[1].revents)
      obey(&observer, line);
  }
}
