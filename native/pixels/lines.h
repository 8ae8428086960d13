/* Kernels over whole rows and columns of a rectangle: hash them, and judge a copy by them. */
#ifndef WR_LINES_H
#define WR_LINES_H

#include "region.h"

/* One hash for each row (r->h of them) or column (r->w). The other side of r, across which a line
 * is hashed, is WR_TILE. Only equality means something, and only between calls of one kind. */
void wr_lines_hash_rows(const struct wr_picture *p, const struct wr_rect *r, uint32_t *hashes);
void wr_lines_hash_columns(const struct wr_picture *p, const struct wr_rect *r, uint32_t *hashes);

/* For each column of the copy's destination, how many pixels fewer differ from `wanted` once the
 * copy is done on `shown`; judged on every `step`th row. */
void wr_lines_column_gains(const struct wr_picture *shown, const struct wr_picture *wanted,
                           const struct wr_copy *copy, int32_t step, int32_t *gains);

#endif
