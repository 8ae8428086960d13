#include "reader.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

void wr_problem_set(struct wr_problem *problem, const char *code, const char *where,
                    const char *what, ...) {
  if (problem->code)
    return;
  problem->code = code;
  snprintf(problem->where, sizeof problem->where, "%s", where);
  va_list arguments;
  va_start(arguments, what);
  vsnprintf(problem->what, sizeof problem->what, what, arguments);
  va_end(arguments);
}

static void truncated(struct wr_reader *reader, const char *where) {
  wr_problem_set(reader->problem, "truncated", where, "the message ends too early");
}

/* The bytes, or NULL with a problem. */
static const unsigned char *take(struct wr_reader *reader, size_t bytes, const char *where) {
  if (reader->problem->code)
    return NULL;
  if (bytes > reader->end - reader->at) {
    truncated(reader, where);
    return NULL;
  }
  const unsigned char *taken = reader->bytes + reader->at;
  reader->at += bytes;
  return taken;
}

uint32_t wr_reader_u8(struct wr_reader *reader, const char *where) {
  const unsigned char *b = take(reader, 1, where);
  return b ? b[0] : 0;
}

uint32_t wr_reader_u24(struct wr_reader *reader, const char *where) {
  const unsigned char *b = take(reader, 3, where);
  return b ? b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 : 0;
}

uint32_t wr_reader_u32(struct wr_reader *reader, const char *where) {
  const unsigned char *b = take(reader, 4, where);
  return b ? b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24 : 0;
}

uint32_t wr_reader_uint(struct wr_reader *reader, const char *where) {
  uint32_t value = 0;
  for (int shift = 0; shift < 28; shift += 7) {
    uint32_t byte = wr_reader_u8(reader, where);
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80)
      return reader->problem->code ? 0 : value;
  }
  uint32_t last = wr_reader_u8(reader, where);
  if (last > 0x0f) {
    wr_problem_set(reader->problem, "out-of-range", where, "integer of more than 32 bits");
    return 0;
  }
  return reader->problem->code ? 0 : value | last << 28;
}

uint64_t wr_reader_uint53(struct wr_reader *reader, const char *where) {
  uint64_t value = 0;
  for (int shift = 0; shift < 56; shift += 7) {
    uint32_t byte = wr_reader_u8(reader, where);
    value |= (uint64_t)(byte & 0x7f) << shift;
    if (byte >= 0x80)
      continue;
    if (value >> 53)
      break;
    return reader->problem->code ? 0 : value;
  }
  wr_problem_set(reader->problem, "out-of-range", where, "integer of more than 53 bits");
  return 0;
}

int32_t wr_reader_int(struct wr_reader *reader, const char *where) {
  uint32_t value = wr_reader_uint(reader, where);
  return (int32_t)(value >> 1 ^ -(value & 1));
}

bool wr_reader_bool(struct wr_reader *reader, const char *where) {
  uint32_t value = wr_reader_u8(reader, where);
  if (value > 1)
    wr_problem_set(reader->problem, "malformed", where, "%" PRIu32 " is not a boolean", value);
  return value == 1;
}

void wr_reader_blob(struct wr_reader *reader, uint32_t max_bytes, const char *where) {
  uint32_t bytes = wr_reader_count(reader, max_bytes, 1, where);
  take(reader, bytes, where);
}

uint32_t wr_reader_count(struct wr_reader *reader, uint32_t max, uint32_t min_item_bytes,
                         const char *where) {
  uint32_t count = wr_reader_uint(reader, where);
  if (count > max)
    wr_problem_set(reader->problem, "too-long", where,
                   "%" PRIu32 " is more than the allowed %" PRIu32, count, max);
  else if ((uint64_t)count * min_item_bytes > reader->end - reader->at)
    truncated(reader, where);
  return reader->problem->code ? 0 : count;
}

size_t wr_reader_enter(struct wr_reader *reader, const char *where) {
  size_t outer = reader->end;
  /* Apart, as reading it moves where it is read. */
  uint32_t length = wr_reader_count(reader, UINT32_MAX, 1, where);
  reader->end = reader->at + length;
  return outer;
}

void wr_reader_leave(struct wr_reader *reader, size_t outer) {
  reader->at = reader->end;
  reader->end = outer;
}

int64_t wr_reader_check_cell(struct wr_reader *reader, int64_t value, int64_t max,
                             const char *where) {
  if (reader->problem->code)
    return 0;
  if (value >= 0 && value <= max)
    return value;
  wr_problem_set(reader->problem, "out-of-range", where, "%" PRId64 " is not within 0 to %" PRId64,
                 value, max);
  return 0;
}
