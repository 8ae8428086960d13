/* Turns the difference between a new picture and what the terminal shows into regions and bytes. */
#ifndef WR_ENCODER_H
#define WR_ENCODER_H

#include "motion.h"
#include "region.h"

struct wr_encoder;

struct wr_encode_input {
  const struct wr_picture *picture; /* the encoder's size */
  const struct wr_rect *damage;
  size_t damage_count;
  const struct wr_copy *copies; /* hints: verified, used where they help */
  size_t copy_count;
  int level;       /* zstd, 1 to 19 */
  bool key;        /* ignore what the terminal shows */
  bool video;      /* the terminal takes films as video */
  int64_t now_ms;  /* any clock that runs evenly; for video only */
  int64_t free_ms; /* the same without the time in which no update could be taken */
  int32_t tiles;   /* that the terminal keeps; another number counts from the next key on */
  bool fine;       /* the terminal reads fine payloads */
  size_t budget;   /* bytes that the update should have, about; what is left waits. 0: no bound */
  bool thorough;   /* pages of text may be fine, too */
  bool graded;     /* the terminal reads graded regions */
};

/* A picture of a video stream that has to come with the update. */
struct wr_video_part {
  int32_t stream, x, y, w, h; /* to be coded; w and h are even */
  int32_t key;
};

/* Lives until the encoder's next call. */
struct wr_encoded {
  const struct wr_region *regions;
  size_t region_count;
  const uint8_t *payload;
  size_t payload_length;
  bool compressed, fine;
  uint32_t checksum; /* of the whole picture that the terminal shows afterwards, unless lossy */
  bool lossy;        /* some of it is what video left: encode again later to have it refined */
  uint32_t streams;  /* bit i: stream i goes on */
  /* Tiles that this update leaves as they were, although they differ: one number each, row by row,
   * 0 for none. The next updates show them, with damage or without. */
  const uint32_t *waiting;
  size_t waiting_count, tile_count;
  struct wr_video_part videos[WR_STREAMS];
  size_t video_count;
};

/* NULL when the size is out of range (1..WR_PICTURE_MAX_SIDE) or memory is short. */
struct wr_encoder *wr_encoder_create(int32_t width, int32_t height);
void wr_encoder_destroy(struct wr_encoder *encoder);

/* The terminal shows nothing known, and no film: the next update stands alone. */
void wr_encoder_reset(struct wr_encoder *encoder);

/* Afterwards the terminal shows input->picture within the damage but for waiting tiles, and perhaps
 * in more places.
 * Any thread, one at a time. False when zstd has no memory; then reset has been done. */
bool wr_encoder_encode(struct wr_encoder *encoder, const struct wr_encode_input *input,
                       struct wr_encoded *out);

#endif
