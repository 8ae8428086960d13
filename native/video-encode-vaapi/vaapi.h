/* The encoder of ../video-encode/core.h, with libav of one's own. */
#ifndef WR_VAAPI_H
#define WR_VAAPI_H

#include "core.h"
#include "libav.h"

/* As wr_video_encoder_create(). */
struct wr_video_encoder *wr_vaapi_create(const struct wr_vaapi_libav *libav,
                                         const struct wr_video_settings *settings);

#endif
