/* A readable pixel buffer that one addon lends to another. It travels through JavaScript as a
 * napi External carrying the type tag below, so that a foreign External is refused. */
#ifndef WR_PIXEL_SOURCE_H
#define WR_PIXEL_SOURCE_H

#include <stdint.h>

#define WR_PIXEL_SOURCE_ABI 1

/* Initialiser of a napi_type_tag: { lower, upper }. */
#define WR_PIXEL_SOURCE_TAG                                                                        \
  { 0x9d1c5f0b7a3e4862ull, 0xb4e82f6d03c97a15ull }

struct wr_pixel_source {
  uint32_t abi;                  /* WR_PIXEL_SOURCE_ABI */
  int32_t width, height, stride; /* pixels, pixels, bytes */
  uint32_t format;               /* wl_shm format: 0 ARGB8888, 1 XRGB8888, otherwise a fourcc */
  /* NULL when the pixels are gone. Reads until end() are safe against a truncated file.
   * At most one source per thread is between begin() and end(): libwayland's shm guard demands it.
   * end() is called only after a begin() that gave pixels. */
  const void *(*begin)(struct wr_pixel_source *);
  void (*end)(struct wr_pixel_source *);
};

#endif
