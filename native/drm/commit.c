#include "commit.h"

#define POINTER(array) ((uint64_t)(uintptr_t)(array))

void wr_drm_commit_object(struct wr_drm_commit *commit, uint32_t object) {
  if (commit->object_count == WR_DRM_COMMIT_OBJECTS)
    return;
  commit->counts[commit->object_count] = 0;
  commit->objects[commit->object_count++] = object;
}

void wr_drm_commit_add(struct wr_drm_commit *commit, const struct wr_drm_property *property,
                       uint64_t value) {
  if (property->id == 0 || commit->object_count == 0 || commit->prop_count == WR_DRM_COMMIT_PROPS)
    return;
  commit->counts[commit->object_count - 1]++;
  commit->props[commit->prop_count] = property->id;
  commit->values[commit->prop_count++] = value;
}

bool wr_drm_commit_send(struct wr_drm_device *device, struct wr_drm_commit *commit, uint32_t flags,
                        uint64_t user_data) {
  struct drm_mode_atomic atomic = {.flags = flags,
                                   .count_objs = commit->object_count,
                                   .objs_ptr = POINTER(commit->objects),
                                   .count_props_ptr = POINTER(commit->counts),
                                   .props_ptr = POINTER(commit->props),
                                   .prop_values_ptr = POINTER(commit->values),
                                   .user_data = user_data};
  return WR_DRM_CALL(device, DRM_IOCTL_MODE_ATOMIC, &atomic);
}

bool wr_drm_blob_open(struct wr_drm_device *device, const void *bytes, size_t length,
                      uint32_t *id) {
  struct drm_mode_create_blob blob = {.data = POINTER(bytes), .length = (uint32_t)length};
  if (!WR_DRM_CALL(device, DRM_IOCTL_MODE_CREATEPROPBLOB, &blob))
    return false;
  *id = blob.blob_id;
  return true;
}

void wr_drm_blob_close(struct wr_drm_device *device, uint32_t id) {
  struct drm_mode_destroy_blob blob = {.blob_id = id};
  if (id)
    device->sys->ioctl(device->fd, DRM_IOCTL_MODE_DESTROYPROPBLOB, &blob);
}
