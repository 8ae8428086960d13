/* Cuts a byte stream into frames, as protocol/link/framing.ts does. Memory follows the bytes that
 * arrived, never a length that was only announced. */
#pragma once

#include "reader.h"

#ifdef __cplusplus
extern "C" {
#endif

enum wr_frame_kind { WR_FRAME_MESSAGE = 0, WR_FRAME_UNIT = 1, WR_FRAME_LINK = 2 };

#define WR_FRAME_HEADER_BYTES 5

struct wr_frame {
  enum wr_frame_kind kind;
  const unsigned char *bytes;
  uint32_t length;
  /* The bytes lie in the cutter's own memory: they are good until the next call only. Otherwise
   * they lie in the chunk. */
  bool is_kept;
};

struct wr_frames {
  const char *where; /* for problems, e.g. "channel display" */
  /* Longest frame of each kind that is accepted; 0 refuses the kind. */
  uint32_t limits[3];
  uint32_t header; /* what of it has come */
  unsigned shift;
  bool collecting; /* the header is complete */
  enum wr_frame_kind kind;
  uint32_t want, have;
  unsigned char *body; /* what has come of the frame, in room bytes from malloc */
  uint32_t room;
  bool told; /* the frame is complete and was given out */
};

/* Where the next bytes of the stream may be put to save a copy: in the body of a long frame, or
 * NULL when there is none, or no memory. Give what came there to wr_frames_filled(). */
unsigned char *wr_frames_room(struct wr_frames *frames, size_t *size);
void wr_frames_filled(struct wr_frames *frames, size_t count);
/* Takes bytes off the front of the chunk until a frame is complete. False: the chunk is used up, or
 * there is a problem and the stream is of no use any more. */
bool wr_frames_next(struct wr_frames *frames, const unsigned char **chunk, size_t *left,
                    struct wr_frame *frame, struct wr_problem *problem);
/* What has come of a frame that is not complete, as it would be sent: the header's bytes and how
 * many of the body follow them. */
size_t wr_frames_rest(const struct wr_frames *frames, unsigned char header[WR_FRAME_HEADER_BYTES],
                      size_t *body);
void wr_frames_close(struct wr_frames *frames);

/* What goes in front of a frame. Returns how many bytes that is. */
size_t wr_frame_header(unsigned char header[WR_FRAME_HEADER_BYTES], enum wr_frame_kind kind,
                       uint32_t length);

#ifdef __cplusplus
}
#endif
