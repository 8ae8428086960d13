/* A wl_shm buffer as a pixel source that outlives its wl_buffer while somebody retains it. */
#ifndef WR_SHM_H
#define WR_SHM_H

#include <stdbool.h>
#include <stdint.h>
#include <wayland-server-core.h>
#include "wr_pixel_source.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Together, over all snapshots: what hostile clients can make us hold. */
#define WR_MAX_SNAPSHOT_BYTES (UINT64_C(1) << 30)

struct wr_shm_buffer {
  struct wr_pixel_source source;
  struct wl_shm_buffer *buffer; /* NULL once the wl_buffer is gone */
  uint8_t *snapshot;
  uint64_t snapshot_bytes;
  uint32_t retained;
  uint32_t references;
};

/* One reference is the caller's. NULL when memory has run out. */
struct wr_shm_buffer *wr_shm_create(struct wl_shm_buffer *buffer);
void wr_shm_reference(struct wr_shm_buffer *shm);
void wr_shm_unreference(struct wr_shm_buffer *shm);
void wr_shm_retain(struct wr_shm_buffer *shm);
void wr_shm_release(struct wr_shm_buffer *shm);
/* To be called while the wl_buffer still exists: takes the snapshot where it is retained. */
void wr_shm_detach(struct wr_shm_buffer *shm);

#ifdef __cplusplus
}
#endif
#endif
