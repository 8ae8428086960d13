#include "commit.h"

#include <drm_fourcc.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { CONNECTOR_CRTC, CONNECTOR_DPMS, CONNECTOR_LINK, CONNECTOR_PROPS };
enum { CRTC_ACTIVE, CRTC_MODE };
enum {
  PLANE_FB,
  PLANE_CRTC,
  PLANE_SRC_X,
  PLANE_SRC_Y,
  PLANE_SRC_W,
  PLANE_SRC_H,
  PLANE_CRTC_X,
  PLANE_CRTC_Y,
  PLANE_CRTC_W,
  PLANE_CRTC_H,
  PLANE_DAMAGE,
  PLANE_PROPS
};

static const char *const connector_names[CONNECTOR_PROPS] = {"CRTC_ID", "DPMS", "link-status"};
static const char *const crtc_names[] = {"ACTIVE", "MODE_ID"};
static const char *const plane_names[PLANE_PROPS] = {
    "FB_ID",  "CRTC_ID", "SRC_X",  "SRC_Y",  "SRC_W",          "SRC_H",
    "CRTC_X", "CRTC_Y",  "CRTC_W", "CRTC_H", "FB_DAMAGE_CLIPS"};

static bool find_plane(struct wr_drm_output *output, uint32_t crtc_index) {
  struct wr_drm_plane planes[WR_DRM_PLANES_MAX];
  size_t count;
  if (!wr_drm_read_planes(output->device, planes, &count))
    return false;
  output->plane = wr_drm_choose_plane(planes, count, output->crtc, crtc_index);
  return output->plane || wr_drm_fail(output->device, "DRM_IOCTL_MODE_GETPLANERESOURCES", ENODEV);
}

/* Without these an atomic change would not do what it says. */
static bool has_needed(struct wr_drm_output *output) {
  for (int i = 0; i < PLANE_DAMAGE; i++)
    if (!output->plane_props[i].id)
      return false;
  return output->connector_props[CONNECTOR_CRTC].id && output->crtc_props[CRTC_ACTIVE].id &&
         output->crtc_props[CRTC_MODE].id;
}

static bool read_properties(struct wr_drm_output *output, uint32_t crtc_index) {
  struct wr_drm_device *device = output->device;
  if (!wr_drm_read_properties(device, output->connector, DRM_MODE_OBJECT_CONNECTOR, connector_names,
                              CONNECTOR_PROPS, output->connector_props))
    return false;
  if (!device->atomic)
    return true;
  if (!find_plane(output, crtc_index) ||
      !wr_drm_read_properties(device, output->crtc, DRM_MODE_OBJECT_CRTC, crtc_names, 2,
                              output->crtc_props) ||
      !wr_drm_read_properties(device, output->plane, DRM_MODE_OBJECT_PLANE, plane_names,
                              PLANE_PROPS, output->plane_props))
    return false;
  if (!has_needed(output))
    return wr_drm_fail(device, "DRM_IOCTL_MODE_OBJ_GETPROPERTIES", ENOENT);
  return wr_drm_blob_open(device, &output->mode, sizeof output->mode, &output->mode_blob);
}

static bool find_crtc(struct wr_drm_output *output, uint32_t *index) {
  struct wr_drm_resources resources;
  if (!wr_drm_read_resources(output->device, &resources))
    return false;
  for (*index = 0; *index < resources.crtc_count; ++*index)
    if (resources.crtcs[*index] == output->crtc)
      return true;
  return wr_drm_fail(output->device, "DRM_IOCTL_MODE_GETRESOURCES", ENOENT);
}

static bool prepare(struct wr_drm_output *output) {
  uint32_t crtc_index;
  if (!wr_drm_mode_is_sane(&output->mode))
    return wr_drm_fail(output->device, "mode", EINVAL);
  if (!find_crtc(output, &crtc_index) || !read_properties(output, crtc_index))
    return false;
  for (int i = 0; i < 2; i++)
    if (!wr_drm_buffer_open(output->device, output->mode.hdisplay, output->mode.vdisplay,
                            DRM_FORMAT_XRGB8888, &output->buffers[i]))
      return false;
  return true;
}

struct wr_drm_output *wr_drm_output_open(struct wr_drm_device *device, uint32_t connector,
                                         uint32_t crtc, const struct drm_mode_modeinfo *mode) {
  struct wr_drm_output *output = calloc(1, sizeof *output);
  if (!output) {
    wr_drm_fail(device, "calloc", ENOMEM);
    return NULL;
  }
  output->device = device;
  output->connector = connector;
  output->crtc = crtc;
  output->mode = *mode;
  if (prepare(output))
    return output;
  struct wr_drm_failure why = device->failure;
  wr_drm_output_close(output);
  device->failure = why;
  return NULL;
}

static void add_plane(struct wr_drm_output *output, struct wr_drm_commit *commit,
                      uint32_t framebuffer) {
  const struct wr_drm_property *props = output->plane_props;
  uint64_t width = framebuffer ? output->mode.hdisplay : 0;
  uint64_t height = framebuffer ? output->mode.vdisplay : 0;
  wr_drm_commit_object(commit, output->plane);
  wr_drm_commit_add(commit, &props[PLANE_FB], framebuffer);
  wr_drm_commit_add(commit, &props[PLANE_CRTC], framebuffer ? output->crtc : 0);
  wr_drm_commit_add(commit, &props[PLANE_SRC_X], 0);
  wr_drm_commit_add(commit, &props[PLANE_SRC_Y], 0);
  wr_drm_commit_add(commit, &props[PLANE_SRC_W], width << 16);
  wr_drm_commit_add(commit, &props[PLANE_SRC_H], height << 16);
  wr_drm_commit_add(commit, &props[PLANE_CRTC_X], 0);
  wr_drm_commit_add(commit, &props[PLANE_CRTC_Y], 0);
  wr_drm_commit_add(commit, &props[PLANE_CRTC_W], width);
  wr_drm_commit_add(commit, &props[PLANE_CRTC_H], height);
}

/* `framebuffer` 0: everything off and free for others. */
static bool light_atomic(struct wr_drm_output *output, uint32_t framebuffer) {
  struct wr_drm_commit commit = {0};
  bool on = framebuffer != 0;
  wr_drm_commit_object(&commit, output->connector);
  wr_drm_commit_add(&commit, &output->connector_props[CONNECTOR_CRTC], on ? output->crtc : 0);
  /* Without this word the kernel takes a mode that is set already for one that is shown. */
  if (on)
    wr_drm_commit_add(&commit, &output->connector_props[CONNECTOR_LINK], DRM_MODE_LINK_STATUS_GOOD);
  wr_drm_commit_object(&commit, output->crtc);
  wr_drm_commit_add(&commit, &output->crtc_props[CRTC_MODE], on ? output->mode_blob : 0);
  wr_drm_commit_add(&commit, &output->crtc_props[CRTC_ACTIVE], on);
  add_plane(output, &commit, framebuffer);
  return wr_drm_commit_send(output->device, &commit, DRM_MODE_ATOMIC_ALLOW_MODESET, 0);
}

static bool light_legacy(struct wr_drm_output *output, uint32_t framebuffer) {
  struct drm_mode_crtc crtc = {.crtc_id = output->crtc};
  if (framebuffer) {
    crtc.set_connectors_ptr = (uint64_t)(uintptr_t)&output->connector;
    crtc.count_connectors = 1;
    crtc.fb_id = framebuffer;
    crtc.mode = output->mode;
    crtc.mode_valid = 1;
  }
  return WR_DRM_CALL(output->device, DRM_IOCTL_MODE_SETCRTC, &crtc);
}

static bool set_dpms(struct wr_drm_output *output, uint64_t level) {
  struct drm_mode_obj_set_property set = {.value = level,
                                          .prop_id = output->connector_props[CONNECTOR_DPMS].id,
                                          .obj_id = output->connector,
                                          .obj_type = DRM_MODE_OBJECT_CONNECTOR};
  return WR_DRM_CALL(output->device, DRM_IOCTL_MODE_OBJ_SETPROPERTY, &set);
}

static bool has_dpms(const struct wr_drm_output *output) {
  return output->connector_props[CONNECTOR_DPMS].id != 0;
}

bool wr_drm_output_light(struct wr_drm_output *output, unsigned buffer) {
  uint32_t framebuffer = output->buffers[buffer & 1].framebuffer;
  bool atomic = output->device->atomic;
  bool done = atomic ? light_atomic(output, framebuffer) : light_legacy(output, framebuffer);
  if (done && !atomic && has_dpms(output))
    done = set_dpms(output, DRM_MODE_DPMS_ON);
  output->lit = output->lit || done;
  return done;
}

bool wr_drm_output_sleep(struct wr_drm_output *output) {
  struct wr_drm_commit commit = {0};
  if (!output->device->atomic)
    return has_dpms(output) ? set_dpms(output, DRM_MODE_DPMS_OFF) : light_legacy(output, 0);
  wr_drm_commit_object(&commit, output->crtc);
  wr_drm_commit_add(&commit, &output->crtc_props[CRTC_ACTIVE], 0);
  return wr_drm_commit_send(output->device, &commit, DRM_MODE_ATOMIC_ALLOW_MODESET, 0);
}

static enum wr_drm_flip flip_atomic(struct wr_drm_output *output, uint32_t framebuffer,
                                    const struct drm_mode_rect *damage, size_t count) {
  struct wr_drm_device *device = output->device;
  struct wr_drm_commit commit = {0};
  uint32_t blob = 0;
  bool hinted = output->plane_props[PLANE_DAMAGE].id && count > 0;
  if (hinted && !wr_drm_blob_open(device, damage, count * sizeof *damage, &blob))
    return WR_DRM_FLIP_FAILED;
  wr_drm_commit_object(&commit, output->plane);
  wr_drm_commit_add(&commit, &output->plane_props[PLANE_FB], framebuffer);
  wr_drm_commit_add(&commit, &output->plane_props[PLANE_DAMAGE], blob);
  bool sent = wr_drm_commit_send(device, &commit,
                                 DRM_MODE_PAGE_FLIP_EVENT | DRM_MODE_ATOMIC_NONBLOCK, output->crtc);
  /* The kernel keeps the blob for as long as it needs it. */
  wr_drm_blob_close(device, blob);
  return sent ? WR_DRM_FLIP_EVENT : WR_DRM_FLIP_FAILED;
}

/* For drivers that cannot flip pages: some of them look at what is drawn only when told. */
static enum wr_drm_flip show_dirty(struct wr_drm_output *output, uint32_t framebuffer,
                                   const struct drm_mode_rect *damage, size_t count) {
  struct drm_clip_rect clips[WR_DRM_RECTS_MAX];
  struct drm_mode_fb_dirty_cmd dirty = {
      .fb_id = framebuffer, .num_clips = (uint32_t)count, .clips_ptr = (uint64_t)(uintptr_t)clips};
  for (size_t i = 0; i < count; i++)
    clips[i] = (struct drm_clip_rect){(uint16_t)damage[i].x1, (uint16_t)damage[i].y1,
                                      (uint16_t)damage[i].x2, (uint16_t)damage[i].y2};
  if (!light_legacy(output, framebuffer))
    return WR_DRM_FLIP_FAILED;
  if (!WR_DRM_CALL(output->device, DRM_IOCTL_MODE_DIRTYFB, &dirty) &&
      output->device->failure.number != ENOSYS)
    return WR_DRM_FLIP_FAILED;
  return WR_DRM_FLIP_DONE;
}

static enum wr_drm_flip flip_legacy(struct wr_drm_output *output, uint32_t framebuffer,
                                    const struct drm_mode_rect *damage, size_t count) {
  struct drm_mode_crtc_page_flip flip = {.crtc_id = output->crtc,
                                         .fb_id = framebuffer,
                                         .flags = DRM_MODE_PAGE_FLIP_EVENT,
                                         .user_data = output->crtc};
  if (WR_DRM_CALL(output->device, DRM_IOCTL_MODE_PAGE_FLIP, &flip))
    return WR_DRM_FLIP_EVENT;
  int number = output->device->failure.number;
  if (number != ENOSYS && number != EOPNOTSUPP && number != EINVAL)
    return WR_DRM_FLIP_FAILED;
  return show_dirty(output, framebuffer, damage, count);
}

enum wr_drm_flip wr_drm_output_flip(struct wr_drm_output *output, unsigned buffer,
                                    const int32_t *rects, size_t count) {
  struct drm_mode_rect damage[WR_DRM_RECTS_MAX];
  size_t kept =
      wr_drm_clip_damage(output->mode.hdisplay, output->mode.vdisplay, rects, count, damage);
  uint32_t framebuffer = output->buffers[buffer & 1].framebuffer;
  if (output->device->atomic)
    return flip_atomic(output, framebuffer, damage, kept);
  return flip_legacy(output, framebuffer, damage, kept);
}

void wr_drm_output_close(struct wr_drm_output *output) {
  struct wr_drm_device *device = output->device;
  if (output->cursor.handle)
    wr_drm_output_hide_cursor(output);
  /* Whoever lost the screen to another master has nothing to darken. */
  if (output->lit && device->atomic)
    light_atomic(output, 0);
  else if (output->lit)
    light_legacy(output, 0);
  for (int i = 0; i < 2; i++)
    wr_drm_buffer_close(device, &output->buffers[i]);
  wr_drm_buffer_close(device, &output->cursor);
  wr_drm_blob_close(device, output->mode_blob);
  free(output);
}
