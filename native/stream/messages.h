/* Generated from protocol/schema by protocol/tools/codec.ts. Do not edit. */
/* clang-format off */
#pragma once

#include "reader.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Each reads a whole message. Returns its name, or NULL for a type that is not known or with a
 * problem. `view`: its field of that name, 0 if it has none. */
const char *wr_read_input(struct wr_reader *r, uint32_t *view);
const char *wr_read_cursor(struct wr_reader *r, uint32_t *view);
const char *wr_read_display(struct wr_reader *r, uint32_t *view);

#ifdef __cplusplus
}
#endif
