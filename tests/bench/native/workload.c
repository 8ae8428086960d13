/*
 * A client that shows known pictures at known times.
 *   workload wayland|x11 SCENE[,SCENE]... TAG LOG
 *                                          shows the first scene until SIGTERM; SIGUSR1: the next
 * one workload render SCENE TAG FRAME...     writes these frames (ascending) to stdout as
 * 0x00RRGGBB LOG gets one line per frame: "FRAME TIME_NS KEYS_SEEN TICKS_MISSED".
 */
#define _GNU_SOURCE
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "backend.h"
#include "clock.h"
#include "pacer.h"
#include "scene.h"

#define FONT_PATH "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf"
/* Bounds the wait, so that a signal between the check and the poll is noticed. */
#define POLL_MS 200
#define MAX_SCENES 64

/** Scenes by name, to be shown one after the other. */
struct playlist {
  const struct wr_scene_kind *kinds[MAX_SCENES];
  int count;
};

static volatile sig_atomic_t stopped;
/** Which scene of the list is wanted. */
static volatile sig_atomic_t wanted;

static void on_stop(int signal_number) {
  (void)signal_number;
  stopped = 1;
}

static void on_next(int signal_number) {
  (void)signal_number;
  wanted++;
}

static int fail(const char *what) {
  fprintf(stderr, "workload: %s\n", what);
  return 1;
}

static void present(struct wr_backend *backend, struct wr_pacer *pacer, struct wr_scene *scene,
                    FILE *log) {
  pacer->due = false;
  backend->present(backend, &scene->damage);
  fprintf(log, "%u %lld %u %u\n", wr_scene_number(scene), (long long)wr_clock_now_ns(),
          pacer->keys_seen, pacer->ticks_missed);
}

static int show(struct wr_backend *backend, const struct playlist *list, struct wr_scene *scene,
                FILE *log) {
  struct wr_pacer pacer;
  int shown = 0;
  if (!wr_pacer_start(&pacer, scene->kind))
    return fail("no timer");
  present(backend, &pacer, scene, log);
  while (!stopped) {
    if (!backend->dispatch(backend, &pacer))
      return fail("the display server is gone");
    if (shown < wanted && shown + 1 < list->count && backend->can_present(backend)) {
      const struct wr_scene_kind *next = list->kinds[++shown];
      if (!wr_scene_change(scene, next) || !wr_pacer_change(&pacer, next))
        return fail("memory is short");
      present(backend, &pacer, scene, log);
      continue;
    }
    if (pacer.due && backend->can_present(backend)) {
      wr_scene_step(scene);
      present(backend, &pacer, scene, log);
      continue;
    }
    struct pollfd fds[] = {{backend->fd, POLLIN, 0}, {pacer.timer_fd, POLLIN, 0}};
    if (poll(fds, 2, POLL_MS) > 0 && fds[1].revents)
      wr_pacer_tick(&pacer);
  }
  return 0;
}

static int show_on(const char *server, const struct playlist *list, const struct wr_font *font,
                   uint32_t tag, const char *log_path) {
  bool wayland = strcmp(server, "wayland") == 0;
  struct wr_backend *backend = wayland ? wr_backend_open_wayland() : wr_backend_open_x11();
  if (!backend)
    return 1;
  FILE *log = fopen(log_path, "w");
  if (!log)
    return fail("the log cannot be written");
  struct wr_scene scene;
  if (!wr_scene_start(&scene, list->kinds[0], font, backend->canvas, tag))
    return fail("memory is short");
  int status = show(backend, list, &scene, log);
  return fclose(log) == 0 ? status : 1;
}

static int render(const struct wr_scene_kind *kind, const struct wr_font *font, uint32_t tag,
                  char **frames, int count) {
  struct wr_canvas canvas = wr_canvas_allocate(WR_MARKS_SCREEN_WIDTH, WR_MARKS_SCREEN_HEIGHT);
  struct wr_scene scene;
  if (!canvas.pixels || !wr_scene_start(&scene, kind, font, canvas, tag))
    return fail("memory is short");
  size_t pixels = (size_t)canvas.width * (size_t)canvas.height;
  for (int i = 0; i < count; i++) {
    uint32_t wanted = (uint32_t)strtoul(frames[i], NULL, 10);
    while (scene.frame < wanted)
      wr_scene_step(&scene);
    if (fwrite(canvas.pixels, sizeof(uint32_t), pixels, stdout) != pixels)
      return fail("stdout is closed");
  }
  return 0;
}

static bool find_scenes(struct playlist *list, char *names) {
  for (char *rest = names, *name; (name = strsep(&rest, ","));) {
    if (list->count == MAX_SCENES || !(list->kinds[list->count++] = wr_scene_find(name)))
      return false;
  }
  return true;
}

int main(int argc, char **argv) {
  struct playlist list = {0};
  if (argc < 5 || !find_scenes(&list, argv[2])) {
    fprintf(stderr, "usage: workload wayland|x11 SCENE[,SCENE]... TAG LOG | workload render SCENE "
                    "TAG FRAME...\n"
                    "scenes: type scroll drag video idle still\n");
    return 2;
  }
  signal(SIGTERM, on_stop);
  signal(SIGINT, on_stop);
  signal(SIGUSR1, on_next);
  static struct wr_font font;
  if (!wr_font_load(&font, FONT_PATH))
    return 1;
  uint32_t tag = (uint32_t)strtoul(argv[3], NULL, 10) & 255;
  if (strcmp(argv[1], "render") == 0)
    return render(list.kinds[0], &font, tag, argv + 4, argc - 4);
  return show_on(argv[1], &list, &font, tag, argv[4]);
}
