/* wl_shm pixel formats that can be composited. */
#ifndef WR_FORMATS_H
#define WR_FORMATS_H

#include <pixman.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct wr_format {
  uint32_t shm;                /* wl_shm code: 0, 1 or a DRM fourcc */
  pixman_format_code_t pixman; /* with alpha where the format has it */
  pixman_format_code_t opaque; /* the same bits, alpha ignored */
};

/* NULL when unknown. */
const struct wr_format *wr_format_find(uint32_t shm);
const struct wr_format *wr_format_list(size_t *count);

#endif
