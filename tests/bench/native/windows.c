/*
 * Windows that the desktop moves, raises and covers with a menu; they never draw again.
 *   windows wayland|x11 SCENE TAG             shows move, switch or menu until SIGTERM; SIGUSR1
 * opens the windows on the backdrop windows render SCENE TAG [N X Y]...       writes the screen
 * with window N (from 0) at X, Y, the last on top, to stdout as 0x00RRGGBB; the menu is N 0
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "marks.h"
#include "windows.h"

#define FONT_PATH "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf"

static struct wr_windows_wish wish;

static void on_stop(int signal_number) {
  (void)signal_number;
  wish.stopped = 1;
}

static void on_open(int signal_number) {
  (void)signal_number;
  wish.opened = 1;
}

static int render(struct wr_window_scene *scene, char **words, int count) {
  for (int i = 0; i + 2 < count; i += 3) {
    int number = atoi(words[i]);
    if (number < 0 || number >= (scene->has_menu ? 1 : scene->count))
      return 2;
    const struct wr_canvas *canvas = scene->has_menu ? &scene->menu : &scene->windows[number];
    wr_canvas_draw(&scene->backdrop, atoi(words[i + 1]), atoi(words[i + 2]), canvas);
  }
  size_t pixels = (size_t)scene->backdrop.width * (size_t)scene->backdrop.height;
  return fwrite(scene->backdrop.pixels, sizeof(uint32_t), pixels, stdout) == pixels ? 0 : 1;
}

int main(int argc, char **argv) {
  static struct wr_font font;
  static struct wr_window_scene scene;
  if (argc < 4) {
    fprintf(stderr, "usage: windows wayland|x11 SCENE TAG | windows render SCENE TAG [N X Y]...\n");
    return 2;
  }
  uint32_t tag = (uint32_t)strtoul(argv[3], NULL, 10) & 255;
  if (!wr_font_load(&font, FONT_PATH) || !wr_window_scene_make(&scene, argv[2], &font, tag)) {
    fprintf(stderr, "windows: no scene %s\n", argv[2]);
    return 1;
  }
  if (strcmp(argv[1], "render") == 0)
    return render(&scene, argv + 4, argc - 4);
  signal(SIGTERM, on_stop);
  signal(SIGINT, on_stop);
  signal(SIGUSR1, on_open);
  bool wayland = strcmp(argv[1], "wayland") == 0;
  return (wayland ? wr_windows_show_wayland : wr_windows_show_x11)(&scene, &wish) ? 0 : 1;
}
