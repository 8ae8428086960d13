/*
 * Watches the screen that a viewer draws on ($DISPLAY) and types into it. One command per line on
 * stdin, one answer per line on stdout; times are CLOCK_MONOTONIC in ns:
 *   await TAG       -> shown VALUE TIME   once a frame with this tag is on the screen
 *   whole           -> whole TIME         once all marks of a still picture are on the screen
 *   blank           -> blank TIME         once there is no frame on the screen
 *   load PATH       -> loaded             the picture that the screen is to become (see save)
 *   final WAIT_MS   -> final WHOLE EXACT  as whole, and once the screen is that picture; EXACT is 0
 *                                         when it is not within WAIT_MS of the whole
 *   type COUNT      -> typed COUNT        once the last key is pressed
 *   scene NAME      -> expected           what is shown from now on; says where frames have a
 * second barcode, without which they do not count as shown find VALUE      -> found X Y          of
 * a barcode anywhere on the screen, or "missing" point X Y       -> pointed            moves the
 * pointer click X Y VALUE 1|0 -> clicked PRESSED SEEN clicks where the pointer is; seen when there
 * is this barcode at X, Y, or (0) no longer is drag VALUE X Y WIDTH HEIGHT STEPS -> dragged STEPS
 *                                         moves the window with Alt; logs steps and places
 *   save PATH       -> saved VALUE        or "unsaved" when there is no whole frame
 *   report          -> frame, key, step and place lines since the last report, then "end DROPPED"
 * A new await, whole, final, blank or click replaces the one before. Ends with its stdin.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "clock.h"
#include "inner-mark.h"
#include "marks.h"
#include "observer-keys.h"
#include "observer-log.h"
#include "observer-pointer.h"
#include "observer-screen.h"

#define POLL_MS 50
#define NO_FRAME UINT32_MAX

enum condition { NOTHING, SHOWN, WHOLE, FINAL, BLANK, CLICKED };

struct observer {
  struct wr_screen screen;
  struct wr_keys keys;
  struct wr_drag drag;
  struct wr_log log;
  uint32_t value;  /* of the last picture, or NO_FRAME */
  uint32_t logged; /* the last frame of which everything was there */
  char scene[16];
  enum condition awaited;
  uint32_t awaited_tag;
  int marks_seen;
  struct {
    uint32_t *picture;
    int64_t wait_ns, whole_ns; /* 0: not whole yet */
  } final;                     /* for FINAL */
  struct {
    struct wr_rect place;
    uint32_t value;
    bool present;
    int64_t pressed_ns;
  } click; /* for CLICKED */
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

static bool is_answered(struct observer *observer) {
  uint32_t value;
  bool found = wr_screen_read_barcode(&observer->screen, observer->click.place, &value) &&
               value == observer->click.value;
  return found == observer->click.present;
}

/** The times are those before looking, as comparing takes milliseconds. */
static void check_final(struct observer *observer) {
  int64_t now_ns = wr_clock_now_ns();
  int64_t *whole_ns = &observer->final.whole_ns;
  if (*whole_ns == 0 && observer->value != NO_FRAME && is_whole(observer))
    *whole_ns = now_ns;
  if (*whole_ns == 0)
    return;
  bool exact =
      observer->final.picture && wr_screen_equals(&observer->screen, observer->final.picture);
  if (!exact && now_ns - *whole_ns < observer->final.wait_ns)
    return;
  char line[80];
  snprintf(line, sizeof line, "final %lld %lld", (long long)*whole_ns,
           exact ? (long long)now_ns : 0);
  answer(observer, line);
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
  } else if (observer->awaited == FINAL) {
    check_final(observer);
  } else if (observer->awaited == CLICKED && is_answered(observer)) {
    snprintf(line, sizeof line, "clicked %lld %lld", (long long)observer->click.pressed_ns,
             (long long)wr_clock_now_ns());
    answer(observer, line);
  } else if (observer->awaited == BLANK && !framed) {
    snprintf(line, sizeof line, "blank %lld", (long long)wr_clock_now_ns());
    answer(observer, line);
  }
}

/** The barcode at the top left may be there before the rest of its frame. */
static bool is_complete(struct observer *observer, uint32_t value) {
  struct wr_rect place;
  uint32_t inner;
  if (!wr_inner_mark_place(observer->scene, value & 0xffff, &place))
    return true;
  return wr_screen_read_barcode(&observer->screen, place, &inner) && inner == value;
}

static void look(struct observer *observer) {
  uint32_t value;
  if (!wr_screen_read_barcode(&observer->screen, frame_place, &value))
    value = NO_FRAME;
  int64_t seen_ns = wr_clock_now_ns();
  if (value != NO_FRAME && value != observer->logged && is_complete(observer, value)) {
    wr_log_add(&observer->log, WR_LOG_FRAME, value, seen_ns);
    observer->logged = value;
  }
  observer->value = value;
  if (observer->drag.seen < observer->drag.steps)
    wr_drag_look(&observer->drag, &observer->screen, &observer->log);
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

static void make_due_step(struct observer *observer) {
  if (!wr_drag_step_due(&observer->drag, observer->screen.display, &observer->log))
    return;
  printf("dragged %u\n", observer->drag.steps);
  fflush(stdout);
}

static void expect_scene(struct observer *observer, const char *name) {
  snprintf(observer->scene, sizeof observer->scene, "%s", name);
  puts("expected");
  fflush(stdout);
}

static void find(struct observer *observer, const char *argument) {
  struct wr_rect place;
  if (wr_screen_find_barcode(&observer->screen, (uint32_t)strtoul(argument, NULL, 10), &place))
    printf("found %d %d\n", place.x, place.y);
  else
    puts("missing");
  fflush(stdout);
}

static void drag(struct observer *observer, const char *argument) {
  uint32_t value, steps;
  struct wr_rect window;
  if (sscanf(argument, "%u %d %d %d %d %u", &value, &window.x, &window.y, &window.width,
             &window.height, &steps) == 6)
    wr_drag_start(&observer->drag, observer->screen.display, window, value, steps);
}

static void point(struct observer *observer, const char *argument) {
  int32_t x, y;
  if (sscanf(argument, "%d %d", &x, &y) == 2)
    wr_pointer_move(observer->screen.display, x, y);
  puts("pointed");
  fflush(stdout);
}

static void load(struct observer *observer, const char *path) {
  static uint32_t picture[WR_MARKS_SCREEN_WIDTH * WR_MARKS_SCREEN_HEIGHT];
  FILE *file = fopen(path, "r");
  bool loaded = file && fread(picture, sizeof picture, 1, file) == 1;
  if (file)
    fclose(file);
  observer->final.picture = loaded ? picture : NULL;
  puts(loaded ? "loaded" : "unloaded");
  fflush(stdout);
}

static bool is_captured_complete(struct observer *observer, uint32_t value) {
  struct wr_rect place;
  uint32_t inner;
  if (!wr_inner_mark_place(observer->scene, value & 0xffff, &place))
    return true;
  return wr_screen_captured_barcode(&observer->screen, place, &inner) && inner == value;
}

static void save(struct observer *observer, const char *path) {
  uint32_t value;
  struct wr_screen *screen = &observer->screen;
  if (wr_screen_capture(screen, &value) && is_captured_complete(observer, value) &&
      wr_screen_save(screen, path))
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

static void await_final(struct observer *observer, const char *argument) {
  observer->final.wait_ns = strtoll(argument, NULL, 10) * 1000000;
  observer->final.whole_ns = 0;
  await(observer, FINAL, "");
}

static void click(struct observer *observer, const char *argument) {
  struct wr_rect place = {0, 0, WR_BARCODE_WIDTH, WR_BARCODE_HEIGHT};
  uint32_t value, present;
  if (sscanf(argument, "%d %d %u %u", &place.x, &place.y, &value, &present) != 4)
    return;
  observer->click.place = place;
  observer->click.value = value;
  observer->click.present = present != 0;
  observer->awaited = CLICKED;
  observer->click.pressed_ns = wr_pointer_click(observer->screen.display);
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
  else if (strcmp(line, "scene") == 0)
    expect_scene(observer, argument);
  else if (strcmp(line, "find") == 0)
    find(observer, argument);
  else if (strcmp(line, "point") == 0)
    point(observer, argument);
  else if (strcmp(line, "click") == 0)
    click(observer, argument);
  else if (strcmp(line, "drag") == 0)
    drag(observer, argument);
  else if (strcmp(line, "load") == 0)
    load(observer, argument);
  else if (strcmp(line, "final") == 0)
    await_final(observer, argument);
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
    make_due_step(&observer);
    if (observer.awaited == FINAL && observer.final.whole_ns > 0)
      check_final(&observer);
    if (wr_screen_has_events(&observer.screen))
      continue;
    struct pollfd fds[] = {{ConnectionNumber(observer.screen.display), POLLIN, 0},
                           {STDIN_FILENO, POLLIN, 0}};
    poll(fds, 2, wr_drag_wait_ms(&observer.drag, wr_keys_wait_ms(&observer.keys, POLL_MS)));
    char line[4096];
    if (fds[1].revents && !fgets(line, sizeof line, stdin))
      return 0;
    if (fds[1].revents)
      obey(&observer, line);
  }
}
