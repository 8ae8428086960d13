#include "thread.h"

#include <stdlib.h>
#include <string.h>

/* SDL's X11 driver hands pixels on as they are, and X11 wants them premultiplied; its Wayland
 * driver multiplies itself. */
static void unpremultiply(struct wr_window_cursor *cursor) {
  size_t count = (size_t)cursor->width * (size_t)cursor->height;
  for (size_t i = 0; i < count; i++) {
    uint32_t pixel = cursor->argb[i], alpha = pixel >> 24, result = alpha << 24;
    if (alpha == 0 || alpha == 255)
      continue;
    for (int shift = 0; shift < 24; shift += 8) {
      uint32_t value = ((pixel >> shift & 0xff) * 255 + alpha / 2) / alpha;
      result |= (value > 255 ? 255 : value) << shift;
    }
    cursor->argb[i] = result;
  }
}

static SDL_Cursor *create_cursor(struct wr_window_screen *screen, struct wr_window_cursor *image) {
  if (screen->wayland)
    unpremultiply(image);
  SDL_Surface *surface = SDL_CreateRGBSurfaceWithFormatFrom(
      image->argb, image->width, image->height, 32, image->width * 4, SDL_PIXELFORMAT_ARGB8888);
  if (!surface)
    return NULL;
  SDL_Cursor *cursor = SDL_CreateColorCursor(surface, image->hotspot_x, image->hotspot_y);
  SDL_FreeSurface(surface);
  return cursor;
}

static void apply_cursor(struct wr_window_screen *screen, struct wr_window_cursor *image) {
  SDL_Cursor *old = screen->cursor;
  screen->cursor = image ? create_cursor(screen, image) : NULL;
  /* An image that the display refuses leaves its default cursor: better than none. */
  SDL_SetCursor(screen->cursor ? screen->cursor : SDL_GetDefaultCursor());
  SDL_ShowCursor(image ? SDL_ENABLE : SDL_DISABLE);
  if (old)
    SDL_FreeCursor(old);
}

static void apply_size(struct wr_window_screen *screen, int32_t width, int32_t height) {
  int points_wide, points_high;
  SDL_GetWindowSize(screen->window, &points_wide, &points_high);
  if (screen->width > 0 && screen->height > 0) {
    width = (int32_t)((int64_t)width * points_wide / screen->width);
    height = (int32_t)((int64_t)height * points_high / screen->height);
  }
  SDL_SetWindowSize(screen->window, width, height);
}

bool wr_window_screen_apply(struct wr_window_screen *screen) {
  struct wr_window *shared = screen->shared;
  pthread_mutex_lock(&shared->mutex);
  struct wr_window_wishes wishes = shared->wishes;
  memset(&shared->wishes, 0, sizeof shared->wishes);
  shared->wishes.quit = wishes.quit;
  pthread_mutex_unlock(&shared->mutex);
  if (!wishes.quit) {
    if (wishes.title_set)
      SDL_SetWindowTitle(screen->window, wishes.title);
    if (wishes.fullscreen_set)
      wr_window_screen_set_fullscreen(screen, wishes.fullscreen);
    if (wishes.size_set)
      apply_size(screen, wishes.width, wishes.height);
    if (wishes.grab_set)
      SDL_SetWindowKeyboardGrab(screen->window, wishes.grab ? SDL_TRUE : SDL_FALSE);
    if (wishes.cursor_set)
      apply_cursor(screen, wishes.cursor);
  }
  free(wishes.cursor);
  return !wishes.quit;
}
