/* A pixel source as a pixman image. */
#ifndef WR_SOURCE_IMAGE_H
#define WR_SOURCE_IMAGE_H

#include "composite.h"
#include "formats.h"

/* Whether size and stride of the source are ones that can be read. */
bool wr_source_is_sane(const struct wr_pixel_source *source);

/* `pixels` come from begin() and must stay until the image is unreferenced. NULL without memory. */
pixman_image_t *wr_source_image_create(const struct wr_draw *draw, const void *pixels);

/* Whether surface pixels are buffer pixels but for an offset by sx, sy in whole pixels. Such an
 * image has no transform, which keeps pixman on its fast paths; the offset is the caller's to add.
 */
bool wr_source_is_shifted(const struct wr_draw *draw);

/* Whether the item is a plain copy of rows: shifted, opaque, 32 bits, inside the buffer. */
bool wr_source_is_plain_copy(const struct wr_draw *draw);

#endif
