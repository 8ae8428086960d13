#include "thread.h"

struct drawing {
  SDL_Surface *surface; /* the window's */
  bool all;
  SDL_Rect rects[WR_WINDOW_DAMAGE_MAX];
  int count;
};

static void copy_all(struct drawing *drawing, SDL_Surface *source) {
  SDL_FillRect(drawing->surface, NULL, SDL_MapRGB(drawing->surface->format, 0, 0, 0));
  if (source)
    SDL_BlitSurface(source, NULL, drawing->surface, NULL);
}

static void copy_damage(struct drawing *drawing, SDL_Surface *source,
                        const struct wr_window_picture *picture) {
  SDL_Rect bounds = {0, 0, drawing->surface->w, drawing->surface->h};
  for (size_t i = 0; i < picture->damage_count; i++) {
    const struct wr_window_rect *r = &picture->damage[i];
    SDL_Rect rect = {r->x, r->y, r->width, r->height}, target;
    if (!SDL_IntersectRect(&rect, &bounds, &target))
      continue;
    drawing->rects[drawing->count++] = target;
    rect = target;
    SDL_BlitSurface(source, &rect, drawing->surface, &target);
  }
}

static SDL_Surface *wrap(const struct wr_window_picture *picture) {
  if (!picture->pixels)
    return NULL;
  SDL_Surface *source =
      SDL_CreateRGBSurfaceWithFormatFrom(picture->pixels, picture->width, picture->height, 32,
                                         picture->width * 4, SDL_PIXELFORMAT_RGB888);
  if (source)
    SDL_SetSurfaceBlendMode(source, SDL_BLENDMODE_NONE);
  return source;
}

static void copy_picture(struct drawing *drawing, struct wr_window_picture *picture) {
  SDL_Surface *source = wrap(picture);
  drawing->all = drawing->all || picture->resized;
  if (drawing->all)
    copy_all(drawing, source);
  else if (source)
    copy_damage(drawing, source, picture);
  SDL_FreeSurface(source);
  wr_window_picture_clear_damage(picture);
}

static bool show(struct wr_window_screen *screen, const struct drawing *drawing) {
  if (drawing->all)
    return SDL_UpdateWindowSurface(screen->window) == 0;
  return drawing->count == 0 ||
         SDL_UpdateWindowSurfaceRects(screen->window, drawing->rects, drawing->count) == 0;
}

static bool is_due(struct wr_window_screen *screen) {
  struct wr_window *shared = screen->shared;
  pthread_mutex_lock(&shared->mutex);
  bool due = screen->redraw || shared->sequence != screen->presented;
  pthread_mutex_unlock(&shared->mutex);
  return due;
}

/* The mutex is held while pixels are copied, not while the display is talked to: the owner never
 * waits for that. */
void wr_window_screen_draw(struct wr_window_screen *screen) {
  struct wr_window *shared = screen->shared;
  if (!is_due(screen))
    return;
  struct drawing drawing = {.surface = SDL_GetWindowSurface(screen->window)};
  if (!drawing.surface)
    return;
  drawing.all = screen->redraw || drawing.surface != screen->shown;
  pthread_mutex_lock(&shared->mutex);
  uint64_t sequence = shared->sequence;
  copy_picture(&drawing, &shared->picture);
  pthread_mutex_unlock(&shared->mutex);
  screen->redraw = !show(screen, &drawing);
  screen->shown = drawing.surface;
  if (screen->redraw || sequence == screen->presented)
    return;
  screen->presented = sequence;
  wr_window_emit(screen, (struct wr_window_event){.kind = WR_WINDOW_PRESENTED,
                                                  .a = (double)sequence,
                                                  .b = wr_window_now_ns()});
}
