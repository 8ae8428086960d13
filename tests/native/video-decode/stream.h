/* A short stream by the encoder, with the pictures that went in. */
#ifndef WR_TEST_STREAM_H
#define WR_TEST_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STREAM_UNITS 12

struct unit {
  uint8_t *bytes;
  size_t length;
};

struct stream {
  struct unit units[STREAM_UNITS];
  uint32_t *pictures[STREAM_UNITS];
};

bool stream_make(struct stream *stream, int32_t width, int32_t height);
void stream_free(struct stream *stream);

#endif
