#include "motion.h"

#include <stdlib.h>
#include <string.h>

/* A longer gap between changes, in free time, ends a run. */
#define GAP_MS 200
/* And so does one by the clock on the wall. An application draws more often, however slow the link
 * is; but where free time stands still, what a window uncovers now and again seems to go on. */
#define WALL_GAP_MS 800
#define HOT_AFTER_MS 600
#define HOT_PER_SECOND 10
#define WARM_CHANGES 3
#define PLAN_EVERY_MS 250
/* Of ten tiles around a film, so many belong to it. */
#define FILLED_OF_TEN 3
#define NATURAL_OF_TEN 2
/* Edges that move by less keep a stream. */
#define EDGE_SLACK 2
/* A new key picture is dear: edges may change again after this. */
#define SETTLED_MS 1000
/* Without motion. */
#define REFINE_AFTER_MS 120
#define MAX_PATIENCE_MS 400
#define END_AFTER_MS 2000
#define FORGIVEN_AFTER_MS 3000
/* A tile amid motion that rests this long is made exact. */
#define TILE_RESTS_MS 500
#define LONG_AGO INT64_MIN / 4

#define SAMPLES_ACROSS 16
#define COLOUR_BITS 9
#define MIN_COLOURS 16
/* Between the pixels of a letter and what is around it. */
#define EDGE 32

bool wr_motion_init(struct wr_motion *m, int32_t width, int32_t height) {
  m->width = width;
  m->height = height;
  m->across = wr_tiles_across(width);
  m->down = wr_tiles_across(height);
  const size_t tiles = (size_t)m->across * (size_t)m->down;
  m->tiles = calloc(tiles, sizeof *m->tiles);
  m->queue = calloc(tiles, sizeof *m->queue);
  if (!m->tiles || !m->queue)
    return false;
  wr_motion_clear(m);
  return true;
}

void wr_motion_finish(struct wr_motion *m) {
  free(m->tiles);
  free(m->queue);
}

void wr_motion_clear(struct wr_motion *m) {
  const size_t tiles = (size_t)m->across * (size_t)m->down;
  memset(m->tiles, 0, tiles * sizeof *m->tiles);
  for (size_t i = 0; i < tiles; i++)
    m->tiles[i].last_free_ms = m->tiles[i].last_ms = LONG_AGO;
  memset(m->streams, 0, sizeof m->streams);
  m->planned_ms = LONG_AGO;
  m->lossy_count = 0;
}

static struct wr_motion_tile *tile_at(const struct wr_motion *m, int32_t tx, int32_t ty) {
  return &m->tiles[ty * m->across + tx];
}

static bool edge_between(uint32_t a, uint32_t b) {
  const int32_t green = (int32_t)(a >> 8 & 255) - (int32_t)(b >> 8 & 255);
  const int32_t red = (int32_t)(a >> 16 & 255) - (int32_t)(b >> 16 & 255);
  return green > EDGE || green < -EDGE || red > EDGE || red < -EDGE;
}

struct samples {
  int32_t nx, ny;
  int32_t x[SAMPLES_ACROSS]; /* in each row */
};

static struct samples samples_of(const struct wr_rect *r) {
  struct samples s = {r->w < SAMPLES_ACROSS ? r->w : SAMPLES_ACROSS,
                      r->h < SAMPLES_ACROSS ? r->h : SAMPLES_ACROSS,
                      {0}};
  for (int32_t i = 0; i < s.nx; i++)
    s.x[i] = i * r->w / s.nx;
  return s;
}

static const uint32_t *sampled_row(const struct wr_picture *p, const struct wr_rect *r,
                                   const struct samples *s, int32_t j) {
  return wr_picture_at(p, r->x, r->y + j * r->h / s->ny);
}

static bool has_edge(const struct wr_picture *p, const struct wr_rect *r, const struct samples *s) {
  for (int32_t j = 0; j < s->ny; j++) {
    const uint32_t *row = sampled_row(p, r, s, j);
    for (int32_t i = 0; i < s->nx; i++) {
      const int32_t x = s->x[i];
      if (edge_between(row[x], row[x + 1 < r->w ? x + 1 : x]) ||
          edge_between(row[x], row[x + 2 < r->w ? x + 2 : x]))
        return true;
    }
  }
  return false;
}

enum wr_looks wr_motion_looks(const struct wr_picture *p, const struct wr_rect *r) {
  const struct samples s = samples_of(r);
  const int32_t samples = s.nx * s.ny;
  const int32_t wanted = samples / 4 < MIN_COLOURS ? samples / 4 : MIN_COLOURS;
  uint8_t counts[1 << COLOUR_BITS] = {0};
  int32_t colours = 0, most = 0;
  for (int32_t j = 0; j < s.ny; j++) {
    const uint32_t *row = sampled_row(p, r, &s, j);
    for (int32_t i = 0; i < s.nx; i++) {
      uint8_t *count = &counts[(row[s.x[i]] & WR_PIXEL_RGB) * 0x9e3779b1u >> (32 - COLOUR_BITS)];
      colours += *count == 0;
      *count += *count < 255;
      most = *count > most ? *count : most;
    }
  }
  if (samples < SAMPLES_ACROSS || colours < wanted / 2 || 2 * most > samples)
    return has_edge(p, r, &s) ? WR_LOOKS_GRAPHIC : WR_LOOKS_BETWEEN;
  return colours >= wanted && most * 4 <= samples ? WR_LOOKS_NATURAL : WR_LOOKS_BETWEEN;
}

/* Majority vote: keeps the value that more than half of the notes had. */
static void vote(struct wr_edge *e, int32_t value) {
  if (e->votes == 0)
    *e = (struct wr_edge){(int16_t)value, 1};
  else if (e->value == value)
    e->votes += e->votes < 60;
  else
    e->votes--;
}

static bool goes_on(const struct wr_motion *m, const struct wr_motion_tile *t) {
  return m->free_ms - t->last_free_ms <= GAP_MS && m->now_ms - t->last_ms <= WALL_GAP_MS;
}

void wr_motion_note(struct wr_motion *m, int32_t tx, int32_t ty, const struct wr_rect *changed,
                    enum wr_looks looks) {
  struct wr_motion_tile *t = tile_at(m, tx, ty);
  if (!goes_on(m, t)) {
    t->since_ms = m->now_ms;
    t->since_free_ms = m->free_ms;
    t->changes = t->natural = t->graphic = 0;
  }
  t->last_ms = m->now_ms;
  t->last_free_ms = m->free_ms;
  t->changes++;
  t->natural += looks == WR_LOOKS_NATURAL;
  t->graphic += looks == WR_LOOKS_GRAPHIC;
  if (looks == WR_LOOKS_GRAPHIC)
    return;
  vote(&t->left, changed->x);
  vote(&t->top, changed->y);
  vote(&t->right, changed->x + changed->w);
  vote(&t->bottom, changed->y + changed->h);
}

bool wr_motion_films(const struct wr_motion *m, int32_t tx, int32_t ty, enum wr_looks looks) {
  const struct wr_motion_tile *t = tile_at(m, tx, ty);
  return looks == WR_LOOKS_NATURAL ||
         (looks == WR_LOOKS_BETWEEN && (t->lossy.w != 0 || t->changes >= WARM_CHANGES));
}

static bool warm(const struct wr_motion *m, const struct wr_motion_tile *t) {
  return goes_on(m, t) && t->changes >= WARM_CHANGES && 2 * t->graphic < t->changes;
}

static bool hot(const struct wr_motion *m, const struct wr_motion_tile *t) {
  const int64_t free_ms = t->last_free_ms - t->since_free_ms;
  return warm(m, t) && t->last_ms - t->since_ms >= HOT_AFTER_MS &&
         1000 * (int64_t)t->changes >= HOT_PER_SECOND * free_ms;
}

struct film {
  int32_t tx0, ty0, tx1, ty1; /* tiles, inclusive */
  int32_t tiles, hot, natural;
};

static void visit(struct wr_motion *m, int32_t tx, int32_t ty, int32_t *end) {
  if (tx < 0 || ty < 0 || tx >= m->across || ty >= m->down)
    return;
  struct wr_motion_tile *t = tile_at(m, tx, ty);
  if (t->mark || !warm(m, t))
    return;
  t->mark = 1;
  m->queue[(*end)++] = ty * m->across + tx;
}

static struct film fill_from(struct wr_motion *m, int32_t tx, int32_t ty) {
  struct film f = {tx, ty, tx, ty, 0, 0, 0};
  int32_t end = 0;
  visit(m, tx, ty, &end);
  for (int32_t i = 0; i < end; i++) {
    const int32_t x = m->queue[i] % m->across, y = m->queue[i] / m->across;
    f.tx0 = x < f.tx0 ? x : f.tx0;
    f.tx1 = x > f.tx1 ? x : f.tx1;
    f.ty0 = y < f.ty0 ? y : f.ty0;
    f.ty1 = y > f.ty1 ? y : f.ty1;
    f.tiles++;
    const struct wr_motion_tile *t = tile_at(m, x, y);
    f.hot += hot(m, t);
    f.natural += hot(m, t) && 2 * t->natural >= t->changes;
    visit(m, x - 1, y, &end);
    visit(m, x + 1, y, &end);
    visit(m, x, y - 1, &end);
    visit(m, x, y + 1, &end);
  }
  return f;
}

static bool is_film(const struct film *f) {
  const int32_t around = (f->tx1 - f->tx0 + 1) * (f->ty1 - f->ty0 + 1);
  return 2 * f->hot >= f->tiles && 10 * f->natural >= NATURAL_OF_TEN * f->tiles &&
         10 * f->tiles >= FILLED_OF_TEN * around;
}

/* The edges that most of the outermost tiles' changes had. */
static struct wr_rect film_rect(const struct wr_motion *m, const struct film *f) {
  int32_t x0 = m->width, y0 = m->height, x1 = 0, y1 = 0;
  for (int32_t ty = f->ty0; ty <= f->ty1; ty++)
    for (int32_t tx = f->tx0; tx <= f->tx1; tx++) {
      const struct wr_motion_tile *t = tile_at(m, tx, ty);
      if (!t->mark || t->graphic == t->changes)
        continue;
      x0 = t->left.value < x0 ? t->left.value : x0;
      y0 = t->top.value < y0 ? t->top.value : y0;
      x1 = t->right.value > x1 ? t->right.value : x1;
      y1 = t->bottom.value > y1 ? t->bottom.value : y1;
    }
  return (struct wr_rect){x0, y0, x1 - x0, y1 - y0};
}

static bool fits(const struct wr_rect *r) {
  return r->w >= WR_STREAM_MIN_WIDTH && r->h >= WR_STREAM_MIN_HEIGHT &&
         r->w <= WR_STREAM_MAX_WIDTH - 2 && r->h <= WR_STREAM_MAX_HEIGHT - 2;
}

/* In whole tiles, as a tile belongs to one stream. */
static bool share_tiles(const struct wr_rect *a, const struct wr_rect *b) {
  return a->x / WR_TILE <= (b->x + b->w - 1) / WR_TILE &&
         b->x / WR_TILE <= (a->x + a->w - 1) / WR_TILE &&
         a->y / WR_TILE <= (b->y + b->h - 1) / WR_TILE &&
         b->y / WR_TILE <= (a->y + a->h - 1) / WR_TILE;
}

/* A film that shows less for a moment does not make its stream smaller. */
static bool serves(const struct wr_rect *stream, const struct wr_rect *film) {
  return film->x >= stream->x - EDGE_SLACK && film->y >= stream->y - EDGE_SLACK &&
         film->x + film->w <= stream->x + stream->w + EDGE_SLACK &&
         film->y + film->h <= stream->y + stream->h + EDGE_SLACK &&
         10 * wr_rect_area(film) >= 7 * wr_rect_area(stream);
}

static void begin_stream(const struct wr_motion *m, struct wr_stream *s,
                         const struct wr_rect *rect) {
  *s = (struct wr_stream){.active = true,
                          .fresh = true,
                          .rect = *rect,
                          .began_ms = m->now_ms,
                          .moved_free_ms = m->free_ms,
                          .refined_free_ms = LONG_AGO,
                          .patience_ms = REFINE_AFTER_MS};
}

bool wr_motion_rested(const struct wr_stream *s) {
  return s->active && s->refined_free_ms >= s->moved_free_ms;
}

/* Whether most of the film's tiles go on moving, as those of a part of it may. */
static bool moves_since(const struct wr_motion *m, const struct film *f, int64_t since_free_ms) {
  int32_t moving = 0;
  for (int32_t ty = f->ty0; ty <= f->ty1; ty++)
    for (int32_t tx = f->tx0; tx <= f->tx1; tx++) {
      const struct wr_motion_tile *t = tile_at(m, tx, ty);
      moving += t->mark && hot(m, t) && t->last_free_ms > since_free_ms;
    }
  return 2 * moving >= f->tiles;
}

static void place_film(struct wr_motion *m, const struct film *film, const struct wr_rect *rect) {
  struct wr_stream *free_one = NULL, *own = NULL;
  for (size_t i = 0; i < WR_STREAMS; i++) {
    struct wr_stream *s = &m->streams[i];
    if (!s->active)
      free_one = free_one ? free_one : s;
    else if (share_tiles(&s->rect, rect)) {
      if (own)
        return;
      own = s;
    }
  }
  if (own && !serves(&own->rect, rect) && m->now_ms - own->began_ms >= SETTLED_MS)
    begin_stream(m, own, rect);
  else if (own && wr_motion_rested(own) && moves_since(m, film, own->refined_free_ms))
    own->refined_free_ms = LONG_AGO;
  else if (!own && free_one)
    begin_stream(m, free_one, rect);
}

static void end_streams(struct wr_motion *m) {
  for (size_t i = 0; i < WR_STREAMS; i++) {
    struct wr_stream *s = &m->streams[i];
    const bool slow = s->patience_ms > MAX_PATIENCE_MS;
    s->moves = s->sleeps = false;
    if (s->active && (slow || m->free_ms - s->moved_free_ms > END_AFTER_MS))
      s->active = false;
  }
}

void wr_motion_plan(struct wr_motion *m, int64_t now_ms, int64_t free_ms) {
  m->now_ms = now_ms;
  m->free_ms = free_ms;
  end_streams(m);
  if (now_ms - m->planned_ms < PLAN_EVERY_MS)
    return;
  m->planned_ms = now_ms;
  const int32_t tiles = m->across * m->down;
  for (int32_t i = 0; i < tiles; i++)
    m->tiles[i].mark = 0;
  for (int32_t i = 0; i < tiles; i++) {
    if (m->tiles[i].mark || !hot(m, &m->tiles[i]))
      continue;
    const struct film f = fill_from(m, i % m->across, i / m->across);
    const struct wr_rect rect = film_rect(m, &f);
    if (is_film(&f) && fits(&rect))
      place_film(m, &f, &rect);
  }
}

struct wr_stream *wr_motion_stream_at(struct wr_motion *m, int32_t tx, int32_t ty,
                                      struct wr_rect *part) {
  for (size_t i = 0; i < WR_STREAMS; i++) {
    struct wr_stream *s = &m->streams[i];
    if (!s->active)
      continue;
    const int32_t x0 = s->rect.x > tx * WR_TILE ? s->rect.x : tx * WR_TILE;
    const int32_t y0 = s->rect.y > ty * WR_TILE ? s->rect.y : ty * WR_TILE;
    const int32_t sx1 = s->rect.x + s->rect.w, sy1 = s->rect.y + s->rect.h;
    const int32_t x1 = sx1 < (tx + 1) * WR_TILE ? sx1 : (tx + 1) * WR_TILE;
    const int32_t y1 = sy1 < (ty + 1) * WR_TILE ? sy1 : (ty + 1) * WR_TILE;
    *part = (struct wr_rect){x0, y0, x1 - x0, y1 - y0};
    if (x1 > x0 && y1 > y0)
      return s;
  }
  return NULL;
}

/* Exact pixels that are out of date at once were sent in vain: the next time they come later. */
void wr_motion_moved(const struct wr_motion *m, struct wr_stream *s) {
  if (s->moves)
    return;
  if (s->refined_free_ms > s->moved_free_ms)
    s->patience_ms *= 2;
  else if (m->free_ms - s->refined_free_ms > FORGIVEN_AFTER_MS)
    s->patience_ms = REFINE_AFTER_MS;
  s->moved_free_ms = m->free_ms;
  s->moves = true;
}

bool wr_motion_refine_due(struct wr_motion *m, int32_t tx, int32_t ty) {
  const struct wr_motion_tile *t = tile_at(m, tx, ty);
  struct wr_rect part;
  if (t->lossy.w == 0)
    return false;
  struct wr_stream *s = wr_motion_stream_at(m, tx, ty, &part);
  if (!s || !wr_rect_same(&part, &t->lossy))
    return true;
  if (m->free_ms - s->moved_free_ms < s->patience_ms)
    return m->free_ms - t->last_free_ms >= TILE_RESTS_MS;
  s->refined_free_ms = m->free_ms;
  return true;
}

void wr_motion_set_lossy(struct wr_motion *m, int32_t tx, int32_t ty, const struct wr_rect *rect) {
  struct wr_motion_tile *t = tile_at(m, tx, ty);
  m->lossy_count += rect->w != 0;
  m->lossy_count -= t->lossy.w != 0;
  t->lossy = *rect;
  t->behind = false;
}

bool wr_motion_lossy_in(const struct wr_motion *m, const struct wr_rect *r) {
  if (m->lossy_count == 0)
    return false;
  for (int32_t ty = r->y / WR_TILE; ty <= (r->y + r->h - 1) / WR_TILE; ty++)
    for (int32_t tx = r->x / WR_TILE; tx <= (r->x + r->w - 1) / WR_TILE; tx++) {
      const struct wr_rect *l = &tile_at(m, tx, ty)->lossy;
      if (l->w != 0 && l->x < r->x + r->w && r->x < l->x + l->w && l->y < r->y + r->h &&
          r->y < l->y + l->h)
        return true;
    }
  return false;
}

bool wr_motion_covers(const struct wr_motion *m, const struct wr_rect *r) {
  for (int i = 0; i < WR_STREAMS; i++) {
    const struct wr_stream *s = &m->streams[i];
    struct wr_rect part = {r->x - s->rect.x, r->y - s->rect.y, r->w, r->h};
    if (s->active && wr_rect_clip(&part, s->rect.w, s->rect.h) &&
        4 * wr_rect_area(&part) >= 3 * wr_rect_area(r))
      return true;
  }
  return false;
}

size_t wr_motion_pieces(struct wr_motion *m, const struct wr_stream *s, struct wr_rect *pieces) {
  size_t count = 0, above = 0;
  for (int32_t ty = s->rect.y / WR_TILE; ty <= (s->rect.y + s->rect.h - 1) / WR_TILE; ty++) {
    const size_t row = count;
    for (int32_t tx = s->rect.x / WR_TILE; tx <= (s->rect.x + s->rect.w - 1) / WR_TILE; tx++) {
      const struct wr_rect *l = &tile_at(m, tx, ty)->lossy;
      struct wr_rect *before = count > row ? &pieces[count - 1] : NULL;
      /* What an earlier stream with other edges left there waits to be made exact. */
      struct wr_rect part;
      if (l->w == 0 || wr_motion_stream_at(m, tx, ty, &part) != s || !wr_rect_same(&part, l))
        continue;
      if (before && before->x + before->w == l->x && before->y == l->y && before->h == l->h)
        before->w += l->w;
      else
        pieces[count++] = *l;
    }
    /* A row that is as the one above makes that one taller. */
    struct wr_rect *up = row > above ? &pieces[row - 1] : NULL;
    if (up && row == above + 1 && count == row + 1 && up->x == pieces[row].x &&
        up->w == pieces[row].w && up->y + up->h == pieces[row].y) {
      up->h += pieces[row].h;
      count = row;
    } else {
      above = row;
    }
  }
  return count;
}

struct wr_rect wr_stream_coded(const struct wr_stream *s) {
  const int32_t x = s->rect.x & ~1, y = s->rect.y & ~1;
  const int32_t right = (s->rect.x + s->rect.w + 1) & ~1, bottom = (s->rect.y + s->rect.h + 1) & ~1;
  return (struct wr_rect){x, y, right - x, bottom - y};
}
