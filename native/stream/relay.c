#include "relay.h"
#include "messages.h"

#include <errno.h>
#include <string.h>
#include <time.h>

/* As in protocol/channel.ts. */
enum { CHANNEL_INPUT = 1, CHANNEL_CURSOR = 2, CHANNEL_DISPLAY = 3 };
#define INPUT_VIEW 13
/* A unit that begins with less is a step, see protocol/frame-step.ts. */
#define STEP_FIRST_BYTES 12
/* More than this unsent at the terminal: nothing is read of the session, which then meets its own
 * bound. Frames are paced by acknowledgements, which a terminal may give without reading; to a fast
 * one a few may be on their way. */
#define HIGH_WATER_BYTES 65536
#define HIGH_WATER_FRAMES_BYTES 1048576
#define SHARED_BYTES 65536

/* What is read is dealt with before anything else can be read, on whichever loop's thread. */
static _Thread_local unsigned char shared[SHARED_BYTES];

static struct wr_relay_end *end_of(struct wr_sink *sink) { return (struct wr_relay_end *)sink; }

static struct wr_relay_end *other_end(const struct wr_relay_end *end) {
  struct wr_relay_end *ends = end->relay->ends;
  return end == &ends[WR_RELAY_TERMINAL] ? &ends[WR_RELAY_SESSION] : &ends[WR_RELAY_TERMINAL];
}

static void fail(struct wr_relay_end *end, const char *code, const char *where, const char *what) {
  end->failed = true;
  wr_problem_set(&end->found, code, where, "%s", what);
}

static void check_unsent(struct wr_relay_end *to) {
  size_t unsent = wr_endpoint_unsent(to->endpoint);
  if (unsent <= to->most_unsent)
    return;
  to->failed = true;
  wr_problem_set(&to->found, "overflow", to->frames.where, "%zu bytes wait", unsent);
}

static void flush(struct wr_relay *relay, struct wr_relay_end *to) {
  struct wr_relay_batch *batch = &relay->batch;
  size_t frames = batch->frames;
  batch->frames = 0;
  if (frames == 0 || to->failed)
    return;
  int status = wr_endpoint_write(to->endpoint, batch->parts, 2 * frames);
  if (status == -ENOBUFS)
    fail(to, "overflow", to->frames.where, "more bytes wait than can");
  else if (status < 0)
    fail(to, "lost", to->frames.where, strerror(-status));
  else
    check_unsent(to);
}

static void pass(struct wr_relay *relay, struct wr_relay_end *to, const struct wr_frame *frame) {
  struct wr_relay_batch *batch = &relay->batch;
  size_t i = batch->frames++;
  size_t bytes = wr_frame_header(batch->headers[i], frame->kind, frame->length);
  batch->parts[2 * i] = (struct iovec){batch->headers[i], bytes};
  batch->parts[2 * i + 1] = (struct iovec){(void *)frame->bytes, frame->length};
  if (frame->is_kept || batch->frames == WR_RELAY_BATCH)
    flush(relay, to);
}

static void from_terminal(struct wr_relay_end *from, const struct wr_frame *frame) {
  struct wr_relay *relay = from->relay;
  if (relay->channel == CHANNEL_INPUT) {
    if (frame->length > 0 && frame->bytes[0] == INPUT_VIEW) {
      struct wr_reader reader = {frame->bytes, 0, frame->length, &from->found};
      uint32_t view;
      if (wr_read_input(&reader, &view))
        relay->input_view = view;
    }
    if (from->found.code || relay->view != relay->input_view)
      return;
  }
  pass(relay, other_end(from), frame);
}

static uint32_t head_length(struct wr_reader *reader) {
  uint32_t length = 0;
  for (int i = 0; i < 4; i++) {
    if (reader->at >= reader->end) {
      wr_problem_set(reader->problem, "truncated", "frame unit", "it has no head");
      return 0;
    }
    uint32_t byte = reader->bytes[reader->at++];
    length |= (byte & 0x7f) << (7 * i);
    if (byte < 0x80)
      return length;
  }
  wr_problem_set(reader->problem, "too-long", "frame unit", "the length of the head");
  return 0;
}

uint32_t wr_relay_unit_view(const unsigned char *unit, size_t length, struct wr_problem *problem) {
  struct wr_reader reader = {unit, 0, length, problem};
  uint32_t view = 0;
  if (length > 0 && unit[0] < STEP_FIRST_BYTES) {
    reader.at = 1;
    return wr_reader_uint(&reader, "step");
  }
  uint32_t bytes = head_length(&reader);
  if (bytes > reader.end - reader.at)
    wr_problem_set(problem, "truncated", "frame unit", "the head is longer than the unit");
  if (problem->code)
    return 0;
  reader.end = reader.at + bytes;
  const char *name = wr_read_display(&reader, &view);
  if (!problem->code && (!name || strcmp(name, "FrameUpdate") != 0))
    wr_problem_set(problem, "unexpected", "frame unit", "the head is %s", name ? name : "unknown");
  return problem->code ? 0 : view;
}

/* The session's process is its user's, who may have it say anything. */
static bool is_meant(struct wr_relay_end *from, const struct wr_frame *frame) {
  const struct wr_relay *relay = from->relay;
  bool is_unit = frame->kind == WR_FRAME_UNIT;
  if (!is_unit && relay->channel != CHANNEL_CURSOR)
    return false;
  if (relay->view == 0)
    return true;
  if (is_unit)
    return wr_relay_unit_view(frame->bytes, frame->length, &from->found) == relay->view &&
           !from->found.code;
  struct wr_reader reader = {frame->bytes, 0, frame->length, &from->found};
  uint32_t view;
  return wr_read_cursor(&reader, &view) && view == relay->view;
}

static void from_session(struct wr_relay_end *from, const struct wr_frame *frame) {
  struct wr_relay *relay = from->relay;
  if (!is_meant(from, frame))
    return;
  pass(relay, other_end(from), frame);
  if (frame->kind == WR_FRAME_UNIT && relay->waits_for_picture) {
    relay->waits_for_picture = false;
    relay->has_pictured = true;
  }
}

static void take(struct wr_relay_end *from, const unsigned char *chunk, size_t left) {
  struct wr_relay *relay = from->relay;
  bool is_session = from == &relay->ends[WR_RELAY_SESSION];
  struct wr_frame frame;
  while (!from->failed && wr_frames_next(&from->frames, &chunk, &left, &frame, &from->found)) {
    if (is_session)
      from_session(from, &frame);
    else
      from_terminal(from, &frame);
    from->failed = from->failed || from->found.code;
  }
  from->failed = from->failed || from->found.code;
  flush(relay, other_end(from));
}

static void pace_session(struct wr_relay *relay) {
  struct wr_relay_end *session = &relay->ends[WR_RELAY_SESSION];
  struct wr_relay_end *terminal = &relay->ends[WR_RELAY_TERMINAL];
  size_t most = relay->channel == CHANNEL_DISPLAY ? HIGH_WATER_FRAMES_BYTES : HIGH_WATER_BYTES;
  if (session->is_paused || wr_endpoint_unsent(terminal->endpoint) <= most)
    return;
  session->is_paused = true;
  wr_endpoint_read(session->endpoint, false);
}

/* The calls may part it. */
static void tell(struct wr_relay *relay) {
  if (relay->has_pictured) {
    relay->has_pictured = false;
    relay->calls->pictured(relay);
  }
  for (int side = 0; side < 2 && relay->joined; side++) {
    if (!relay->ends[side].has_spoken)
      continue;
    relay->ends[side].has_spoken = false;
    relay->calls->spoke(relay, (enum wr_relay_side)side);
  }
  for (int side = 0; side < 2 && relay->joined; side++) {
    struct wr_problem problem = relay->ends[side].found;
    if (!problem.code)
      continue;
    relay->ends[side].found.code = NULL;
    relay->calls->failed(relay, (enum wr_relay_side)side, &problem);
  }
}

static unsigned char *room(struct wr_sink *sink, size_t *size) {
  struct wr_relay_end *end = end_of(sink);
  unsigned char *direct = end->failed ? NULL : wr_frames_room(&end->frames, size);
  end->is_direct = direct != NULL;
  if (direct)
    return direct;
  *size = sizeof shared;
  return shared;
}

static uint64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static void arrived(struct wr_sink *sink, size_t count) {
  struct wr_relay_end *end = end_of(sink);
  struct wr_relay *relay = end->relay;
  if (!relay->joined)
    return;
  end->heard_ns = now_ns();
  end->has_spoken = end->tells_next;
  end->tells_next = false;
  if (end->is_direct)
    wr_frames_filled(&end->frames, count);
  take(end, shared, end->is_direct ? 0 : count);
  end->is_direct = false;
  pace_session(relay);
  tell(relay);
}

static void drained(struct wr_sink *sink) {
  struct wr_relay *relay = end_of(sink)->relay;
  struct wr_relay_end *session = &relay->ends[WR_RELAY_SESSION];
  if (end_of(sink) == session || !session->is_paused)
    return;
  session->is_paused = false;
  wr_endpoint_read(session->endpoint, true);
}

static void ended(struct wr_sink *sink, int status, const char *words) {
  struct wr_relay_end *end = end_of(sink);
  struct wr_sink *before = end->before;
  wr_relay_part(end->relay);
  end->relay->calls->parted(end->relay);
  before->calls->ended(before, status, words);
}

static void closed(struct wr_sink *sink) {
  struct wr_relay_end *end = end_of(sink);
  struct wr_sink *before = end->before;
  end->endpoint = NULL;
  wr_relay_part(end->relay);
  before->calls->closed(before);
}

static const struct wr_sink_calls calls = {room, arrived, drained, ended, closed};

void wr_relay_join(struct wr_relay *relay) {
  relay->joined = true;
  /* The same for both: neither has answered the other. */
  uint64_t joined_ns = now_ns();
  for (int side = 0; side < 2; side++) {
    struct wr_relay_end *end = &relay->ends[side];
    end->sink.calls = &calls;
    end->relay = relay;
    end->before = end->endpoint->sink;
    end->endpoint->sink = &end->sink;
    end->heard_ns = joined_ns;
    wr_endpoint_read(end->endpoint, true);
  }
  pace_session(relay);
}

void wr_relay_push(struct wr_relay *relay, enum wr_relay_side from, const unsigned char *bytes,
                   size_t length) {
  take(&relay->ends[from], bytes, length);
}

void wr_relay_part(struct wr_relay *relay) {
  if (!relay->joined)
    return;
  relay->joined = false;
  for (int side = 0; side < 2; side++) {
    struct wr_relay_end *end = &relay->ends[side];
    if (!end->endpoint)
      continue;
    end->endpoint->sink = end->before;
    wr_endpoint_read(end->endpoint, true);
    end->endpoint = NULL;
  }
}

size_t wr_relay_rest(const struct wr_relay *relay, enum wr_relay_side from,
                     unsigned char header[WR_FRAME_HEADER_BYTES], const unsigned char **body,
                     size_t *length) {
  const struct wr_frames *frames = &relay->ends[from].frames;
  *body = frames->body;
  return wr_frames_rest(frames, header, length);
}

void wr_relay_free(struct wr_relay *relay) {
  wr_relay_part(relay);
  for (int side = 0; side < 2; side++)
    wr_frames_close(&relay->ends[side].frames);
}
