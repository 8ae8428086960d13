#include "boxes.h"
#include "tile.h"

/* A region costs about 14 bytes of header and breaks the compressor's run; pixels that did not
 * change cost far less each. */
#define JOIN_WASTE_PIXELS 192
#define JOIN_WASTE_SHARE 32
/* With fewer breaks than this share of its pixels a page as a fine payload is half of what zstd
 * makes of it at its best; a photograph is no smaller. */
#define TEXT_SHARE 0.5

static struct wr_rect unite(const struct wr_rect *a, const struct wr_rect *b) {
  const int32_t x0 = a->x < b->x ? a->x : b->x, y0 = a->y < b->y ? a->y : b->y;
  const int32_t ax1 = a->x + a->w, bx1 = b->x + b->w, ay1 = a->y + a->h, by1 = b->y + b->h;
  return (struct wr_rect){x0, y0, (ax1 > bx1 ? ax1 : bx1) - x0, (ay1 > by1 ? ay1 : by1) - y0};
}

static bool join(struct wr_boxes *boxes, struct wr_box *into, const struct wr_box *box) {
  if (into->solid != box->solid || into->graded != box->graded ||
      (box->solid && into->rgb != box->rgb))
    return false;
  const struct wr_rect both = unite(&into->rect, &box->rect);
  const int64_t area = wr_rect_area(&both);
  const int64_t waste = area - wr_rect_area(&into->rect) - wr_rect_area(&box->rect);
  if (box->solid || boxes->graded) {
    if (waste != 0)
      return false;
  } else {
    if (waste > JOIN_WASTE_PIXELS + area / JOIN_WASTE_SHARE ||
        boxes->pixel_area + waste > boxes->area_limit)
      return false;
    boxes->pixel_area += waste;
  }
  into->rect = both;
  return true;
}

static int32_t least(int32_t a, int32_t b) { return a < b ? a : b; }
static int32_t most(int32_t a, int32_t b) { return a > b ? a : b; }

void wr_rect_beside(const struct wr_rect *c, const struct wr_rect *part,
                    struct wr_rect beside[WR_BESIDE]) {
  const int32_t right = c->x + c->w, bottom = c->y + c->h;
  const int32_t part_right = most(c->x, part->x + part->w);
  const int32_t part_bottom = most(c->y, part->y + part->h);
  const int32_t top = most(c->y, part->y), end = least(bottom, part_bottom);
  beside[0] = (struct wr_rect){c->x, c->y, c->w, least(bottom, part->y) - c->y};
  beside[1] = (struct wr_rect){c->x, top, least(right, part->x) - c->x, end - top};
  beside[2] = (struct wr_rect){part_right, top, right - part_right, end - top};
  beside[3] = (struct wr_rect){c->x, part_bottom, c->w, bottom - part_bottom};
}

void wr_boxes_clear(struct wr_boxes *boxes) {
  boxes->count = boxes->row_start = boxes->previous_row_start = 0;
  boxes->pixel_area = 0;
  boxes->graded = false;
}

void wr_boxes_add(struct wr_boxes *boxes, const struct wr_box *box) {
  if (!box->solid)
    boxes->pixel_area += wr_rect_area(&box->rect);
  boxes->graded |= box->graded;
  if (boxes->count > boxes->row_start && join(boxes, &boxes->items[boxes->count - 1], box))
    return;
  if (boxes->count < boxes->capacity)
    boxes->items[boxes->count++] = *box;
}

static bool join_above(struct wr_boxes *boxes, size_t index) {
  for (size_t i = boxes->previous_row_start; i < boxes->row_start; i++)
    if (join(boxes, &boxes->items[i], &boxes->items[index]))
      return true;
  return false;
}

void wr_boxes_end_row(struct wr_boxes *boxes) {
  size_t kept = boxes->row_start;
  bool carried = false;
  for (size_t i = boxes->row_start; i < boxes->count; i++) {
    if (join_above(boxes, i))
      carried = true;
    else
      boxes->items[kept++] = boxes->items[i];
  }
  boxes->count = kept;
  /* A box that just grew down from the row above must stay in reach of the next row. */
  if (!carried)
    boxes->previous_row_start = boxes->row_start;
  boxes->row_start = boxes->count;
}

bool wr_boxes_are_text(const struct wr_boxes *boxes, const struct wr_picture *picture) {
  uint64_t breaks = 0;
  for (size_t i = 0; i < boxes->count; i++) {
    uint32_t plain, delta;
    if (boxes->items[i].solid)
      continue;
    wr_tile_breaks(picture, picture, &boxes->items[i].rect, &plain, &delta);
    breaks += plain;
  }
  return (double)breaks < TEXT_SHARE * (double)boxes->pixel_area;
}
