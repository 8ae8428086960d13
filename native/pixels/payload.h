/* The bytes of an update: collected raw, then one zstd frame where that is smaller. */
#ifndef WR_PAYLOAD_H
#define WR_PAYLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zstd.h>

struct wr_payload {
  uint8_t *raw, *packed;
  size_t raw_length, capacity;
  ZSTD_CCtx *context; /* reused: creating one costs more than a small update */
  const uint8_t *result;
  size_t result_length;
  bool compressed;
  bool holds_big;    /* pages of a big frame */
  bool holds_tables; /* the context does, megabytes of them */
  uint32_t frames_since_big;
};

bool wr_payload_init(struct wr_payload *payload, size_t capacity);
void wr_payload_finish(struct wr_payload *payload);
void wr_payload_clear(struct wr_payload *payload);
/* Room for `length` more bytes; the sum stays within the capacity. */
uint8_t *wr_payload_reserve(struct wr_payload *payload, size_t length);
/* Sets result, result_length and compressed. False when zstd has no memory.
 * `more`: the next one will probably need the same level. */
bool wr_payload_compress(struct wr_payload *payload, int level, bool more);

#endif
