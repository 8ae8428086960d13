#include "fine.h"

#include <stdlib.h>
#include <string.h>

#define EVEN 32768
#define ANEW 64

/* Pixels around the next one. */
struct around {
  uint32_t w, n, nw, ne, ww, o, ow, on;
};

void wr_fine_finish(struct wr_fine *f) {
  free(f->rows);
  free(f->bits.out);
  *f = (struct wr_fine){0};
}

static void unlearn(struct wr_fine *f) {
  struct wr_chance *chances = (struct wr_chance *)&f->model;
  const size_t count = offsetof(struct wr_fine_model, by_green) / sizeof *chances;
  for (size_t i = 0; i < count; i++)
    chances[i] = (struct wr_chance){EVEN, 0};
  for (uint32_t green = 0; green < 256; green++)
    f->model.by_green[green] = green * 0x010101;
}

void wr_fine_forget(struct wr_fine *f) {
  explicit_bzero(&f->model, sizeof f->model);
  if (f->rows)
    explicit_bzero(f->rows, 3 * ((size_t)f->width + 2) * sizeof *f->rows);
  unlearn(f);
}

void wr_fine_init(struct wr_fine *f) {
  *f = (struct wr_fine){0};
  unlearn(f);
}

void wr_fine_begin(struct wr_fine *f, bool anew) {
  struct wr_chance fixed = {ANEW, 0};
  if (wr_bits_code(&f->bits, &fixed, anew))
    unlearn(f);
}

bool wr_fine_reserve(struct wr_fine *f, int32_t width) {
  if (width <= f->width)
    return true;
  uint32_t *rows = realloc(f->rows, 3 * ((size_t)width + 2) * sizeof *rows);
  if (!rows)
    return false;
  f->rows = rows;
  f->width = width;
  return true;
}

/* n pixels from (x, y) on, which may lie outside. */
static void load(const struct wr_picture *p, int32_t x, int32_t y, int32_t n, uint32_t *to) {
  for (int32_t i = 0; i < n; i++)
    to[i] =
        y < 0 || x + i < 0 || x + i >= p->width ? 0 : *wr_picture_at(p, x + i, y) & WR_PIXEL_RGB;
}

static uint32_t code_byte(struct wr_bits *b, struct wr_chance *tree, uint32_t byte) {
  uint32_t node = 1;
  for (int i = 7; i >= 0; i--)
    node = 2 * node + wr_bits_code(b, &tree[node], byte >> i & 1);
  return node & 255;
}

static uint32_t code_colour(struct wr_fine *f, uint32_t context, uint32_t rgb) {
  struct wr_fine_model *m = &f->model;
  const uint32_t green = code_byte(&f->bits, m->green[context], rgb >> 8 & 255);
  uint32_t *known = &m->by_green[green];
  if (wr_bits_code(&f->bits, &m->known[context], rgb == *known))
    return *known;
  const uint32_t blue = green + code_byte(&f->bits, m->blue, (rgb - green) & 255);
  const uint32_t red = green + code_byte(&f->bits, m->red, ((rgb >> 16) - green) & 255);
  return *known = (red & 255) << 16 | green << 8 | (blue & 255);
}

static uint32_t code_pixel(struct wr_fine *f, const struct around *a, uint32_t rgb) {
  struct wr_fine_model *m = &f->model;
  struct wr_bits *b = &f->bits;
  const uint32_t w_n = a->w == a->n, n_nw = a->n == a->nw, n_ne = a->n == a->ne,
                 w_nw = a->w == a->nw;
  const uint32_t o_ow = a->o == a->ow, o_on = a->o == a->on;
  const uint32_t left = w_n | n_nw << 1 | n_ne << 2 | w_nw << 3 | (uint32_t)(a->w == a->ww) << 4 |
                        o_ow << 5 | o_on << 6 | (uint32_t)(a->o == a->w) << 7;
  if (wr_bits_code(b, &m->left[left], rgb == a->w))
    return a->w;
  const uint32_t above = n_ne | n_nw << 1 | w_nw << 2 | (uint32_t)(a->o == a->n) << 3 | o_on << 4;
  if (!w_n && wr_bits_code(b, &m->above[above], rgb == a->n))
    return a->n;
  if (a->o != a->w && a->o != a->n &&
      wr_bits_code(b, &m->before[o_ow | o_on << 1 | n_nw << 2], rgb == a->o))
    return a->o;
  if (a->ne != a->w && a->ne != a->n && a->ne != a->o &&
      wr_bits_code(b, &m->corner[n_nw | w_nw << 1], rgb == a->ne))
    return a->ne;
  return code_colour(f, w_n, rgb);
}

void wr_fine_code(struct wr_fine *f, struct wr_picture *shown, const struct wr_rect *r,
                  const struct wr_picture *wanted) {
  const size_t length = (size_t)r->w + 2;
  uint32_t *above = f->rows, *old_above = above + length, *old = old_above + length;
  load(shown, r->x - 1, r->y - 1, r->w + 1, old_above);
  for (int32_t y = r->y; y < r->y + r->h; y++) {
    load(shown, r->x - 1, y - 1, r->w + 2, above);
    load(shown, r->x - 1, y, r->w + 1, old);
    uint32_t ww = r->x > 1 ? *wr_picture_at(shown, r->x - 2, y) & WR_PIXEL_RGB : 0, w = old[0];
    for (int32_t i = 0; i < r->w; i++) {
      const struct around around = {w,  above[i + 1], above[i], above[i + 2],
                                    ww, old[i + 1],   old[i],   old_above[i + 1]};
      uint32_t *at = wr_picture_at(shown, r->x + i, y);
      const uint32_t rgb = wanted ? *wr_picture_at(wanted, r->x + i, y) & WR_PIXEL_RGB : 0;
      ww = w;
      w = code_pixel(f, &around, rgb);
      *at = WR_PIXEL_OPAQUE | w;
    }
    uint32_t *swap = old_above;
    old_above = old;
    old = swap;
  }
}
