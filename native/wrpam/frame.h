/* Frames as appliance/wire/frame.ts has them: two lengths (u32, little-endian), a head of JSON, a
 * tail of secrets. */
#pragma once

#include "text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WR_FRAME_HEAD_MAX (256u * 1024)
#define WR_FRAME_SECRETS_MAX (16u * 1024)

/* One frame at most. All zero at the beginning. */
struct wr_frame {
  unsigned char prefix[8];
  char *body; /* head, then secrets */
  size_t filled, head, secrets;
  bool whole;
};

enum wr_frame_status { WR_FRAME_MORE, WR_FRAME_WHOLE, WR_FRAME_CLOSED, WR_FRAME_BAD };

/* Takes what is there to read, up to the frame's end; does not wait. */
enum wr_frame_status wr_frame_pump(struct wr_frame *frame, int fd);
/* Waits for a frame: until `deadline_ms` (wr_frame_now_ms; -1: for ever) for it to begin, and 10 s
 * from then on for its end. MORE: none has begun. */
enum wr_frame_status wr_frame_await(struct wr_frame *frame, int fd, int64_t deadline_ms);
/* A frame has begun and is not whole. */
bool wr_frame_within(const struct wr_frame *frame);
/* Wipes and frees; ready for the next frame. */
void wr_frame_clear(struct wr_frame *frame);
/* Sends a head, and frees it. False when it failed to be written or nobody takes it within 10 s. */
bool wr_frame_send(int fd, struct wr_text *head);
int64_t wr_frame_now_ms(void);
