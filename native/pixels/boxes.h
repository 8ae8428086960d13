/* Rectangles of change, one per tile at most, joined where that saves bytes. */
#ifndef WR_BOXES_H
#define WR_BOXES_H

#include "picture.h"

struct wr_box {
  struct wr_rect rect;
  bool solid;
  uint32_t rgb; /* of a solid one */
  bool graded;  /* pixels that suit this encoding */
};

struct wr_boxes {
  struct wr_box *items;
  size_t count, capacity;
  int64_t pixel_area; /* of the boxes that are not solid; never grows above area_limit */
  int64_t area_limit;
  bool graded; /* there are two kinds: what one takes in may be pixels of the other, sent twice */
  size_t row_start, previous_row_start; /* the boxes of the current and the previous tile row */
};

void wr_boxes_clear(struct wr_boxes *boxes);

/* Adds the box of a tile; tiles come row by row, left to right. Solid boxes join only where their
 * union is exact; others may take in a few unchanged pixels. */
void wr_boxes_add(struct wr_boxes *boxes, const struct wr_box *box);

#define WR_BESIDE 4
/* What of a rectangle lies beside a part of the same tile, above, left, right and below; some of
 * them have a side of 0 or less. */
void wr_rect_beside(const struct wr_rect *rect, const struct wr_rect *part,
                    struct wr_rect beside[WR_BESIDE]);

/* Whether pixels are mostly like one beside them. */
bool wr_boxes_are_text(const struct wr_boxes *boxes, const struct wr_picture *picture);

/* Call after the last tile of a row. */
void wr_boxes_end_row(struct wr_boxes *boxes);

#endif
