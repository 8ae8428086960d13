/* Damage by tile: the bounding box of the damage inside each tile. Coarser than the list, which is
 * harmless, as the pixels decide; its size does not depend on how many rectangles come in. */
#ifndef WR_DAMAGE_H
#define WR_DAMAGE_H

#include "picture.h"

struct wr_damage {
  int32_t width, height, across, down;
  struct wr_damage_tile {
    uint8_t x0, y0, x1, y1; /* within the tile; x1 = 0 means none */
  } * tiles;
};

bool wr_damage_init(struct wr_damage *damage, int32_t width, int32_t height);
void wr_damage_finish(struct wr_damage *damage);
void wr_damage_clear(struct wr_damage *damage);
/* Any rectangle; what lies outside is ignored. */
void wr_damage_add(struct wr_damage *damage, const struct wr_rect *rect);
/* The damaged part of a tile in picture coordinates; false when there is none. */
bool wr_damage_in_tile(const struct wr_damage *damage, int32_t tx, int32_t ty,
                       struct wr_rect *rect);

#endif
