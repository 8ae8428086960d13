/* Applies updates to a picture. Everything about an update is hostile until checked. */
#ifndef WR_DECODER_H
#define WR_DECODER_H

#include "region.h"

struct wr_decoder;

/* The picture of a video stream that came with an update; right and lower edge may lie outside of
 * the picture. */
struct wr_video_picture {
  int32_t stream;
  struct wr_rect rect;
  const uint32_t *pixels; /* rect.w * rect.h */
};

struct wr_update {
  const struct wr_region *regions;
  size_t region_count;
  const uint8_t *payload;
  size_t payload_length;
  bool compressed; /* one zstd frame */
  bool fine;       /* as fine.h says, for regions of PIXELS; there are no DELTA and TINTED then */
  const struct wr_video_picture *videos;
  size_t video_count;
};

#define WR_DECODE_WHOLE_UPDATE SIZE_MAX

struct wr_decode_error {
  size_t region; /* index, or WR_DECODE_WHOLE_UPDATE */
  const char *reason;
};

/* tiles: how many it keeps at most, 16 KiB each as they come. NULL without memory. */
struct wr_decoder *wr_decoder_create(int32_t tiles);
void wr_decoder_destroy(struct wr_decoder *decoder);
/* Overwrites what it still holds of the updates so far; it can be used on. */
void wr_decoder_forget(struct wr_decoder *decoder);

/* False: the update is refused and the picture untouched. Needs up to 3 bytes per pixel. */
bool wr_decoder_apply(struct wr_decoder *decoder, struct wr_picture *picture,
                      const struct wr_update *update, struct wr_decode_error *error);

#endif
