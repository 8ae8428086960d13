/* Memory for libavcodec's pictures that is overwritten before it is freed. */
#ifndef WR_PLANES_H
#define WR_PLANES_H

#include <libavcodec/avcodec.h>
#include <stdbool.h>

struct wr_planes {
  AVBufferPool *pool;
  size_t size;
};

/* Gives `frame`, whose format is set, planes of that size. */
bool wr_planes_give(struct wr_planes *planes, AVFrame *frame, int width, int height);
void wr_planes_free(struct wr_planes *planes);

#endif
