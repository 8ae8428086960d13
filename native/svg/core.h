/* Pictures of SVG documents of our own. No reference leads out of a document. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Width and height of a picture in pixels, at most. */
#define WR_SVG_SIDE_MAX 16384
#define WR_SVG_PIXELS_MAX (1u << 26)
#define WR_SVG_REASON_BYTES 200

#ifdef __cplusplus
extern "C" {
#endif

struct wr_svg;

/* NULL with a reason (of WR_SVG_REASON_BYTES) for what is no document or has no size in pixels
 * within the limits. */
struct wr_svg *wr_svg_read(const char *document, size_t size, char *reason);
void wr_svg_free(struct wr_svg *svg);

uint32_t wr_svg_width(const struct wr_svg *svg);
uint32_t wr_svg_height(const struct wr_svg *svg);

/* Premultiplied B, G, R, A, row by row without gaps, over what `pixels` holds. Non-zero with a
 * reason on failure. */
int wr_svg_draw(const struct wr_svg *svg, uint8_t *pixels, char *reason);

#ifdef __cplusplus
}
#endif
