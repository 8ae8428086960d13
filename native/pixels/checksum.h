/* The checksum of a picture, as the wire protocol carries it.
 *
 * All arithmetic is on unsigned 32 bit numbers and wraps. A pixel is 0x00RRGGBB.
 * The picture is cut into tiles of 64x64, row by row from the top left; tiles at the right and
 * bottom edge are smaller. Tile number i counts in that order from 0.
 *
 *   hash of a tile: eight lanes, lane[k] = (k + 1) * 0x9E3779B1.
 *     For every pixel, rows from the top, columns from the left, x counted from the tile's edge:
 *       k = x mod 8;  lane[k] = (lane[k] XOR pixel) * 0x01000193;  lane[k] ^= lane[k] >> 15.
 *     hash = 0; for k = 0..7: hash = (hash XOR lane[k]) * 0x85EBCA6B;  hash ^= hash >> 13.
 *   mix(i, hash): m = hash + (i + 1) * 0x9E3779B1;  m ^= m >> 16;  m *= 0x85EBCA6B;
 *     m ^= m >> 13;  m *= 0xC2B2AE35;  m ^= m >> 16.
 *   checksum = sum over all tiles of mix(i, hash of tile i).
 *
 * A sum, so that a changed tile costs only its own hash. It finds accidents, not forgeries. */
#ifndef WR_CHECKSUM_H
#define WR_CHECKSUM_H

#include "picture.h"

#define WR_HASH_SEED 0x9e3779b1u
#define WR_HASH_PRIME 0x01000193u
#define WR_HASH_FOLD 0x85ebca6bu

uint32_t wr_checksum_mix(uint32_t tile_index, uint32_t hash);

/* Tiles of the widest row. */
#define WR_CHECKSUM_ACROSS (WR_PICTURE_MAX_SIDE / 64)
/* The hashes of those tiles of a row that `which` is not 0 for, at their places; NULL: of all. */
void wr_checksum_row(const struct wr_picture *p, int32_t ty, const uint8_t *which,
                     uint32_t *hashes);

/* Reads the whole picture. */
uint32_t wr_checksum_picture(const struct wr_picture *p);

/* The rectangle of tile (tx, ty) in a picture of that size. */
static inline struct wr_rect wr_tile_rect(int32_t tx, int32_t ty, int32_t width, int32_t height) {
  struct wr_rect r = {tx * 64, ty * 64, 64, 64};
  wr_rect_clip(&r, width, height);
  return r;
}

#endif
