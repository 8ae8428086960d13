/* libavcodec with a choice of hardware that is somebody's own; h264.h has the process's. */
#ifndef WR_AVCODEC_H
#define WR_AVCODEC_H

#include "h264.h"
#include "hardware.h"

struct wr_h264 *wr_avcodec_open(struct wr_hardware *hardware, int32_t width, int32_t height);

#endif
