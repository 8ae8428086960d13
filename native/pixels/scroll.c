#include "scroll.h"
#include "checksum.h"
#include "copies.h"
#include "lines.h"

#include <stdlib.h>
#include <string.h>

/* Strips as wide as a tile, spread over the damage: a share of the pixels tells the shift, and a
 * static sidebar spoils only the strips that it lies in. */
#define UPRIGHT_STRIPS_MAX 6
#define LEVEL_STRIPS_MAX 3
#define MIN_SIDE 128
#define MIN_CHANGED_LINES 16
#define MIN_VOTES 12
/* No multiple or divisor of usual line heights, so as not to see the gaps between lines alone. */
#define GLANCE_ROWS 13
/* Content that keeps changing without scrolling (video) is looked at only now and then. */
#define PATIENCE 8
#define PAUSE 4
/* Of what differs where a copy goes, what it may leave: of a guess, and of what was right before.
 */
#define GUESS_SHARE 2
#define AGAIN_SHARE 16

bool wr_scroll_init(struct wr_scroll *s, int32_t width, int32_t height) {
  const size_t lines = (size_t)(width > height ? width : height);
  s->slot_bits = 1;
  while ((size_t)1 << s->slot_bits < 2 * lines)
    s->slot_bits++;
  s->old_hashes = calloc(lines, sizeof *s->old_hashes);
  s->new_hashes = calloc(lines, sizeof *s->new_hashes);
  s->gains = calloc(lines, sizeof *s->gains);
  s->slots = calloc((size_t)1 << s->slot_bits, sizeof *s->slots);
  s->votes = calloc(2 * lines, sizeof *s->votes);
  return wr_shifts_init(&s->shifts) && s->old_hashes && s->new_hashes && s->gains && s->slots &&
         s->votes;
}

void wr_scroll_finish(struct wr_scroll *s) {
  free(s->old_hashes);
  free(s->new_hashes);
  free(s->gains);
  free(s->slots);
  free(s->votes);
  wr_shifts_finish(&s->shifts);
}

/* At most half of the slots are taken, so there is always a free one. */
static struct wr_scroll_slot *slot_of(struct wr_scroll *s, uint32_t hash) {
  const uint32_t mask = (1u << s->slot_bits) - 1;
  uint32_t i = hash * WR_HASH_SEED >> (32 - s->slot_bits);
  while (s->slots[i].line != 0 && s->slots[i].hash != hash)
    i = (i + 1) & mask;
  return &s->slots[i];
}

static void learn_lines(struct wr_scroll *s, int32_t lines) {
  memset(s->slots, 0, sizeof *s->slots << s->slot_bits);
  for (int32_t i = 0; i < lines; i++) {
    struct wr_scroll_slot *slot = slot_of(s, s->old_hashes[i]);
    *slot = (struct wr_scroll_slot){s->old_hashes[i], slot->line == 0 ? i + 1 : -1};
  }
}

static void cast_vote(struct wr_scroll_vote *vote, int32_t line) {
  if (vote->count == 0 || line < vote->first)
    vote->first = line;
  if (vote->count == 0 || line > vote->last)
    vote->last = line;
  vote->count++;
}

/* Returns how many lines of the strip changed. */
static int32_t vote_in_strip(struct wr_scroll *s, const struct wr_picture *shown,
                             const struct wr_picture *wanted, const struct wr_rect *strip,
                             bool vertical) {
  const int32_t lines = vertical ? strip->h : strip->w;
  void (*const hash)(const struct wr_picture *, const struct wr_rect *, uint32_t *) =
      vertical ? wr_lines_hash_rows : wr_lines_hash_columns;
  hash(shown, strip, s->old_hashes);
  hash(wanted, strip, s->new_hashes);
  int32_t changed = 0;
  for (int32_t i = 0; i < lines; i++)
    changed += s->old_hashes[i] != s->new_hashes[i];
  if (changed < MIN_CHANGED_LINES)
    return changed;
  learn_lines(s, lines);
  for (int32_t i = 0; i < lines; i++) {
    if (s->old_hashes[i] == s->new_hashes[i])
      continue;
    const int32_t from = slot_of(s, s->new_hashes[i])->line - 1;
    if (from >= 0)
      cast_vote(&s->votes[from - i + lines - 1], i);
  }
  return changed;
}

static int32_t vote_in_strips(struct wr_scroll *s, const struct wr_picture *shown,
                              const struct wr_picture *wanted, const struct wr_rect *r,
                              bool vertical) {
  const int32_t across = vertical ? r->w : r->h, lines = vertical ? r->h : r->w;
  const int32_t most = vertical ? UPRIGHT_STRIPS_MAX : LEVEL_STRIPS_MAX;
  const int32_t count = across / WR_TILE < most ? across / WR_TILE : most;
  int32_t changed = 0;
  memset(s->votes, 0, 2 * (size_t)lines * sizeof *s->votes);
  for (int32_t i = 0; i < count; i++) {
    const int32_t offset = (2 * i + 1) * across / (2 * count) - WR_TILE / 2;
    const struct wr_rect strip = vertical ? (struct wr_rect){r->x + offset, r->y, WR_TILE, r->h}
                                          : (struct wr_rect){r->x, r->y + offset, r->w, WR_TILE};
    changed += vote_in_strip(s, shown, wanted, &strip, vertical);
  }
  return changed;
}

/* The lines from where content came minus the lines where it is now; 0 for none. */
static int32_t winning_shift(const struct wr_scroll *s, int32_t lines) {
  int32_t best = lines - 1;
  for (int32_t i = 0; i < 2 * lines - 1; i++)
    if (s->votes[i].count > s->votes[best].count)
      best = i;
  return s->votes[best].count >= MIN_VOTES ? best - (lines - 1) : 0;
}

/* The run with the largest sum; false when nothing is above zero. */
static bool best_run(const int32_t *gains, int32_t count, int32_t *from, int32_t *to) {
  int64_t best = 0, sum = 0;
  int32_t start = 0;
  for (int32_t i = 0; i < count; i++) {
    if (sum <= 0) {
      sum = 0;
      start = i;
    }
    sum += gains[i];
    if (sum > best) {
      best = sum;
      *from = start;
      *to = i + 1;
    }
  }
  return best > 0;
}

static void narrow(struct wr_copy *c, int32_t x0, int32_t y0, int32_t x1, int32_t y1) {
  *c = (struct wr_copy){c->sx + x0, c->sy + y0, c->dx + x0, c->dy + y0, x1 - x0, y1 - y0};
}

static struct wr_copy copy_to(const struct wr_rect *r, const struct wr_shift *by) {
  return (struct wr_copy){r->x + by->dx, r->y + by->dy, r->x, r->y, r->w, r->h};
}

/* False when nothing is left. */
static bool intersect(struct wr_rect *r, const struct wr_rect *with) {
  struct wr_rect inner = {r->x - with->x, r->y - with->y, r->w, r->h};
  if (!wr_rect_clip(&inner, with->w, with->h))
    return false;
  *r = (struct wr_rect){inner.x + with->x, inner.y + with->y, inner.w, inner.h};
  return true;
}

static int32_t row_gain(const struct wr_picture *shown, const struct wr_picture *wanted,
                        const struct wr_copy *c, int32_t y) {
  const uint32_t *want = wr_picture_at(wanted, c->dx, c->dy + y);
  return (int32_t)wr_row_differences(wr_picture_at(shown, c->dx, c->dy + y), want, c->w) -
         (int32_t)wr_row_differences(wr_picture_at(shown, c->sx, c->sy + y), want, c->w);
}

static bool trim_rows(struct wr_scroll *s, const struct wr_picture *shown,
                      const struct wr_picture *wanted, struct wr_copy *c) {
  const int32_t step = wr_copy_sample_rows(c);
  int32_t samples = 0, from, to;
  for (int32_t y = 0; y < c->h; y += step)
    s->gains[samples++] = row_gain(shown, wanted, c, y);
  if (!best_run(s->gains, samples, &from, &to))
    return false;
  int32_t y0 = from * step, y1 = (to - 1) * step + 1;
  for (int i = 1; i < step && y0 > 0 && row_gain(shown, wanted, c, y0 - 1) >= 0; i++)
    y0--;
  for (int i = 1; i < step && y1 < c->h && row_gain(shown, wanted, c, y1) >= 0; i++)
    y1++;
  narrow(c, 0, y0, c->w, y1);
  return true;
}

static bool trim_columns(struct wr_scroll *s, const struct wr_picture *shown,
                         const struct wr_picture *wanted, struct wr_copy *c) {
  int32_t from, to;
  wr_lines_column_gains(shown, wanted, c, wr_copy_sample_rows(c), s->gains);
  if (!best_run(s->gains, c->w, &from, &to))
    return false;
  narrow(c, from, 0, to, c->h);
  return true;
}

static bool explains(const struct wr_picture *shown, const struct wr_picture *wanted,
                     const struct wr_copy *c) {
  return wr_copy_explains(shown, wanted, c, GUESS_SHARE);
}

/* First across the shift within the lines where it was seen, where static content cannot outweigh
 * what moved; then along the shift over all lines of the damage. `level`: lines are columns. */
static bool place(struct wr_scroll *s, const struct wr_picture *shown,
                  const struct wr_picture *wanted, const struct wr_rect *r,
                  const struct wr_shift *shift, bool level, struct wr_copy *c) {
  struct wr_rect all = {r->x - shift->dx, r->y - shift->dy, r->w, r->h}, seen = *r;
  if (!intersect(&all, r))
    return false;
  if (level) {
    seen.x = shift->first;
    seen.w = shift->last - shift->first + 1;
  } else {
    seen.y = shift->first;
    seen.h = shift->last - shift->first + 1;
  }
  if (!intersect(&seen, &all))
    return false;
  *c = copy_to(&seen, shift);
  if (!(level ? trim_rows : trim_columns)(s, shown, wanted, c))
    return false;
  if (level)
    all = (struct wr_rect){all.x, c->dy, all.w, c->h};
  else
    all = (struct wr_rect){c->dx, all.y, c->w, all.h};
  *c = copy_to(&all, shift);
  return (level ? trim_columns : trim_rows)(s, shown, wanted, c);
}

/* A glance at every GLANCE_ROWS row: damage is often much larger than what changed. About how many
 * pixels did, 0 for a few lines of them. */
static int64_t changed_pixels(const struct wr_picture *shown, const struct wr_picture *wanted,
                              const struct wr_rect *r) {
  int64_t rows = 0, pixels = 0;
  for (int32_t y = r->y; y < r->y + r->h; y += GLANCE_ROWS) {
    const uint32_t changed =
        wr_row_differences(wr_picture_at(shown, r->x, y), wr_picture_at(wanted, r->x, y), r->w);
    rows += changed != 0;
    pixels += changed;
  }
  return rows >= 2 ? pixels * GLANCE_ROWS : 0;
}

static bool find_along(struct wr_scroll *s, const struct wr_picture *shown,
                       const struct wr_picture *wanted, const struct wr_rect *r, bool level,
                       struct wr_copy *c) {
  const int32_t lines = level ? r->w : r->h, start = level ? r->x : r->y;
  const int32_t by = winning_shift(s, lines);
  if (by == 0)
    return false;
  const struct wr_scroll_vote *vote = &s->votes[by + lines - 1];
  const struct wr_shift shift = {level ? by : 0, level ? 0 : by, start + vote->first,
                                 start + vote->last};
  return place(s, shown, wanted, r, &shift, level, c) && explains(shown, wanted, c);
}

static bool find_slanted(struct wr_scroll *s, const struct wr_picture *shown,
                         const struct wr_picture *wanted, const struct wr_rect *r, int64_t changed,
                         struct wr_copy *c) {
  struct wr_shift shift;
  return wr_shifts_find(&s->shifts, shown, wanted, r, changed, &shift) &&
         place(s, shown, wanted, r, &shift, false, c) && explains(shown, wanted, c);
}

static bool find(struct wr_scroll *s, const struct wr_picture *shown,
                 const struct wr_picture *wanted, const struct wr_rect *r, int64_t changed,
                 struct wr_copy *c) {
  /* What was dragged is still. */
  const bool slanted = s->last.sx != s->last.dx && s->last.sy != s->last.dy;
  if (slanted && find_slanted(s, shown, wanted, r, changed, c))
    return true;
  for (int axis = 0; axis < 2; axis++) {
    const bool level = axis == 1;
    if (vote_in_strips(s, shown, wanted, r, !level) < MIN_CHANGED_LINES)
      return false;
    if (find_along(s, shown, wanted, r, level, c))
      return true;
  }
  return !slanted && find_slanted(s, shown, wanted, r, changed, c);
}

static bool found(struct wr_scroll *s, const struct wr_copy *c) {
  s->misses = 0;
  s->last = *c;
  s->lasts = true;
  return true;
}

bool wr_scroll_again(struct wr_scroll *s, const struct wr_picture *shown,
                     const struct wr_picture *wanted, const struct wr_rect *r, struct wr_copy *c) {
  if (!s->lasts)
    return false;
  s->lasts = false;
  const struct wr_copy last = s->last;
  const int32_t dx = last.sx - last.dx, dy = last.sy - last.dy;
  /* The pane of a scroll stays, a window goes on. */
  const int32_t low = dy > 0 ? last.dy - dy : last.dy, high = dy < 0 ? last.dy - dy : last.dy;
  const struct wr_shift shift = {dx, dy, low, high + last.h - 1};
  if (!place(s, shown, wanted, r, &shift, false, c) ||
      2 * (int64_t)c->w * c->h < (int64_t)last.w * last.h ||
      !wr_copy_explains(shown, wanted, c, AGAIN_SHARE))
    return false;
  return found(s, c);
}

bool wr_scroll_find(struct wr_scroll *s, const struct wr_picture *shown,
                    const struct wr_picture *wanted, const struct wr_rect *r, struct wr_copy *c) {
  const bool small = r->w < MIN_SIDE || r->h < MIN_SIDE;
  const int64_t changed = small ? 0 : changed_pixels(shown, wanted, r);
  if (changed == 0)
    return false;
  if (s->misses >= PATIENCE && s->misses % PAUSE != 0) {
    s->misses++;
    return false;
  }
  if (find(s, shown, wanted, r, changed, c))
    return found(s, c);
  s->misses++;
  return false;
}
