/* Which decoder of this machine is used: one in hardware where there is any, until it fails. */
#ifndef WR_HARDWARE_H
#define WR_HARDWARE_H

#include "libav.h"
#include <stdbool.h>

enum wr_way { WR_WAY_VAAPI, WR_WAY_V4L2, WR_WAY_SOFTWARE };

/* For all streams of the process, by one thread. */
struct wr_hardware {
  const struct wr_libav *libav;
  AVBufferRef *vaapi; /* of the first device that opened */
  char vaapi_name[64];
  bool searched; /* for a device of VAAPI */
  bool failed;   /* in the midst of a stream: none is tried again */
};

/* Makes `context` ready and opens it; `before` sets what is the same for all ways. The next way is
 * tried where one does not open. NULL: not even software opens. */
struct wr_opening {
  void (*before)(AVCodecContext *context, void *opaque);
  void *opaque;
};
AVCodecContext *wr_hardware_open(struct wr_hardware *hardware, const struct wr_opening *opening,
                                 enum wr_way *way);

/* Says what decodes, for people. */
const char *wr_hardware_name(const struct wr_hardware *hardware, enum wr_way way);

/* Software from now on. Contexts that are open may stay so. */
void wr_hardware_give_up(struct wr_hardware *hardware);

#endif
