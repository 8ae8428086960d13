/* Finds the parts of the picture that are films, and keeps account of where the terminal shows them
 * as the video codec left them instead of exactly.
 *
 * A tile counts as film while it changes often and looks natural: many colours, none of them a
 * background. Text does not, so it stays exact, wherever it moves, also amid a film. Tiles side by
 * side that do so for a second become a stream; its edges are those that most of the changes had.
 */
#ifndef WR_MOTION_H
#define WR_MOTION_H

#include "tile.h"

#define WR_STREAMS 2
#define WR_STREAM_MIN_WIDTH 160
#define WR_STREAM_MIN_HEIGHT 120
/* Of a coded picture: what decoders are asked for. */
#define WR_STREAM_MAX_WIDTH 3840
#define WR_STREAM_MAX_HEIGHT 2160

struct wr_edge {
  int16_t value, votes;
};

/* Free time is the time in which a change could have been taken at once. A session's applications
 * wait for their terminal, so on a slow one even a film changes rarely by the clock on the wall. */
struct wr_motion_tile {
  int64_t since_ms, last_ms; /* of the run of changes without a long gap */
  int64_t since_free_ms, last_free_ms;
  uint32_t changes, natural, graphic; /* in the run */
  struct wr_edge left, top, right, bottom;
  struct wr_rect lossy; /* what the terminal shows of a video picture; w = 0: nothing */
  bool few_rows;        /* in this frame, it is known by a few rows that it moves */
  bool behind;          /* only those rows are kept of what is lossy */
  uint8_t mark;         /* while streams are looked for */
};

struct wr_stream {
  bool active, fresh; /* fresh: its next picture has to be a key */
  bool moves;         /* in this frame */
  bool sleeps;        /* it rested, and what changes of it in this frame is no motion of a film */
  struct wr_rect rect;
  int64_t began_ms;
  int64_t moved_free_ms, refined_free_ms;
  int32_t patience_ms; /* without motion, before it is refined */
};

struct wr_motion {
  int32_t width, height, across, down;
  struct wr_motion_tile *tiles;
  int32_t *queue; /* tiles to visit */
  struct wr_stream streams[WR_STREAMS];
  int64_t now_ms, free_ms; /* of this frame */
  int64_t planned_ms;
  size_t lossy_count; /* tiles */
};

bool wr_motion_init(struct wr_motion *motion, int32_t width, int32_t height);
void wr_motion_finish(struct wr_motion *motion);
/* Another terminal: no streams, nothing lossy, nothing known of motion. */
void wr_motion_clear(struct wr_motion *motion);

/* What a part of the picture looks like: text and controls have few colours or a background, and
 * edges; photographs and films have many colours. A plain sky is in between. */
enum wr_looks { WR_LOOKS_GRAPHIC, WR_LOOKS_BETWEEN, WR_LOOKS_NATURAL };

/* From a sample of the rectangle's pixels. */
enum wr_looks wr_motion_looks(const struct wr_picture *p, const struct wr_rect *r);

/* A tile changed within `changed`. */
void wr_motion_note(struct wr_motion *motion, int32_t tx, int32_t ty, const struct wr_rect *changed,
                    enum wr_looks looks);

/* Whether a change that was just noted is left to a stream that the tile lies in. Of what is
 * neither text nor film clearly, a single change is not. */
bool wr_motion_films(const struct wr_motion *motion, int32_t tx, int32_t ty, enum wr_looks looks);

/* Begins, moves and ends streams; to be called once per frame, before its tiles. */
void wr_motion_plan(struct wr_motion *motion, int64_t now_ms, int64_t free_ms);

/* It was shown exactly, and has not moved since. */
bool wr_motion_rested(const struct wr_stream *stream);

/* The part of the tile that lies in a stream; NULL when there is none. */
struct wr_stream *wr_motion_stream_at(struct wr_motion *motion, int32_t tx, int32_t ty,
                                      struct wr_rect *part);

/* The stream is about to show motion again. */
void wr_motion_moved(const struct wr_motion *motion, struct wr_stream *stream);

/* Whether what the tile shows lossily is to be made exact although it did not change. */
bool wr_motion_refine_due(struct wr_motion *motion, int32_t tx, int32_t ty);

/* Account of what the terminal shows; a rectangle of w = 0 means all exact. */
void wr_motion_set_lossy(struct wr_motion *motion, int32_t tx, int32_t ty,
                         const struct wr_rect *rect);

/* Whether any pixel of the rectangle is lossy. */
bool wr_motion_lossy_in(const struct wr_motion *motion, const struct wr_rect *rect);

/* Whether a stream shows most of the rectangle. */
bool wr_motion_covers(const struct wr_motion *motion, const struct wr_rect *rect);

/* Rectangles that cover what is lossy of a stream, at most one per tile; returns how many. */
size_t wr_motion_pieces(struct wr_motion *motion, const struct wr_stream *stream,
                        struct wr_rect *pieces);

/* The stream's rectangle with even edges; may go over the picture's by one. */
struct wr_rect wr_stream_coded(const struct wr_stream *stream);

#endif
