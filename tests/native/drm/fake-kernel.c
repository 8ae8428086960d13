#include "fake-kernel.h"

#include <drm_fourcc.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FAKE_LINK 103
#define MAP_MAX (1u << 22)
#define ARRAY(pointer, type) ((type *)(uintptr_t)(pointer))

struct fake_kernel fake;

static const struct property {
  uint32_t object, id, flags;
  uint64_t value;
  const char *name;
} properties[] = {
    {FAKE_CONNECTOR, 100, DRM_MODE_PROP_OBJECT, 0, "CRTC_ID"},
    {FAKE_CONNECTOR, 101, DRM_MODE_PROP_ENUM, 0, "DPMS"},
    {FAKE_CONNECTOR, 102, DRM_MODE_PROP_BLOB, 900, "EDID"},
    {FAKE_CONNECTOR, FAKE_LINK, DRM_MODE_PROP_ENUM, 0, "link-status"},
    {FAKE_CRTC, 110, 0, 0, "ACTIVE"},
    {FAKE_CRTC, 111, DRM_MODE_PROP_BLOB, 0, "MODE_ID"},
    {FAKE_PRIMARY, 120, 0, WR_DRM_PLANE_PRIMARY, "type"},
    {FAKE_PRIMARY, 121, 0, 0, "FB_ID"},
    {FAKE_PRIMARY, 122, 0, 0, "CRTC_ID"},
    {FAKE_PRIMARY, 123, 0, 0, "SRC_X"},
    {FAKE_PRIMARY, 124, 0, 0, "SRC_Y"},
    {FAKE_PRIMARY, 125, 0, 0, "SRC_W"},
    {FAKE_PRIMARY, 126, 0, 0, "SRC_H"},
    {FAKE_PRIMARY, 127, 0, 0, "CRTC_X"},
    {FAKE_PRIMARY, 128, 0, 0, "CRTC_Y"},
    {FAKE_PRIMARY, 129, 0, 0, "CRTC_W"},
    {FAKE_PRIMARY, 130, 0, 0, "CRTC_H"},
    {FAKE_PRIMARY, 131, DRM_MODE_PROP_BLOB, 0, "FB_DAMAGE_CLIPS"},
    {FAKE_CURSOR_PLANE, 140, 0, WR_DRM_PLANE_CURSOR, "type"},
};
#define PROPERTY_COUNT (sizeof properties / sizeof *properties)

static struct {
  uint32_t id, length;
  uint8_t bytes[sizeof fake.damage];
} last_blob;

static int no(int number) {
  errno = number;
  return -1;
}

static int get_resources(struct drm_mode_card_res *reply) {
  ARRAY(reply->crtc_id_ptr, uint32_t)[0] = FAKE_CRTC;
  ARRAY(reply->connector_id_ptr, uint32_t)[0] = FAKE_CONNECTOR;
  reply->count_crtcs = reply->count_connectors = reply->count_encoders = 1;
  reply->count_fbs = 0;
  return 0;
}

static int get_connector(struct drm_mode_get_connector *reply) {
  if (reply->connector_id != FAKE_CONNECTOR)
    return no(ENOENT);
  static const struct drm_mode_modeinfo mode = {.clock = 25000,
                                                .hdisplay = FAKE_WIDTH,
                                                .htotal = 80,
                                                .vdisplay = FAKE_HEIGHT,
                                                .vtotal = 60,
                                                .type = DRM_MODE_TYPE_PREFERRED,
                                                .name = "64x48"};
  static const struct drm_mode_modeinfo absurd = {.name = "0x0"};
  if (reply->count_modes >= 2) {
    ARRAY(reply->modes_ptr, struct drm_mode_modeinfo)[0] = absurd;
    ARRAY(reply->modes_ptr, struct drm_mode_modeinfo)[1] = mode;
  }
  if (reply->count_encoders >= 1)
    ARRAY(reply->encoders_ptr, uint32_t)[0] = 61;
  reply->count_modes = 2;
  reply->count_encoders = 1;
  reply->connector_type = DRM_MODE_CONNECTOR_HDMIA;
  reply->connector_type_id = 1;
  reply->connection = 1;
  reply->mm_width = 600;
  reply->mm_height = 340;
  return 0;
}

static int get_properties(struct drm_mode_obj_get_properties *reply) {
  uint32_t count = 0;
  for (size_t i = 0; i < PROPERTY_COUNT; i++) {
    if (properties[i].object != reply->obj_id)
      continue;
    ARRAY(reply->props_ptr, uint32_t)[count] = properties[i].id;
    bool link = properties[i].id == FAKE_LINK;
    ARRAY(reply->prop_values_ptr, uint64_t)
    [count++] = link ? fake.link_bad : properties[i].value;
  }
  reply->count_props = count;
  return 0;
}

static int get_property(struct drm_mode_get_property *reply) {
  for (size_t i = 0; i < PROPERTY_COUNT; i++) {
    if (properties[i].id != reply->prop_id)
      continue;
    reply->flags = properties[i].flags;
    strncpy(reply->name, properties[i].name, sizeof reply->name - 1);
    return 0;
  }
  return no(ENOENT);
}

static int get_plane(struct drm_mode_get_plane *reply) {
  bool primary = reply->plane_id == FAKE_PRIMARY;
  ARRAY(reply->format_type_ptr, uint32_t)
  [0] = primary ? DRM_FORMAT_XRGB8888 : DRM_FORMAT_ARGB8888;
  reply->count_format_types = 1;
  reply->possible_crtcs = 1;
  return 0;
}

static int get_planes(struct drm_mode_get_plane_res *reply) {
  ARRAY(reply->plane_id_ptr, uint32_t)[0] = FAKE_CURSOR_PLANE;
  ARRAY(reply->plane_id_ptr, uint32_t)[1] = FAKE_PRIMARY;
  reply->count_planes = 2;
  return 0;
}

static int get_blob(struct drm_mode_get_blob *reply) {
  if (reply->length >= 128)
    memset(ARRAY(reply->data, uint8_t), 0x5a, 128);
  reply->length = 128;
  return 0;
}

static int create_blob(struct drm_mode_create_blob *reply) {
  fake.blobs++;
  last_blob.id = reply->blob_id = 700 + fake.calls;
  last_blob.length = reply->length < sizeof last_blob.bytes ? reply->length : 0;
  memcpy(last_blob.bytes, ARRAY(reply->data, uint8_t), last_blob.length);
  return 0;
}

static int create_dumb(struct drm_mode_create_dumb *reply) {
  fake.buffers++;
  reply->handle = 200 + fake.calls;
  /* Rows with a gap, as some drivers have them. */
  reply->pitch = reply->width * 4 + 64;
  reply->size = (uint64_t)reply->pitch * reply->height;
  return 0;
}

static void take_damage(const struct drm_mode_atomic *atomic, uint32_t blob) {
  if (!(atomic->flags & DRM_MODE_PAGE_FLIP_EVENT))
    return;
  fake.flips++;
  fake.damage_count = 0;
  if (blob != last_blob.id)
    return;
  memcpy(fake.damage, last_blob.bytes, last_blob.length);
  fake.damage_count = last_blob.length / sizeof *fake.damage;
}

static int commit(const struct drm_mode_atomic *atomic) {
  uint32_t total = 0, blob = 0;
  for (uint32_t i = 0; i < atomic->count_objs; i++)
    total += ARRAY(atomic->count_props_ptr, uint32_t)[i];
  if (fake.no_master)
    return no(EACCES);
  for (uint32_t i = 0; i < total; i++) {
    uint64_t value = ARRAY(atomic->prop_values_ptr, uint64_t)[i];
    switch (ARRAY(atomic->props_ptr, uint32_t)[i]) {
    case FAKE_LINK:
      fake.link_bad = fake.link_bad && value != DRM_MODE_LINK_STATUS_GOOD;
      break;
    case 110:
      fake.lit = value != 0;
      break;
    case 121:
      fake.shown = (uint32_t)value;
      break;
    case 131:
      blob = (uint32_t)value;
      break;
    }
  }
  take_damage(atomic, blob);
  return 0;
}

static int set_crtc(const struct drm_mode_crtc *crtc) {
  fake.lit = crtc->mode_valid;
  fake.link_bad = fake.link_bad && !crtc->mode_valid;
  fake.shown = crtc->fb_id;
  return 0;
}

static int page_flip(const struct drm_mode_crtc_page_flip *flip) {
  if (fake.no_page_flip)
    return no(EINVAL);
  fake.flips++;
  fake.shown = flip->fb_id;
  return 0;
}

static int answer(unsigned long request, void *argument) {
  switch (request) {
  case DRM_IOCTL_VERSION: {
    struct drm_version *version = argument;
    memcpy(version->name, "fake", 4);
    version->name_len = 4;
    return 0;
  }
  case DRM_IOCTL_GET_CAP:
    ((struct drm_get_cap *)argument)->value = 64;
    return 0;
  case DRM_IOCTL_SET_CLIENT_CAP:
    return ((struct drm_set_client_cap *)argument)->capability == DRM_CLIENT_CAP_ATOMIC &&
                   fake.no_atomic
               ? no(EOPNOTSUPP)
               : 0;
  case DRM_IOCTL_SET_MASTER:
  case DRM_IOCTL_DROP_MASTER:
    fake.no_master = request == DRM_IOCTL_DROP_MASTER;
    return 0;
  case DRM_IOCTL_AUTH_MAGIC:
    return no(fake.no_master ? EACCES : EINVAL);
  case DRM_IOCTL_MODE_GETRESOURCES:
    return get_resources(argument);
  case DRM_IOCTL_MODE_GETCONNECTOR:
    return get_connector(argument);
  case DRM_IOCTL_MODE_GETENCODER:
    ((struct drm_mode_get_encoder *)argument)->possible_crtcs = 1;
    return 0;
  case DRM_IOCTL_MODE_OBJ_GETPROPERTIES:
    return get_properties(argument);
  case DRM_IOCTL_MODE_GETPROPERTY:
    return get_property(argument);
  case DRM_IOCTL_MODE_GETPLANE:
    return get_plane(argument);
  case DRM_IOCTL_MODE_GETPLANERESOURCES:
    return get_planes(argument);
  case DRM_IOCTL_MODE_GETPROPBLOB:
    return get_blob(argument);
  case DRM_IOCTL_MODE_CREATEPROPBLOB:
    return create_blob(argument);
  case DRM_IOCTL_MODE_DESTROYPROPBLOB:
    fake.blobs--;
    return 0;
  case DRM_IOCTL_MODE_CREATE_DUMB:
    return create_dumb(argument);
  case DRM_IOCTL_MODE_DESTROY_DUMB:
    fake.buffers--;
    return 0;
  case DRM_IOCTL_MODE_MAP_DUMB:
    ((struct drm_mode_map_dumb *)argument)->offset = 4096;
    return 0;
  case DRM_IOCTL_MODE_ADDFB2:
    fake.framebuffers++;
    ((struct drm_mode_fb_cmd2 *)argument)->fb_id = 300 + fake.calls;
    return 0;
  case DRM_IOCTL_MODE_RMFB:
    fake.framebuffers--;
    return 0;
  case DRM_IOCTL_MODE_ATOMIC:
    return commit(argument);
  case DRM_IOCTL_MODE_SETCRTC:
    return set_crtc(argument);
  case DRM_IOCTL_MODE_PAGE_FLIP:
    return page_flip(argument);
  case DRM_IOCTL_MODE_DIRTYFB:
    fake.dirty_calls++;
    return 0;
  case DRM_IOCTL_MODE_OBJ_SETPROPERTY:
    fake.dpms = ((struct drm_mode_obj_set_property *)argument)->value;
    return 0;
  case DRM_IOCTL_MODE_CURSOR2:
    fake.cursor = *(struct drm_mode_cursor2 *)argument;
    return 0;
  }
  return no(ENOTTY);
}

/* Any byte of the reply itself may be another one; what it points to is the caller's. */
static void spoil(unsigned long request, uint8_t *reply) {
  size_t size = _IOC_SIZE(request);
  if (size == 0 || !(_IOC_DIR(request) & _IOC_READ) || rand_r(&fake.spoil) % 4)
    return;
  static const uint8_t likely[] = {0, 1, 0x7f, 0x80, 0xff};
  for (int i = 0; i < 3; i++) {
    unsigned at = (unsigned)rand_r(&fake.spoil) % size;
    reply[at] = likely[rand_r(&fake.spoil) % sizeof likely];
  }
}

static int fake_ioctl(int fd, unsigned long request, void *argument) {
  (void)fd;
  if (++fake.calls == fake.fail_at)
    return no(fake.fail_with);
  int result = answer(request, argument);
  if (fake.spoil && result == 0 && request != DRM_IOCTL_VERSION)
    spoil(request, argument);
  return result;
}

static int fake_open(const char *path) {
  if (strcmp(path, "/dev/dri/card0") != 0)
    return no(ENOENT);
  fake.open_devices++;
  return 77;
}

static int fake_close(int fd) {
  (void)fd;
  fake.open_devices--;
  return 0;
}

static void *fake_map(int fd, uint64_t offset, size_t length) {
  (void)fd, (void)offset;
  if (length > MAP_MAX) {
    errno = ENOMEM;
    return NULL;
  }
  fake.maps++;
  return malloc(length);
}

static int fake_unmap(void *memory, size_t length) {
  (void)length;
  free(memory);
  fake.maps--;
  return 0;
}

static ptrdiff_t fake_read(int fd, void *bytes, size_t length) {
  (void)fd;
  if (fake.event_bytes == 0)
    return no(EAGAIN);
  size_t given = fake.event_bytes < length ? fake.event_bytes : length;
  memcpy(bytes, fake.events, given);
  fake.event_bytes = 0;
  return (ptrdiff_t)given;
}

const struct wr_drm_sys fake_sys = {.open = fake_open,
                                    .close = fake_close,
                                    .ioctl = fake_ioctl,
                                    .map = fake_map,
                                    .unmap = fake_unmap,
                                    .read = fake_read};

int fake_leaks(void) {
  return fake.open_devices + fake.buffers + fake.framebuffers + fake.blobs + fake.maps;
}
