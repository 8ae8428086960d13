#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "canvas.h"

/**
 * A frame has its barcode a second time, at the far corner of what changes most. The one at the top
 * left of the screen may be sent before all the rest: who has both has the frame.
 * False when the scene has no such part.
 */
bool wr_inner_mark_place(const char *scene, uint32_t frame, struct wr_rect *place);
