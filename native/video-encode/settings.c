#include "core.h"

bool wr_video_settings_fit(const struct wr_video_settings *s) {
  return s->width >= WR_VIDEO_MIN_SIDE && s->height >= WR_VIDEO_MIN_SIDE &&
         s->width <= WR_VIDEO_MAX_WIDTH && s->height <= WR_VIDEO_MAX_HEIGHT && s->width % 2 == 0 &&
         s->height % 2 == 0 && s->kbit_per_s >= 50 && s->kbit_per_s <= 200000 && s->min_qp >= 0 &&
         s->min_qp <= WR_VIDEO_MAX_QP;
}
