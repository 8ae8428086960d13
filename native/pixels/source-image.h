/* A pixel source as a pixman image. */
#ifndef WR_SOURCE_IMAGE_H
#define WR_SOURCE_IMAGE_H

#include "composite.h"
#include "formats.h"

/* Whether size and stride of the source are ones that can be read. */
bool wr_source_is_sane(const struct wr_pixel_source *source);

/* `pixels` come from begin() and must stay until the image is unreferenced. NULL without memory. */
pixman_image_t *wr_source_image_create(const struct wr_draw *draw, const void *pixels);

/* Whether the item is a plain copy of rows: same scale, no transform, whole pixels, opaque,
 * 32 bits of x8r8g8b8, inside the buffer. */
bool wr_source_is_plain_copy(const struct wr_draw *draw);

#endif
