/* Which tiles of a large change go with this update, and which wait for the next ones. A link that
 * is slow gets an update of a few bytes at a time, so that what somebody types comes in between:
 * small changes first, then what has waited longest, then the rest; of what came at once, text
 * before photographs, and photographs with something written on them before others. */
#ifndef WR_SLICES_H
#define WR_SLICES_H

#include "damage.h"
#include "motion.h"

/* Pixels are coded in two ways that differ in what a pixel costs: flat (text) and dense. */
#define WR_SLICE_KINDS 2

enum wr_slice_tile {
  WR_SLICE_HELD,  /* not in this update */
  WR_SLICE_TAKEN, /* goes with it */
  WR_SLICE_WAITED /* the same, and did not change again since it was held */
};

struct wr_slices {
  int32_t across, down;
  bool limited;      /* this update has a bound; otherwise all goes */
  uint8_t *tiles;    /* enum wr_slice_tile of each, while limited */
  uint8_t *charged;  /* their cost is counted already */
  uint8_t *rank;     /* of a photograph or noise, as long as it is held; 0: not known, or not one */
  uint32_t *waiting; /* the update that held it first; 0: it does not wait */
  struct wr_slice_look {
    struct wr_rect within, changed; /* within: w is 0 as long as nobody looked in this update */
    uint32_t breaks;
  } * looks;
  size_t waiting_count;
  uint32_t update;
  int32_t alone; /* updates in a row that text had for itself */
  double budget, used;
  double bytes_per_break[WR_SLICE_KINDS];
  uint32_t breaks[WR_SLICE_KINDS];
};

bool wr_slices_init(struct wr_slices *s, int32_t across, int32_t down);
void wr_slices_finish(struct wr_slices *s);

/* The update is to show everything, or the terminal is another one. */
void wr_slices_forget(struct wr_slices *s);

struct wr_slice_input {
  const struct wr_picture *shown, *wanted;
  struct wr_damage *damage; /* grows by what has waited and goes now */
  const struct wr_rect *rects;
  size_t rect_count;        /* the damage as it came in: a small rectangle goes first */
  struct wr_motion *motion; /* NULL without video. Films are never held: video bounds itself */
  size_t budget;            /* bytes, about; 0: no bound */
};

/* At least one tile goes. */
void wr_slices_plan(struct wr_slices *s, const struct wr_slice_input *in);

static inline enum wr_slice_tile wr_slices_tile(const struct wr_slices *s, int32_t index) {
  return s->limited ? (enum wr_slice_tile)s->tiles[index] : WR_SLICE_TAKEN;
}

/* The damaged part of a tile; false when there is none, or the plan has seen no change in it. */
bool wr_slices_may_differ(const struct wr_slices *s, const struct wr_damage *damage, int32_t tx,
                          int32_t ty, struct wr_rect *within);

/* What the update came to: the next estimates are better. */
void wr_slices_learn(struct wr_slices *s, size_t bytes);

#endif
