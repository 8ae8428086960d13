/* Regions: what an update does to the terminal's picture, applied in order. */
#ifndef WR_REGION_H
#define WR_REGION_H

#include "picture.h"
#include "tile.h"

enum wr_encoding {
  WR_ENCODING_SOLID = 0,  /* a = 0xRRGGBB */
  WR_ENCODING_COPY = 1,   /* a, b = x, y of the source in the picture as it is at that point */
  WR_ENCODING_PIXELS = 2, /* planes in the payload, see planes.h */
  WR_ENCODING_DELTA = 3,  /* as PIXELS, XORed with the picture as it is at that point */
  WR_ENCODING_TINTED =
      4, /* as PIXELS, with a and b = the colour line, 0xRRGGBB each; a = b: GRADED */
  WR_ENCODING_VIDEO = 5, /* that part of the picture of video stream a */
  /* A row of tiles, each WR_TILE wide but perhaps the last, at most WR_TILE high. */
  WR_ENCODING_KEEP = 6, /* the terminal keeps them as they are at that point: slots a, a + 1... */
  WR_ENCODING_KEPT = 7, /* shows what slots a, a + 1... keep */
};

/* a and b are 0 where the encoding gives them no meaning. */
struct wr_region {
  int32_t encoding, x, y, w, h, a, b;
};

/* A copy before it is a region: from (sx, sy) to (dx, dy). */
struct wr_copy {
  int32_t sx, sy, dx, dy, w, h;
};

/* Bounds that keep one update's work proportional to the picture. The encoder stays below them. */
#define WR_REGIONS_EXTRA 256
#define WR_PAINT_FACTOR 4
#define WR_COPIES_MAX 64

static inline size_t wr_region_limit(int32_t width, int32_t height) {
  return 2 * (size_t)wr_tiles_across(width) * (size_t)wr_tiles_across(height) + WR_REGIONS_EXTRA;
}

static inline bool wr_region_has_payload(const struct wr_region *r) {
  return r->encoding >= WR_ENCODING_PIXELS && r->encoding <= WR_ENCODING_TINTED;
}

#endif
