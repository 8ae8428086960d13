/* Reads the protocol's primitives with bounds checks, as protocol/codec/reader.ts does. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A rule that a peer broke, in the words of a ProtocolError. */
struct wr_problem {
  const char *code; /* NULL: none */
  char where[48];
  char what[96];
};

/* Keeps the first one. */
void wr_problem_set(struct wr_problem *problem, const char *code, const char *where,
                    const char *what, ...) __attribute__((format(printf, 4, 5)));

/* After a problem everything reads as 0. */
struct wr_reader {
  const unsigned char *bytes;
  size_t at, end;
  struct wr_problem *problem;
};

uint32_t wr_reader_u8(struct wr_reader *reader, const char *where);
uint32_t wr_reader_u24(struct wr_reader *reader, const char *where);
uint32_t wr_reader_u32(struct wr_reader *reader, const char *where);
uint32_t wr_reader_uint(struct wr_reader *reader, const char *where);
uint64_t wr_reader_uint53(struct wr_reader *reader, const char *where);
int32_t wr_reader_int(struct wr_reader *reader, const char *where);
bool wr_reader_bool(struct wr_reader *reader, const char *where);
void wr_reader_blob(struct wr_reader *reader, uint32_t max_bytes, const char *where);
/* Number of items; refused when the rest of the message cannot hold them. */
uint32_t wr_reader_count(struct wr_reader *reader, uint32_t max, uint32_t min_item_bytes,
                         const char *where);
/* Narrows the reader to a struct's bytes; returns the end to restore with wr_reader_leave(). */
size_t wr_reader_enter(struct wr_reader *reader, const char *where);
void wr_reader_leave(struct wr_reader *reader, size_t outer);
/* A table's cell: `value` as it was rebuilt from the wire. Returns it, or 0 with a problem. */
int64_t wr_reader_check_cell(struct wr_reader *reader, int64_t value, int64_t max,
                             const char *where);

#ifdef __cplusplus
}
#endif
