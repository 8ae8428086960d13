/* A graphics driver of one connector, one CRTC and two planes, in memory. */
#pragma once

#include "core.h"

struct fake_kernel {
  /* The ioctl with this number (from 1) fails with `fail_with`; 0: none does. */
  unsigned fail_at;
  int fail_with;
  /* Not 0: replies are spoiled by chance, beginning with this seed. */
  unsigned spoil;
  bool no_atomic, no_page_flip, no_master;
  /* Nothing gets through until the mode is set and this is taken back. */
  bool link_bad;

  unsigned calls;
  int open_devices, buffers, framebuffers, blobs, maps;
  bool lit;
  uint32_t shown;
  unsigned flips, dirty_calls;
  /* Of the last flip. */
  unsigned damage_count;
  struct drm_mode_rect damage[WR_DRM_RECTS_MAX];
  struct drm_mode_cursor2 cursor;
  uint64_t dpms;
  /* What read() gives. */
  uint8_t events[256];
  size_t event_bytes;
};

#define FAKE_CONNECTOR 31
#define FAKE_CRTC 41
#define FAKE_PRIMARY 51
#define FAKE_CURSOR_PLANE 52
#define FAKE_WIDTH 64
#define FAKE_HEIGHT 48

extern struct fake_kernel fake;
extern const struct wr_drm_sys fake_sys;
/* How many things the core has not given back. */
int fake_leaks(void);
