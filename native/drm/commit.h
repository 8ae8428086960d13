/* One atomic change of properties, gathered object by object. */
#pragma once

#include "core.h"

#define WR_DRM_COMMIT_OBJECTS 3
#define WR_DRM_COMMIT_PROPS 24

struct wr_drm_commit {
  uint32_t object_count, objects[WR_DRM_COMMIT_OBJECTS], counts[WR_DRM_COMMIT_OBJECTS];
  uint32_t prop_count, props[WR_DRM_COMMIT_PROPS];
  uint64_t values[WR_DRM_COMMIT_PROPS];
};

/* What follows belongs to this object. */
void wr_drm_commit_object(struct wr_drm_commit *commit, uint32_t object);
/* Properties that the object has not are left out. */
void wr_drm_commit_add(struct wr_drm_commit *commit, const struct wr_drm_property *property,
                       uint64_t value);
bool wr_drm_commit_send(struct wr_drm_device *device, struct wr_drm_commit *commit, uint32_t flags,
                        uint64_t user_data);

bool wr_drm_blob_open(struct wr_drm_device *device, const void *bytes, size_t length, uint32_t *id);
void wr_drm_blob_close(struct wr_drm_device *device, uint32_t id);
