#include "planes.h"
#include "dispatch.h"

/* Above this the table look-ups cost more time than the bytes they save are worth. */
#define LINE_MAX_PIXELS (4 * WR_TILE * WR_TILE)
/* The two colours take six bytes. */
#define TINT_MIN_GAIN 12
/* Letters are smaller, and are no photographs. */
#define GRADED_MIN_SIDE 16
/* Of neighbours, at least that share differ, and not by more than this on average. */
#define GRADED_SHARE 0.5
#define GRADED_MEAN_STEP 24

struct line {
  uint8_t blue[256], red[256];
};

static int32_t channel(int32_t rgb, int shift) { return rgb >> shift & 255; }

static int32_t floor_divide(int32_t n, int32_t d) {
  const int32_t q = n / d;
  return n % d != 0 && (n < 0) != (d < 0) ? q - 1 : q;
}

static void fill_channel(uint8_t *table, int32_t a, int32_t b, int shift) {
  const int32_t d = channel(b, 8) - channel(a, 8);
  const int32_t rise = channel(b, shift) - channel(a, shift);
  for (int32_t green = 0; green < 256; green++) {
    const int32_t t = (green - channel(a, 8)) * rise;
    table[green] = (uint8_t)(d == 0 ? green : channel(a, shift) + floor_divide(2 * t + d, 2 * d));
  }
}

static void fill_line(struct line *line, int32_t a, int32_t b) {
  fill_channel(line->blue, a, b, 0);
  fill_channel(line->red, a, b, 16);
}

WR_KERNEL void pack_grey(const uint32_t *restrict row, const uint32_t *restrict base, uint32_t mask,
                         int32_t w, uint8_t *restrict green, uint8_t *restrict blue,
                         uint8_t *restrict red) {
  for (int32_t x = 0; x < w; x++) {
    const uint32_t v = row[x] ^ (base[x] & mask);
    green[x] = (uint8_t)(v >> 8);
    blue[x] = (uint8_t)(v - (v >> 8));
    red[x] = (uint8_t)((v >> 16) - (v >> 8));
  }
}

static void pack_line(const uint32_t *row, const uint32_t *base, uint32_t mask, int32_t w,
                      const struct line *line, uint8_t *green, uint8_t *blue, uint8_t *red) {
  for (int32_t x = 0; x < w; x++) {
    const uint32_t v = row[x] ^ (base[x] & mask);
    const uint8_t g = (uint8_t)(v >> 8);
    green[x] = g;
    blue[x] = (uint8_t)(v - line->blue[g]);
    red[x] = (uint8_t)((v >> 16) - line->red[g]);
  }
}

static bool is_graded(const struct wr_region *r) {
  return r->encoding == WR_ENCODING_TINTED && r->a == r->b;
}

WR_KERNEL void pack_steps(const uint32_t *restrict row, const uint32_t *restrict left, int32_t w,
                          uint8_t *restrict green, uint8_t *restrict blue, uint8_t *restrict red) {
  for (int32_t x = 0; x < w; x++) {
    const uint32_t step = (row[x] >> 8) - (left[x] >> 8);
    green[x] = (uint8_t)step;
    blue[x] = (uint8_t)(row[x] - left[x] - step);
    red[x] = (uint8_t)((row[x] >> 16) - (left[x] >> 16) - step);
  }
}

/* above: the first pixel of the row above. */
WR_KERNEL void pack_graded(const uint32_t *row, uint32_t above, int32_t w, uint8_t *green,
                           uint8_t *blue, uint8_t *red) {
  pack_steps(row, &above, 1, green, blue, red);
  pack_steps(row + 1, row, w - 1, green + 1, blue + 1, red + 1);
}

WR_KERNEL void pack(const struct wr_region *r, const struct wr_picture *p,
                    const struct wr_picture *base, uint8_t *out) {
  const size_t n = (size_t)r->w * (size_t)r->h;
  const uint32_t mask = r->encoding == WR_ENCODING_DELTA ? WR_PIXEL_RGB : 0;
  const bool graded = is_graded(r), tinted = r->encoding == WR_ENCODING_TINTED && !graded;
  uint32_t above = 0;
  struct line line;
  if (tinted)
    fill_line(&line, r->a, r->b);
  for (int32_t y = 0; y < r->h; y++, out += r->w) {
    const uint32_t *row = wr_picture_at(p, r->x, r->y + y);
    const uint32_t *old = wr_picture_at(base, r->x, r->y + y);
    if (graded)
      pack_graded(row, above, r->w, out, out + n, out + 2 * n);
    else if (tinted)
      pack_line(row, old, mask, r->w, &line, out, out + n, out + 2 * n);
    else
      pack_grey(row, old, mask, r->w, out, out + n, out + 2 * n);
    above = row[0];
  }
}

WR_DISPATCH(void, wr_planes_pack, pack,
            (const struct wr_region *r, const struct wr_picture *p, const struct wr_picture *base,
             uint8_t *out),
            (r, p, base, out))

/* keep = WR_PIXEL_RGB leaves the old pixel in for XOR, 0 drops it. */
WR_KERNEL void unpack_grey(uint32_t *restrict row, uint32_t keep, int32_t w,
                           const uint8_t *restrict green, const uint8_t *restrict blue,
                           const uint8_t *restrict red) {
  for (int32_t x = 0; x < w; x++) {
    const uint32_t g = green[x], b = (blue[x] + g) & 255, r = (red[x] + g) & 255;
    row[x] = WR_PIXEL_OPAQUE | ((row[x] & keep) ^ (r << 16 | g << 8 | b));
  }
}

static void unpack_line(uint32_t *row, uint32_t keep, int32_t w, const struct line *line,
                        const uint8_t *green, const uint8_t *blue, const uint8_t *red) {
  for (int32_t x = 0; x < w; x++) {
    const uint32_t g = green[x];
    const uint32_t b = (blue[x] + line->blue[g]) & 255u, r = (red[x] + line->red[g]) & 255u;
    row[x] = WR_PIXEL_OPAQUE | ((row[x] & keep) ^ (r << 16 | g << 8 | b));
  }
}

/* first: of the row above, then of this one. */
static void unpack_graded(uint32_t *row, int32_t w, const uint8_t *green, const uint8_t *blue,
                          const uint8_t *red, uint8_t first[3]) {
  uint8_t g = first[0] = (uint8_t)(first[0] + green[0]);
  uint8_t b = first[1] = (uint8_t)(first[1] + blue[0]);
  uint8_t r = first[2] = (uint8_t)(first[2] + red[0]);
  for (int32_t x = 0;;) {
    row[x] =
        WR_PIXEL_OPAQUE | (uint32_t)(uint8_t)(r + g) << 16 | (uint32_t)g << 8 | (uint8_t)(b + g);
    if (++x == w)
      return;
    g = (uint8_t)(g + green[x]);
    b = (uint8_t)(b + blue[x]);
    r = (uint8_t)(r + red[x]);
  }
}

WR_KERNEL void unpack(const struct wr_region *r, const uint8_t *in, struct wr_picture *p) {
  const size_t n = (size_t)r->w * (size_t)r->h;
  const uint32_t keep = r->encoding == WR_ENCODING_DELTA ? WR_PIXEL_RGB : 0;
  const bool graded = is_graded(r), tinted = r->encoding == WR_ENCODING_TINTED && !graded;
  uint8_t first[3] = {0};
  struct line line;
  if (tinted)
    fill_line(&line, r->a, r->b);
  for (int32_t y = 0; y < r->h; y++, in += r->w) {
    uint32_t *row = wr_picture_at(p, r->x, r->y + y);
    if (graded)
      unpack_graded(row, r->w, in, in + n, in + 2 * n, first);
    else if (tinted)
      unpack_line(row, keep, r->w, &line, in, in + n, in + 2 * n);
    else
      unpack_grey(row, keep, r->w, in, in + n, in + 2 * n);
  }
}

WR_DISPATCH(void, wr_planes_unpack, unpack,
            (const struct wr_region *r, const uint8_t *in, struct wr_picture *p), (r, in, p))

/* The darkest and the lightest green: the two colours of a text, whatever they are. */
static void extremes(const struct wr_region *r, const struct wr_picture *p, uint32_t *dark,
                     uint32_t *light) {
  *dark = *light = *wr_picture_at(p, r->x, r->y);
  for (int32_t y = 0; y < r->h; y++) {
    const uint32_t *row = wr_picture_at(p, r->x, r->y + y);
    for (int32_t x = 0; x < r->w; x++) {
      if ((row[x] & 0xff00) < (*dark & 0xff00))
        *dark = row[x];
      if ((row[x] & 0xff00) > (*light & 0xff00))
        *light = row[x];
    }
  }
}

static uint32_t misses(const struct wr_region *r, const struct wr_picture *p,
                       const struct line *line) {
  uint32_t count = 0;
  for (int32_t y = 0; y < r->h; y++) {
    const uint32_t *row = wr_picture_at(p, r->x, r->y + y);
    for (int32_t x = 0; x < r->w; x++) {
      const uint32_t g = row[x] >> 8 & 255;
      count += (row[x] & 255) != line->blue[g];
      count += (row[x] >> 16 & 255) != line->red[g];
    }
  }
  return count;
}

void wr_planes_predict(struct wr_region *r, const struct wr_picture *p, bool gradual) {
  if (gradual)
    r->encoding = WR_ENCODING_TINTED;
  if (gradual || r->encoding != WR_ENCODING_PIXELS || (int64_t)r->w * r->h > LINE_MAX_PIXELS)
    return;
  struct line line;
  fill_line(&line, 0x000000, 0xffffff);
  const uint32_t grey_misses = misses(r, p, &line);
  if (grey_misses <= TINT_MIN_GAIN)
    return;
  uint32_t dark, light;
  extremes(r, p, &dark, &light);
  dark &= WR_PIXEL_RGB;
  light &= WR_PIXEL_RGB;
  fill_line(&line, (int32_t)dark, (int32_t)light);
  if (misses(r, p, &line) + TINT_MIN_GAIN >= grey_misses)
    return;
  r->encoding = WR_ENCODING_TINTED;
  r->a = (int32_t)dark;
  r->b = (int32_t)light;
}

WR_KERNEL bool gradual(const struct wr_picture *p, const struct wr_rect *r) {
  uint32_t breaks = 0, steps = 0;
  if (r->w < GRADED_MIN_SIDE || r->h < GRADED_MIN_SIDE)
    return false;
  for (int32_t y = 0; y < r->h; y++) {
    const uint32_t *row = wr_picture_at(p, r->x, r->y + y);
    for (int32_t x = 1; x < r->w; x++) {
      const int32_t step = (int32_t)(row[x] >> 8 & 255) - (int32_t)(row[x - 1] >> 8 & 255);
      breaks += ((row[x] ^ row[x - 1]) & WR_PIXEL_RGB) != 0;
      steps += (uint32_t)(step < 0 ? -step : step);
    }
  }
  return breaks > GRADED_SHARE * (double)wr_rect_area(r) && steps < GRADED_MEAN_STEP * breaks;
}

WR_DISPATCH(bool, wr_planes_gradual, gradual, (const struct wr_picture *p, const struct wr_rect *r),
            (p, r))
