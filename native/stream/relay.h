/* One channel of a terminal and a session, joined: what comes on one goes out on the other, by the
 * rules of appliance/broker/relay.ts. It borrows both connections from the sinks they had, and
 * gives them back when it is parted. */
#pragma once

#include "endpoint.h"
#include "frames.h"

#ifdef __cplusplus
extern "C" {
#endif

enum wr_relay_side { WR_RELAY_TERMINAL = 0, WR_RELAY_SESSION = 1 };

struct wr_relay;

/* Called when a chunk has been dealt with. The relay may be parted or freed from within, but its
 * memory must stay until the call of the endpoint that is under way has returned. */
struct wr_relay_calls {
  /* The first frame went to the terminal. */
  void (*pictured)(struct wr_relay *relay);
  /* The link of this side is to be closed; of it nothing passes any more. A code of a
   * ProtocolError, or "overflow", "lost". */
  void (*failed)(struct wr_relay *relay, enum wr_relay_side side, const struct wr_problem *problem);
  /* Something came from this side, of which tells_next was set. */
  void (*spoke)(struct wr_relay *relay, enum wr_relay_side side);
  /* A connection ends, and the relay was parted; what had come is in wr_relay_rest(). */
  void (*parted)(struct wr_relay *relay);
};

struct wr_relay_end {
  struct wr_sink sink;
  struct wr_relay *relay;
  struct wr_endpoint *endpoint;
  struct wr_sink *before;
  struct wr_frames frames;
  size_t most_unsent;      /* on this connection; more means that the peer does not read */
  uint64_t heard_ns;       /* of CLOCK_MONOTONIC; when something came last */
  struct wr_problem found; /* to be told */
  bool failed;             /* nothing more passes from here or to here */
  bool is_direct;          /* the room that was given out is in the frame's body */
  bool is_paused;
  bool tells_next; /* once */
  bool has_spoken; /* to be told */
};

/* Frames that go out together. */
#define WR_RELAY_BATCH 16
struct wr_relay_batch {
  unsigned char headers[WR_RELAY_BATCH][WR_FRAME_HEADER_BYTES];
  struct iovec parts[2 * WR_RELAY_BATCH];
  size_t frames;
};

struct wr_relay {
  const struct wr_relay_calls *calls;
  struct wr_relay_end ends[2];
  struct wr_relay_batch batch;
  int channel; /* enum wr_channel: input, cursor or display */
  uint32_t view;
  uint32_t input_view; /* what the terminal said last that its input is for */
  bool waits_for_picture;
  bool has_pictured; /* to be told */
  bool joined;
};

/* For the units of a session: its view, or 0 with a problem. */
uint32_t wr_relay_unit_view(const unsigned char *unit, size_t length, struct wr_problem *problem);

/* The rules are set: calls, channel, view, input_view, waits_for_picture, and of both ends
 * endpoint, most_unsent, frames.where and frames.limits; all else is zero. */
void wr_relay_join(struct wr_relay *relay);
/* What came of a frame before the relay was joined; never a whole one. */
void wr_relay_push(struct wr_relay *relay, enum wr_relay_side from, const unsigned char *bytes,
                   size_t length);
/* At once: nothing passes any more. May be called again. */
void wr_relay_part(struct wr_relay *relay);
/* What has come of a frame from this side that did not pass, as it would be sent. */
size_t wr_relay_rest(const struct wr_relay *relay, enum wr_relay_side from,
                     unsigned char header[WR_FRAME_HEADER_BYTES], const unsigned char **body,
                     size_t *length);
/* Parts it, and gives its memory back. */
void wr_relay_free(struct wr_relay *relay);

#ifdef __cplusplus
}
#endif
