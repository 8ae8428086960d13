/* What an access unit of H.264 consists of. */
#ifndef WR_UNITS_H
#define WR_UNITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum wr_unit { WR_UNIT_BROKEN, WR_UNIT_PICTURE, WR_UNIT_KEY };

/* A key has its parameter sets with it. Broken: not Annex B, without a picture, or a key without
 * them. */
enum wr_unit wr_unit_kind(const uint8_t *bytes, size_t length);

#endif
