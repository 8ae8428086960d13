#include "shift.h"
#include "checksum.h"

#include <stdlib.h>
#include <string.h>

/* Of a picture, at most; fewer are looked for, as more than what changed is looked at. */
#define ANCHORS_MAX 2048
#define ANCHORS_WANTED 1024
#define RARITY_MIN 4
/* Of what is wanted a part says enough. */
#define WANTED_ROWS 2
/* Powers of two. Half of the slots stay free, and so do votes: others are too many to mean
 * anything. */
#define SLOTS (2 * ANCHORS_MAX)
#define VOTES 512
#define SHIFTS_MAX (VOTES / 2)
#define MIN_VOTES 8

bool wr_shifts_init(struct wr_shifts *s) {
  s->anchors = calloc(ANCHORS_MAX, sizeof *s->anchors);
  s->slots = calloc(SLOTS, sizeof *s->slots);
  s->votes = calloc(VOTES, sizeof *s->votes);
  return s->anchors && s->slots && s->votes;
}

void wr_shifts_finish(struct wr_shifts *s) {
  free(s->anchors);
  free(s->slots);
  free(s->votes);
}

static struct wr_shift_slot *slot_of(const struct wr_shifts *s, uint32_t hash) {
  uint32_t i = hash % SLOTS;
  while (s->slots[i].seen > 0 && s->slots[i].anchor.hash != hash)
    i = (i + 1) % SLOTS;
  return &s->slots[i];
}

static void learn(struct wr_shifts *s, size_t count) {
  memset(s->slots, 0, SLOTS * sizeof *s->slots);
  for (size_t i = 0; i < count; i++) {
    struct wr_shift_slot *slot = slot_of(s, s->anchors[i].hash);
    slot->anchor = s->anchors[i];
    slot->seen++;
  }
}

/* NULL: there are too many. */
static struct wr_shift_vote *vote_of(const struct wr_shifts *s, int32_t dx, int32_t dy,
                                     int *shifts) {
  uint32_t i = ((uint32_t)dx * WR_HASH_SEED + (uint32_t)dy * WR_HASH_FOLD) >> 16;
  for (i %= VOTES; s->votes[i].count > 0; i = (i + 1) % VOTES)
    if (s->votes[i].shift.dx == dx && s->votes[i].shift.dy == dy)
      return &s->votes[i];
  if (*shifts == SHIFTS_MAX)
    return NULL;
  ++*shifts;
  s->votes[i].shift = (struct wr_shift){dx, dy, INT32_MAX, 0};
  return &s->votes[i];
}

static void vote(struct wr_shifts *s, size_t count) {
  int shifts = 0;
  memset(s->votes, 0, VOTES * sizeof *s->votes);
  for (size_t i = 0; i < count; i++) {
    const struct wr_anchor *to = &s->anchors[i];
    const struct wr_shift_slot *from = slot_of(s, to->hash);
    if (from->seen != 1 || (from->anchor.x == to->x && from->anchor.y == to->y))
      continue;
    struct wr_shift_vote *v = vote_of(s, from->anchor.x - to->x, from->anchor.y - to->y, &shifts);
    if (!v)
      continue;
    v->count++;
    if (to->y < v->shift.first)
      v->shift.first = to->y;
    if (to->y + WR_ANCHOR_HEIGHT > v->shift.last)
      v->shift.last = to->y + WR_ANCHOR_HEIGHT - 1;
  }
}

bool wr_shifts_find(struct wr_shifts *s, const struct wr_picture *shown,
                    const struct wr_picture *wanted, const struct wr_rect *r, int64_t changed,
                    struct wr_shift *shift) {
  int rarity = RARITY_MIN;
  while (changed >> rarity > ANCHORS_WANTED)
    rarity++;
  learn(s, wr_anchors_find(shown, wanted, r, 1, rarity, s->anchors, ANCHORS_MAX));
  vote(s, wr_anchors_find(wanted, shown, r, WANTED_ROWS, rarity, s->anchors, ANCHORS_MAX));
  const struct wr_shift_vote *best = s->votes;
  for (int i = 1; i < VOTES; i++)
    if (s->votes[i].count > best->count)
      best = &s->votes[i];
  *shift = best->shift;
  return best->count >= MIN_VOTES;
}
