#include "frames.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_ROOM 4096u
/* A body that was bigger is given back with its frame. */
#define KEPT_ROOM 65536u
/* With less missing it is better to read on into what comes after it. */
#define DIRECT_BYTES 16384u

static bool is_complete(const struct wr_frames *frames) {
  return frames->collecting && frames->have == frames->want;
}

/* Room for at least one more byte, at most for the frame. */
static bool make_room(struct wr_frames *frames, uint32_t bytes) {
  uint32_t wanted = frames->have + bytes;
  if (wanted <= frames->room)
    return true;
  uint32_t room = wanted < FIRST_ROOM ? FIRST_ROOM : wanted;
  unsigned char *more = realloc(frames->body, room);
  if (!more)
    return false;
  frames->body = more;
  frames->room = room;
  return true;
}

static void begin_anew(struct wr_frames *frames) {
  frames->collecting = frames->told = false;
  frames->have = frames->want = 0;
  if (frames->room <= KEPT_ROOM)
    return;
  free(frames->body);
  frames->body = NULL;
  frames->room = 0;
}

unsigned char *wr_frames_room(struct wr_frames *frames, size_t *size) {
  if (!frames->collecting || frames->want - frames->have < DIRECT_BYTES)
    return NULL;
  uint32_t more = frames->have < 65536 ? 65536 : frames->have;
  uint32_t missing = frames->want - frames->have;
  if (frames->room - frames->have < DIRECT_BYTES &&
      !make_room(frames, more < missing ? more : missing))
    return NULL;
  uint32_t free_bytes = frames->room - frames->have;
  *size = free_bytes < missing ? free_bytes : missing;
  return frames->body + frames->have;
}

void wr_frames_filled(struct wr_frames *frames, size_t count) { frames->have += (uint32_t)count; }

static void start_frame(struct wr_frames *frames, struct wr_problem *problem) {
  uint32_t kind = frames->header & 3, length = frames->header >> 2;
  uint32_t limit = kind < 3 ? frames->limits[kind] : 0;
  frames->header = 0;
  frames->shift = 0;
  if (limit == 0) {
    wr_problem_set(problem, "unexpected", frames->where, "frame of kind %" PRIu32, kind);
  } else if (length > limit) {
    wr_problem_set(problem, "too-long", frames->where,
                   "frame of %" PRIu32 " bytes, %" PRIu32 " are allowed", length, limit);
  } else {
    frames->kind = (enum wr_frame_kind)kind;
    frames->want = length;
    frames->have = 0;
    frames->collecting = true;
  }
}

static void read_header_byte(struct wr_frames *frames, unsigned char byte,
                             struct wr_problem *problem) {
  if (frames->shift == 28 && byte > 0x0f) {
    wr_problem_set(problem, "out-of-range", frames->where, "frame header of more than 32 bits");
    return;
  }
  frames->header |= (uint32_t)(byte & 0x7f) << frames->shift;
  frames->shift += 7;
  if (byte < 0x80)
    start_frame(frames, problem);
}

/* Keeps what of the frame is in the chunk. */
static size_t collect(struct wr_frames *frames, const unsigned char *chunk, size_t left,
                      struct wr_problem *problem) {
  uint32_t missing = frames->want - frames->have;
  uint32_t taken = left < missing ? (uint32_t)left : missing;
  /* Doubled, so that a long frame in small pieces is not moved with each. */
  uint32_t twice = frames->have < missing ? frames->have : missing;
  if (frames->room - frames->have < taken && !make_room(frames, twice > taken ? twice : taken)) {
    wr_problem_set(problem, "too-long", frames->where, "no memory for %" PRIu32 " bytes",
                   frames->want);
    return 0;
  }
  memcpy(frames->body + frames->have, chunk, taken);
  frames->have += taken;
  return taken;
}

bool wr_frames_next(struct wr_frames *frames, const unsigned char **chunk, size_t *left,
                    struct wr_frame *frame, struct wr_problem *problem) {
  if (frames->told)
    begin_anew(frames);
  while (!problem->code) {
    if (is_complete(frames)) {
      *frame = (struct wr_frame){frames->kind, frames->body, frames->want, true};
      frames->told = true;
      return true;
    }
    if (*left == 0)
      return false;
    if (!frames->collecting) {
      read_header_byte(frames, **chunk, problem);
      ++*chunk;
      --*left;
      continue;
    }
    if (frames->have == 0 && *left >= frames->want) {
      *frame = (struct wr_frame){frames->kind, *chunk, frames->want, false};
      *chunk += frames->want;
      *left -= frames->want;
      begin_anew(frames);
      return true;
    }
    size_t taken = collect(frames, *chunk, *left, problem);
    *chunk += taken;
    *left -= taken;
  }
  return false;
}

size_t wr_frames_rest(const struct wr_frames *frames, unsigned char header[WR_FRAME_HEADER_BYTES],
                      size_t *body) {
  *body = 0;
  if (frames->collecting) {
    *body = frames->have;
    return wr_frame_header(header, frames->kind, frames->want);
  }
  size_t bytes = frames->shift / 7;
  for (size_t i = 0; i < bytes; i++)
    header[i] = (frames->header >> (7 * i) & 0x7f) | 0x80;
  return bytes;
}

void wr_frames_close(struct wr_frames *frames) {
  free(frames->body);
  frames->body = NULL;
  frames->room = frames->have = frames->want = 0;
  frames->collecting = false;
}

size_t wr_frame_header(unsigned char header[WR_FRAME_HEADER_BYTES], enum wr_frame_kind kind,
                       uint32_t length) {
  uint32_t rest = length << 2 | kind;
  size_t bytes = 0;
  for (; rest > 0x7f; rest >>= 7)
    header[bytes++] = (rest & 0x7f) | 0x80;
  header[bytes++] = (unsigned char)rest;
  return bytes;
}
