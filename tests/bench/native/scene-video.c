#include "scene.h"

#include <stdlib.h>
#include "backdrop.h"
#include "random.h"

#define TEXTURE_WIDTH 2048
#define TEXTURE_HEIGHT 1024
#define LATTICE 16

/** A film of 1280x720 at 30 fps on a desk: two soft textures that move apart, with grain. */
static const struct wr_rect film = {WR_FILM_X, WR_FILM_Y, WR_FILM_WIDTH, WR_FILM_HEIGHT};

static uint32_t lattice_value(uint32_t column, uint32_t row) {
  return wr_random_hash(column % (TEXTURE_WIDTH / LATTICE), row % (TEXTURE_HEIGHT / LATTICE)) & 255;
}

static unsigned char texture_value(uint32_t x, uint32_t y) {
  uint32_t column = x / LATTICE, row = y / LATTICE, u = x % LATTICE, v = y % LATTICE;
  uint32_t top = lattice_value(column, row) * (LATTICE - u) + lattice_value(column + 1, row) * u;
  uint32_t bottom =
      lattice_value(column, row + 1) * (LATTICE - u) + lattice_value(column + 1, row + 1) * u;
  return (unsigned char)((top * (LATTICE - v) + bottom * v) / (LATTICE * LATTICE));
}

static void draw_row(struct wr_scene *scene, uint32_t y) {
  uint32_t time = scene->frame;
  const unsigned char *texture = scene->state;
  const unsigned char *slow = texture + (y + time * 2) % TEXTURE_HEIGHT * TEXTURE_WIDTH;
  const unsigned char *fast = texture + (y * 2 + time * 3) % TEXTURE_HEIGHT * TEXTURE_WIDTH;
  uint32_t *pixel =
      scene->canvas.pixels + (size_t)((uint32_t)film.y + y) * (size_t)scene->canvas.width + film.x;
  for (uint32_t x = 0; x < (uint32_t)film.width; x++) {
    uint32_t a = slow[(x + time * 5) % TEXTURE_WIDTH], b = fast[(2 * x - time * 5) % TEXTURE_WIDTH];
    uint32_t grain = (x * 7 + y * 13 + time * 31) & 3;
    uint32_t blue = b + grain > 255 ? 255 : b + grain;
    pixel[x] = (a + grain) / 2 << 16 | ((a + b) / 2 + grain) / 2 << 8 | blue;
  }
}

static void step(struct wr_scene *scene) {
  for (uint32_t y = 0; y < (uint32_t)film.height; y++)
    draw_row(scene, y);
  wr_damage_add(&scene->damage, film);
}

static bool start(struct wr_scene *scene) {
  unsigned char *texture = malloc((size_t)TEXTURE_WIDTH * TEXTURE_HEIGHT);
  if (!texture)
    return false;
  for (uint32_t y = 0; y < TEXTURE_HEIGHT; y++)
    for (uint32_t x = 0; x < TEXTURE_WIDTH; x++)
      texture[y * TEXTURE_WIDTH + x] = texture_value(x, y);
  scene->state = texture;
  wr_backdrop_desk(&scene->canvas, scene->font);
  step(scene);
  return true;
}

const struct wr_scene_kind wr_scene_video = {
    .name = "video", .interval_ns = 33333333, .start = start, .step = step};
