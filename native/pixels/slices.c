#include "slices.h"

#include <stdlib.h>
#include <string.h>

/* Head of a region. */
#define TILE_BYTES 10
/* With more breaks than this share of its pixels a tile is a photograph or noise. */
#define DENSE_SHARE 0.5
/* That many pixels within runs of one colour are no chance in a photograph: something is drawn
 * there. */
#define WRITTEN_RUNS 64
/* Text that fills this share of a slice goes alone. */
#define TEXT_ALONE_SHARE 0.125
/* But not more often in a row: what else waits may wait for text that never ends. */
#define TEXT_ALONE_MAX 4
#define RECTS_MAX 96
/* Fewer breaks than this teach nothing. */
#define LEARN_BREAKS 64

enum { FLAT, DENSE };
/* What comes first. */
enum rank { TEXT, WRITTEN, PHOTOGRAPH };
static const double first_guess[WR_SLICE_KINDS] = {0.6, 2.0};
static const double least[WR_SLICE_KINDS] = {0.05, 0.5}, most[WR_SLICE_KINDS] = {2.0, 3.5};

bool wr_slices_init(struct wr_slices *s, int32_t across, int32_t down) {
  const size_t tiles = (size_t)across * (size_t)down;
  *s = (struct wr_slices){.across = across, .down = down};
  memcpy(s->bytes_per_break, first_guess, sizeof first_guess);
  s->tiles = calloc(tiles, 1);
  s->charged = calloc(tiles, 1);
  s->rank = calloc(tiles, 1);
  s->waiting = calloc(tiles, sizeof *s->waiting);
  s->looks = calloc(tiles, sizeof *s->looks);
  return s->tiles && s->charged && s->rank && s->waiting && s->looks;
}

void wr_slices_finish(struct wr_slices *s) {
  free(s->tiles);
  free(s->charged);
  free(s->rank);
  free(s->waiting);
  free(s->looks);
}

void wr_slices_forget(struct wr_slices *s) {
  const size_t tiles = (size_t)s->across * (size_t)s->down;
  if (s->waiting_count > 0)
    memset(s->waiting, 0, tiles * sizeof *s->waiting);
  memset(s->rank, 0, tiles);
  s->waiting_count = 0;
  s->alone = 0;
}

static struct wr_rect tile_rect(const struct wr_slice_input *in, const struct wr_slices *s,
                                int32_t i) {
  struct wr_rect r = {i % s->across * WR_TILE, i / s->across * WR_TILE, WR_TILE, WR_TILE};
  wr_rect_clip(&r, in->wanted->width, in->wanted->height);
  return r;
}

/* A tile is asked for by each rectangle over it, by each rank and at the end: to compare it once is
 * what costs. */
static const struct wr_slice_look *look_at(struct wr_slices *s, const struct wr_slice_input *in,
                                           int32_t i, const struct wr_rect *within) {
  struct wr_slice_look *look = &s->looks[i];
  if (wr_rect_same(&look->within, within))
    return look;
  *look = (struct wr_slice_look){.within = *within};
  if (!wr_tile_diff(in->shown, in->wanted, within, &look->changed))
    return look;
  uint32_t plain, delta;
  wr_tile_breaks(in->wanted, in->shown, &look->changed, &plain, &delta);
  look->breaks = plain < delta ? plain : delta;
  return look;
}

/* What the tile's difference within the rectangle costs; 0 when there is none. */
static double cost_of(struct wr_slices *s, const struct wr_slice_input *in, int32_t i,
                      const struct wr_rect *within, uint32_t *breaks, int *kind) {
  const struct wr_slice_look *look = look_at(s, in, i, within);
  *breaks = look->breaks;
  if (look->changed.w == 0)
    return 0;
  *kind = *breaks > DENSE_SHARE * (double)wr_rect_area(&look->changed) ? DENSE : FLAT;
  return TILE_BYTES + *breaks * s->bytes_per_break[*kind];
}

bool wr_slices_may_differ(const struct wr_slices *s, const struct wr_damage *damage, int32_t tx,
                          int32_t ty, struct wr_rect *within) {
  if (!wr_damage_in_tile(damage, tx, ty, within))
    return false;
  const struct wr_slice_look *look = &s->looks[ty * s->across + tx];
  return !s->limited || look->changed.w > 0 || !wr_rect_same(&look->within, within);
}

static bool is_full(const struct wr_slices *s) { return s->used >= s->budget; }

/* Beside a photograph text is coded like one, which takes two or three times the bytes. */
static bool text_goes_alone(const struct wr_slices *s) {
  return s->alone < TEXT_ALONE_MAX &&
         s->breaks[FLAT] * s->bytes_per_break[FLAT] >= TEXT_ALONE_SHARE * s->budget;
}

/* Whether the slice has room for what ranks so. */
static bool has_room(const struct wr_slices *s, enum rank rank) {
  return rank <= PHOTOGRAPH && !is_full(s) && !(rank > TEXT && text_goes_alone(s));
}

/* The part of the tile that may differ. */
static bool open_part(const struct wr_slices *s, const struct wr_slice_input *in, int32_t i,
                      struct wr_rect *part) {
  if (s->waiting[i]) {
    *part = tile_rect(in, s, i);
    return true;
  }
  return wr_damage_in_tile(in->damage, i % s->across, i / s->across, part);
}

/* What a dense tile costs pays for many flat ones, which most people wait for; and of dense ones
 * those are waited for on which something is written. */
static enum rank rank_of(struct wr_slices *s, const struct wr_slice_input *in, int32_t i,
                         const struct wr_rect *part) {
  uint32_t breaks;
  int kind = FLAT;
  if (s->rank[i])
    return s->rank[i];
  if (cost_of(s, in, i, part, &breaks, &kind) == 0 || kind == FLAT)
    return TEXT;
  s->rank[i] = wr_tile_runs(in->wanted, part) < WRITTEN_RUNS ? PHOTOGRAPH : WRITTEN;
  return s->rank[i];
}

static void take(struct wr_slices *s, const struct wr_slice_input *in, int32_t i, enum rank most) {
  struct wr_rect part;
  uint32_t breaks;
  int kind = FLAT;
  if (s->tiles[i] != WR_SLICE_HELD || !open_part(s, in, i, &part) ||
      (most < PHOTOGRAPH && rank_of(s, in, i, &part) > most))
    return;
  const bool changed_again = wr_damage_in_tile(in->damage, i % s->across, i / s->across, &part);
  if (s->waiting[i]) {
    part = tile_rect(in, s, i);
    wr_damage_add(in->damage, &part);
    s->waiting[i] = 0;
    s->waiting_count--;
  }
  s->tiles[i] = changed_again ? WR_SLICE_TAKEN : WR_SLICE_WAITED;
  s->rank[i] = 0;
  if (s->charged[i])
    return;
  s->used += cost_of(s, in, i, &part, &breaks, &kind);
  s->breaks[kind] += breaks;
}

static void for_tiles(struct wr_slices *s, const struct wr_slice_input *in, const struct wr_rect *r,
                      enum rank most) {
  for (int32_t ty = r->y / WR_TILE; ty <= (r->y + r->h - 1) / WR_TILE && !is_full(s); ty++)
    for (int32_t tx = r->x / WR_TILE; tx <= (r->x + r->w - 1) / WR_TILE && !is_full(s); tx++)
      take(s, in, ty * s->across + tx, most);
}

/* Of the change in a rectangle; stops counting above the limit. */
static double rect_cost(struct wr_slices *s, const struct wr_slice_input *in,
                        const struct wr_rect *r, double limit) {
  double cost = 0;
  uint32_t breaks;
  int kind;
  for (int32_t ty = r->y / WR_TILE; ty <= (r->y + r->h - 1) / WR_TILE && cost <= limit; ty++)
    for (int32_t tx = r->x / WR_TILE; tx <= (r->x + r->w - 1) / WR_TILE && cost <= limit; tx++) {
      struct wr_rect part;
      const int32_t i = ty * s->across + tx;
      if (s->tiles[i] == WR_SLICE_HELD && open_part(s, in, i, &part))
        cost += cost_of(s, in, i, &part, &breaks, &kind);
    }
  return cost;
}

struct priced {
  struct wr_rect rect;
  double cost;
};

static int by_cost(const void *a, const void *b) {
  const double x = ((const struct priced *)a)->cost, y = ((const struct priced *)b)->cost;
  return (x > y) - (x < y);
}

static void take_small(struct wr_slices *s, const struct wr_slice_input *in) {
  struct priced small[RECTS_MAX];
  const double limit = s->budget / 2;
  size_t count = 0;
  for (size_t i = 0; i < in->rect_count && count < RECTS_MAX; i++) {
    struct wr_rect r = in->rects[i];
    if (!wr_rect_clip(&r, in->wanted->width, in->wanted->height))
      continue;
    const double cost = rect_cost(s, in, &r, limit);
    if (cost <= limit)
      small[count++] = (struct priced){r, cost};
  }
  qsort(small, count, sizeof *small, by_cost);
  for (size_t i = 0; i < count; i++)
    for_tiles(s, in, &small[i].rect, PHOTOGRAPH);
}

/* Longest first, and from top to bottom of what came at once: by repeated passes over the tiles, as
 * there are only a few updates between the oldest and the newest. */
static void take_waiting(struct wr_slices *s, const struct wr_slice_input *in) {
  const int32_t tiles = s->across * s->down;
  uint32_t after = 0;
  while (s->waiting_count > 0 && !is_full(s)) {
    uint32_t oldest = UINT32_MAX;
    for (int32_t i = 0; i < tiles; i++)
      if (s->waiting[i] > after && s->waiting[i] < oldest)
        oldest = s->waiting[i];
    if (oldest == UINT32_MAX)
      return;
    for (enum rank most = TEXT; has_room(s, most); most++)
      for (int32_t i = 0; i < tiles && !is_full(s); i++)
        if (s->waiting[i] == oldest)
          take(s, in, i, most);
    after = oldest;
  }
}

/* It waits and does not change now: it goes exactly, whatever it was before. */
static bool rests(const struct wr_slices *s, const struct wr_slice_input *in, int32_t i) {
  struct wr_rect part;
  return s->waiting[i] && !wr_damage_in_tile(in->damage, i % s->across, i / s->across, &part);
}

/* Films go as video; but what of them is to be made exact waits its turn like anything else. */
static void take_films(struct wr_slices *s, const struct wr_slice_input *in) {
  struct wr_rect part;
  for (int32_t i = 0; in->motion && i < s->across * s->down; i++) {
    const int32_t tx = i % s->across, ty = i / s->across;
    const struct wr_stream *film = wr_motion_stream_at(in->motion, tx, ty, &part);
    if (!film || film->sleeps || rests(s, in, i) || wr_motion_refine_due(in->motion, tx, ty))
      continue;
    s->charged[i] = 1;
    take(s, in, i, PHOTOGRAPH);
    s->tiles[i] = s->tiles[i] == WR_SLICE_HELD ? WR_SLICE_TAKEN : s->tiles[i];
  }
}

/* What is lossy is refined without damage, and is looked for again by itself. */
static void take_due(struct wr_slices *s, const struct wr_slice_input *in) {
  for (int32_t i = 0; in->motion && in->motion->lossy_count > 0 && i < s->across * s->down; i++) {
    if (is_full(s))
      return;
    const int32_t tx = i % s->across, ty = i / s->across;
    if (s->tiles[i] != WR_SLICE_HELD || !wr_motion_refine_due(in->motion, tx, ty))
      continue;
    const struct wr_rect tile = tile_rect(in, s, i);
    uint32_t plain, delta;
    wr_tile_breaks(in->wanted, in->shown, &tile, &plain, &delta);
    s->tiles[i] = WR_SLICE_TAKEN;
    s->used += TILE_BYTES + plain * s->bytes_per_break[DENSE];
    s->breaks[DENSE] += plain;
  }
}

/* What differs and does not go waits. */
static void hold_rest(struct wr_slices *s, const struct wr_slice_input *in) {
  struct wr_rect within;
  for (int32_t i = 0; i < s->across * s->down; i++) {
    if (s->tiles[i] != WR_SLICE_HELD || s->waiting[i] ||
        !wr_damage_in_tile(in->damage, i % s->across, i / s->across, &within) ||
        look_at(s, in, i, &within)->changed.w == 0)
      continue;
    s->waiting[i] = s->update;
    s->waiting_count++;
  }
}

static void take_all(struct wr_slices *s, const struct wr_slice_input *in) {
  for (int32_t i = 0; s->waiting_count > 0 && i < s->across * s->down; i++) {
    if (!s->waiting[i])
      continue;
    const struct wr_rect tile = tile_rect(in, s, i);
    wr_damage_add(in->damage, &tile);
    s->waiting[i] = 0;
    s->rank[i] = 0;
    s->waiting_count--;
  }
}

void wr_slices_plan(struct wr_slices *s, const struct wr_slice_input *in) {
  const struct wr_rect all = {0, 0, in->wanted->width, in->wanted->height};
  const size_t tiles = (size_t)s->across * (size_t)s->down;
  s->limited = in->budget > 0;
  if (!s->limited)
    return take_all(s, in);
  s->update++;
  s->budget = (double)in->budget;
  s->used = 0;
  memset(s->breaks, 0, sizeof s->breaks);
  memset(s->tiles, WR_SLICE_HELD, tiles);
  memset(s->charged, 0, tiles);
  memset(s->looks, 0, tiles * sizeof *s->looks);
  take_films(s, in);
  take_small(s, in);
  take_waiting(s, in);
  for (enum rank most = TEXT; has_room(s, most); most++)
    for_tiles(s, in, &all, most);
  take_due(s, in);
  hold_rest(s, in);
  s->alone = s->waiting_count > 0 && text_goes_alone(s) ? s->alone + 1 : 0;
}

void wr_slices_learn(struct wr_slices *s, size_t bytes) {
  if (!s->limited)
    return;
  for (int kind = 0; kind < WR_SLICE_KINDS; kind++) {
    const double own = s->breaks[kind], other = s->breaks[1 - kind];
    if (own < LEARN_BREAKS || own < 8 * other)
      continue;
    double seen = (s->bytes_per_break[kind] + (double)bytes / own) / 2;
    seen = seen < least[kind] ? least[kind] : seen > most[kind] ? most[kind] : seen;
    s->bytes_per_break[kind] = seen;
  }
}
