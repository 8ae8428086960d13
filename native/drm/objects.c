#include "core.h"

#include <drm_fourcc.h>
#include <errno.h>
#include <string.h>

#define PROPERTIES_MAX 128
#define ENCODERS_MAX 32
#define FORMATS_MAX 256
#define FRAMEBUFFERS_MAX 256

#define POINTER(array) ((uint64_t)(uintptr_t)(array))

bool wr_drm_read_resources(struct wr_drm_device *device, struct wr_drm_resources *resources) {
  uint32_t encoders[ENCODERS_MAX], framebuffers[FRAMEBUFFERS_MAX];
  struct drm_mode_card_res reply = {
      .crtc_id_ptr = POINTER(resources->crtcs),
      .count_crtcs = WR_DRM_CRTCS_MAX,
      .connector_id_ptr = POINTER(resources->connectors),
      .count_connectors = WR_DRM_CONNECTORS_MAX,
      .encoder_id_ptr = POINTER(encoders),
      .count_encoders = ENCODERS_MAX,
      .fb_id_ptr = POINTER(framebuffers),
      .count_fbs = FRAMEBUFFERS_MAX,
  };
  memset(resources, 0, sizeof *resources);
  if (!WR_DRM_CALL(device, DRM_IOCTL_MODE_GETRESOURCES, &reply))
    return false;
  if (reply.count_crtcs > WR_DRM_CRTCS_MAX || reply.count_connectors > WR_DRM_CONNECTORS_MAX)
    return wr_drm_fail(device, "DRM_IOCTL_MODE_GETRESOURCES", EOVERFLOW);
  resources->crtc_count = reply.count_crtcs;
  resources->connector_count = reply.count_connectors;
  return true;
}

static bool read_name(struct wr_drm_device *device, struct drm_mode_get_property *property) {
  if (!WR_DRM_CALL(device, DRM_IOCTL_MODE_GETPROPERTY, property))
    return false;
  property->name[sizeof property->name - 1] = 0;
  return true;
}

bool wr_drm_read_properties(struct wr_drm_device *device, uint32_t object, uint32_t type,
                            const char *const names[], size_t count,
                            struct wr_drm_property *found) {
  uint32_t ids[PROPERTIES_MAX] = {0};
  uint64_t values[PROPERTIES_MAX] = {0};
  struct drm_mode_obj_get_properties reply = {
      .props_ptr = POINTER(ids),
      .prop_values_ptr = POINTER(values),
      .count_props = PROPERTIES_MAX,
      .obj_id = object,
      .obj_type = type,
  };
  memset(found, 0, count * sizeof *found);
  if (!WR_DRM_CALL(device, DRM_IOCTL_MODE_OBJ_GETPROPERTIES, &reply))
    return false;
  if (reply.count_props > PROPERTIES_MAX)
    return wr_drm_fail(device, "DRM_IOCTL_MODE_OBJ_GETPROPERTIES", EOVERFLOW);
  for (uint32_t i = 0; i < reply.count_props; i++) {
    struct drm_mode_get_property property = {.prop_id = ids[i]};
    if (!read_name(device, &property))
      return false;
    for (size_t n = 0; n < count; n++)
      if (strcmp(property.name, names[n]) == 0)
        found[n] = (struct wr_drm_property){ids[i], property.flags, values[i]};
  }
  return true;
}

bool wr_drm_mode_is_sane(const struct drm_mode_modeinfo *mode) {
  return mode->hdisplay >= 1 && mode->hdisplay <= WR_DRM_SIDE_MAX && mode->vdisplay >= 1 &&
         mode->vdisplay <= WR_DRM_SIDE_MAX && mode->htotal >= mode->hdisplay &&
         mode->vtotal >= mode->vdisplay && mode->clock >= 1 &&
         memchr(mode->name, 0, sizeof mode->name) != NULL;
}

/* A monitor that sends a bad EDID is a monitor all the same. */
static void read_edid(struct wr_drm_device *device, uint32_t blob,
                      struct wr_drm_connector *connector) {
  struct drm_mode_get_blob reply = {
      .blob_id = blob, .length = WR_DRM_EDID_MAX, .data = POINTER(connector->edid)};
  if (blob == 0 || device->sys->ioctl(device->fd, DRM_IOCTL_MODE_GETPROPBLOB, &reply) != 0)
    return;
  if (reply.length <= WR_DRM_EDID_MAX)
    connector->edid_length = reply.length;
}

static bool read_possible_crtcs(struct wr_drm_device *device, const uint32_t *encoders,
                                uint32_t count, uint32_t *possible) {
  for (uint32_t i = 0; i < count; i++) {
    struct drm_mode_get_encoder encoder = {.encoder_id = encoders[i]};
    if (!WR_DRM_CALL(device, DRM_IOCTL_MODE_GETENCODER, &encoder))
      return false;
    *possible |= encoder.possible_crtcs;
  }
  return true;
}

static void keep_sane_modes(struct wr_drm_connector *connector, uint32_t count) {
  for (uint32_t i = 0; i < count; i++)
    if (wr_drm_mode_is_sane(&connector->modes[i]))
      connector->modes[connector->mode_count++] = connector->modes[i];
}

bool wr_drm_read_connector(struct wr_drm_device *device, uint32_t id,
                           struct wr_drm_connector *connector) {
  uint32_t encoders[ENCODERS_MAX] = {0};
  static const char *const names[] = {"EDID", "non-desktop", "link-status"};
  struct wr_drm_property found[3];
  /* Without room for modes the kernel looks at the monitor anew. */
  struct drm_mode_get_connector reply = {.connector_id = id};
  memset(connector, 0, sizeof *connector);
  if (!WR_DRM_CALL(device, DRM_IOCTL_MODE_GETCONNECTOR, &reply))
    return false;
  reply = (struct drm_mode_get_connector){
      .connector_id = id,
      .modes_ptr = POINTER(connector->modes),
      .count_modes = WR_DRM_MODES_MAX,
      .encoders_ptr = POINTER(encoders),
      .count_encoders = ENCODERS_MAX,
  };
  if (!WR_DRM_CALL(device, DRM_IOCTL_MODE_GETCONNECTOR, &reply))
    return false;
  if (reply.count_modes > WR_DRM_MODES_MAX || reply.count_encoders > ENCODERS_MAX)
    return wr_drm_fail(device, "DRM_IOCTL_MODE_GETCONNECTOR", EOVERFLOW);
  connector->id = id;
  connector->type = reply.connector_type;
  connector->type_id = reply.connector_type_id;
  connector->connected = reply.connection == 1;
  connector->width_mm = reply.mm_width;
  connector->height_mm = reply.mm_height;
  keep_sane_modes(connector, reply.count_modes);
  if (!read_possible_crtcs(device, encoders, reply.count_encoders, &connector->possible_crtcs) ||
      !wr_drm_read_properties(device, id, DRM_MODE_OBJECT_CONNECTOR, names, 3, found))
    return false;
  connector->non_desktop = found[1].value != 0;
  connector->link_bad = found[2].value == DRM_MODE_LINK_STATUS_BAD;
  if (found[0].flags & DRM_MODE_PROP_BLOB)
    read_edid(device, (uint32_t)found[0].value, connector);
  return true;
}

static bool read_plane(struct wr_drm_device *device, uint32_t id, struct wr_drm_plane *plane) {
  uint32_t formats[FORMATS_MAX] = {0};
  static const char *const names[] = {"type"};
  struct wr_drm_property type;
  struct drm_mode_get_plane reply = {
      .plane_id = id, .format_type_ptr = POINTER(formats), .count_format_types = FORMATS_MAX};
  if (!WR_DRM_CALL(device, DRM_IOCTL_MODE_GETPLANE, &reply))
    return false;
  if (reply.count_format_types > FORMATS_MAX)
    return wr_drm_fail(device, "DRM_IOCTL_MODE_GETPLANE", EOVERFLOW);
  if (!wr_drm_read_properties(device, id, DRM_MODE_OBJECT_PLANE, names, 1, &type))
    return false;
  *plane = (struct wr_drm_plane){.id = id,
                                 .type = type.value <= WR_DRM_PLANE_CURSOR ? (uint32_t)type.value
                                                                           : WR_DRM_PLANE_OVERLAY,
                                 .possible_crtcs = reply.possible_crtcs,
                                 .crtc = reply.crtc_id};
  for (uint32_t i = 0; i < reply.count_format_types; i++) {
    plane->xrgb8888 |= formats[i] == DRM_FORMAT_XRGB8888;
    plane->argb8888 |= formats[i] == DRM_FORMAT_ARGB8888;
  }
  return true;
}

bool wr_drm_read_planes(struct wr_drm_device *device, struct wr_drm_plane *planes, size_t *count) {
  uint32_t ids[WR_DRM_PLANES_MAX] = {0};
  struct drm_mode_get_plane_res reply = {.plane_id_ptr = POINTER(ids),
                                         .count_planes = WR_DRM_PLANES_MAX};
  *count = 0;
  if (!WR_DRM_CALL(device, DRM_IOCTL_MODE_GETPLANERESOURCES, &reply))
    return false;
  if (reply.count_planes > WR_DRM_PLANES_MAX)
    return wr_drm_fail(device, "DRM_IOCTL_MODE_GETPLANERESOURCES", EOVERFLOW);
  for (uint32_t i = 0; i < reply.count_planes; i++)
    if (!read_plane(device, ids[i], &planes[i]))
      return false;
  *count = reply.count_planes;
  return true;
}

uint32_t wr_drm_choose_plane(const struct wr_drm_plane *planes, size_t count, uint32_t crtc,
                             uint32_t crtc_index) {
  uint32_t unused = 0, any = 0;
  for (size_t i = 0; i < count; i++) {
    const struct wr_drm_plane *plane = &planes[i];
    if (plane->type != WR_DRM_PLANE_PRIMARY || !plane->xrgb8888 ||
        !(plane->possible_crtcs & 1u << crtc_index))
      continue;
    if (plane->crtc == crtc)
      return plane->id;
    if (!unused && plane->crtc == 0)
      unused = plane->id;
    if (!any)
      any = plane->id;
  }
  return unused ? unused : any;
}
