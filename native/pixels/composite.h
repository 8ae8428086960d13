/* Paints a display list into the damaged part of a picture. */
#ifndef WR_COMPOSITE_H
#define WR_COMPOSITE_H

#include "picture.h"

#include "wr_pixel_source.h"

enum wr_draw_kind { WR_DRAW_SOLID = 0, WR_DRAW_IMAGE = 1 };

struct wr_draw {
  enum wr_draw_kind kind;
  struct wr_pixel_source *source; /* IMAGE; its format is one that wr_format_find knows */
  struct wr_rect to;
  double sx, sy, sw, sh; /* pixels of the buffer after its transform was undone */
  int transform;         /* wl_output.transform 0..7, already applied to the buffer's content */
  double alpha;          /* 0..1 */
  uint32_t colour;       /* SOLID: 0xAARRGGBB premultiplied */
  bool opaque;           /* the source's alpha channel is to be ignored */
  bool bilinear;
};

/* Paints bottom to top, clipped to the damage. What opaque items above hide is not painted. Each
 * source is between begin() and end() alone; a source without pixels paints nothing.
 * False when memory is short; then the damaged part is undefined. */
bool wr_composite(struct wr_picture *target, const struct wr_draw *items, size_t item_count,
                  const struct wr_rect *damage, size_t damage_count);

#endif
