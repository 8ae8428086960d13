/* A readable pixel buffer that one addon lends to another, carried in a Node-API External. */
#ifndef WR_PIXEL_SOURCE_H
#define WR_PIXEL_SOURCE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define WR_PIXEL_SOURCE_ABI 1

/* For napi_type_tag_object and napi_check_object_type_tag: {lower, upper}. */
#define WR_PIXEL_SOURCE_TAG_LOWER UINT64_C(0x7772706978656c73)
#define WR_PIXEL_SOURCE_TAG_UPPER UINT64_C(0x9c41d0a7e5b84f16)
#define WR_PIXEL_SOURCE_TAG                                                                        \
  { WR_PIXEL_SOURCE_TAG_LOWER, WR_PIXEL_SOURCE_TAG_UPPER }

struct wr_pixel_source {
  uint32_t abi;                  /* WR_PIXEL_SOURCE_ABI */
  int32_t width, height, stride; /* pixels, pixels, bytes */
  uint32_t format;               /* wl_shm.format: 0 ARGB8888, 1 XRGB8888, else a DRM fourcc */
  /* The first row, or NULL when the pixels are gone. Until end() reads are safe even when the
   * file behind the pixels is truncated. Only on the main thread; calls may nest, and every
   * successful begin() needs its end(). */
  const void *(*begin)(struct wr_pixel_source *);
  void (*end)(struct wr_pixel_source *);
};

#ifdef __cplusplus
}
#endif
#endif
