/* Screens through the kernel's DRM/KMS: what is there, modes, buffers to draw into, page flips.
 * Everything that comes back from the kernel is checked. Calls that give false leave in
 * device->failure which call failed and with which errno. */
#pragma once

#include <drm.h>
#include <drm_mode.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define WR_DRM_CRTCS_MAX 32
#define WR_DRM_CONNECTORS_MAX 32
#define WR_DRM_PLANES_MAX 128
#define WR_DRM_MODES_MAX 256
#define WR_DRM_EDID_MAX 32768
#define WR_DRM_SIDE_MAX 16384
/* Finer damage than this becomes one rectangle around all of it. */
#define WR_DRM_RECTS_MAX 64

/* The kernel; a test has one of its own. Each call as in the system: -1 and errno. */
struct wr_drm_sys {
  int (*open)(const char *path);
  int (*close)(int fd);
  int (*ioctl)(int fd, unsigned long request, void *argument);
  /* Null and errno. */
  void *(*map)(int fd, uint64_t offset, size_t length);
  int (*unmap)(void *memory, size_t length);
  ptrdiff_t (*read)(int fd, void *bytes, size_t length);
};
extern const struct wr_drm_sys wr_drm_kernel;

struct wr_drm_failure {
  /* The name of the ioctl, or "open", "mmap", "read", or what was wrong with a reply. */
  const char *call;
  int number;
};

struct wr_drm_device {
  const struct wr_drm_sys *sys;
  int fd;
  /* Somebody else closes it. */
  bool borrowed;
  bool atomic;
  char driver[32];
  uint32_t cursor_width, cursor_height;
  struct wr_drm_failure failure;
};

/* `legacy` leaves atomic modesetting alone even where the driver has it. */
bool wr_drm_device_open(struct wr_drm_device *device, const struct wr_drm_sys *sys,
                        const char *path, bool legacy);
/* The same with a descriptor that stays another's, as of a seat that can take the device away. */
bool wr_drm_device_borrow(struct wr_drm_device *device, const struct wr_drm_sys *sys, int fd,
                          bool legacy);
void wr_drm_device_close(struct wr_drm_device *device);
/* Whoever opens a device that nobody drives is its master already. */
bool wr_drm_device_take_master(struct wr_drm_device *device);
bool wr_drm_device_drop_master(struct wr_drm_device *device);
bool wr_drm_device_is_master(struct wr_drm_device *device);

/* For the other files of the core. */
bool wr_drm_call(struct wr_drm_device *device, unsigned long request, const char *name,
                 void *argument);
bool wr_drm_fail(struct wr_drm_device *device, const char *call, int number);
#define WR_DRM_CALL(device, request, argument) wr_drm_call(device, request, #request, argument)

struct wr_drm_resources {
  uint32_t crtc_count, crtcs[WR_DRM_CRTCS_MAX];
  uint32_t connector_count, connectors[WR_DRM_CONNECTORS_MAX];
};
bool wr_drm_read_resources(struct wr_drm_device *device, struct wr_drm_resources *resources);

struct wr_drm_property {
  /* 0: the object has no such property. */
  uint32_t id;
  uint32_t flags;
  uint64_t value;
};
/* Looks up properties by name; `found` has `count` elements. */
bool wr_drm_read_properties(struct wr_drm_device *device, uint32_t object, uint32_t type,
                            const char *const names[], size_t count, struct wr_drm_property *found);

struct wr_drm_connector {
  uint32_t id, type, type_id;
  bool connected, non_desktop;
  /* The cable carries no picture until the mode is set anew. */
  bool link_bad;
  uint32_t width_mm, height_mm;
  /* A bit for each of the resources' CRTCs. */
  uint32_t possible_crtcs;
  uint32_t mode_count;
  struct drm_mode_modeinfo modes[WR_DRM_MODES_MAX];
  /* As the monitor sent it. */
  uint32_t edid_length;
  uint8_t edid[WR_DRM_EDID_MAX];
};
/* Asks the monitor; may take 100 ms and more. */
bool wr_drm_read_connector(struct wr_drm_device *device, uint32_t id,
                           struct wr_drm_connector *connector);
/* Whether a mode can be a mode: sides, blanking, clock and name. */
bool wr_drm_mode_is_sane(const struct drm_mode_modeinfo *mode);

enum wr_drm_plane_type { WR_DRM_PLANE_OVERLAY, WR_DRM_PLANE_PRIMARY, WR_DRM_PLANE_CURSOR };
struct wr_drm_plane {
  uint32_t id, type, possible_crtcs;
  /* That shows it now; 0: none. */
  uint32_t crtc;
  bool xrgb8888, argb8888;
};
/* At most WR_DRM_PLANES_MAX; needs room for as many. */
bool wr_drm_read_planes(struct wr_drm_device *device, struct wr_drm_plane *planes, size_t *count);
/* Of the primary planes that a CRTC can have: the one that it has, else one that no other shows,
 * else any. 0: there is none. */
uint32_t wr_drm_choose_plane(const struct wr_drm_plane *planes, size_t count, uint32_t crtc,
                             uint32_t crtc_index);

/* Rows without gaps, four bytes per pixel. */
struct wr_drm_picture {
  const uint8_t *pixels;
  uint32_t width, height;
};

/* Memory that the screen can show, XRGB8888, dark at first. */
struct wr_drm_buffer {
  uint32_t handle, framebuffer;
  uint32_t width, height, stride;
  size_t size;
  uint8_t *pixels;
};
/* `fourcc` 0: no framebuffer, as a cursor wants it. */
bool wr_drm_buffer_open(struct wr_drm_device *device, uint32_t width, uint32_t height,
                        uint32_t fourcc, struct wr_drm_buffer *buffer);
void wr_drm_buffer_close(struct wr_drm_device *device, struct wr_drm_buffer *buffer);
/* Copies rectangles (x, y, width, height each, clipped) of a picture whose rows have no gaps. */
void wr_drm_buffer_draw(struct wr_drm_buffer *buffer, const uint8_t *picture, uint32_t width,
                        uint32_t height, const int32_t *rects, size_t count);
/* Draws a premultiplied ARGB8888 picture over another one, its top left corner at x, y, clipped.
 * What is below comes from `picture`: the buffer is not read, which for memory of a graphics card
 * is slow. */
void wr_drm_buffer_blend(struct wr_drm_buffer *buffer, const struct wr_drm_picture *below,
                         const struct wr_drm_picture *over, int32_t x, int32_t y);
/* Clips to the size; what is empty goes, what is too much becomes one. Returns how many are left.
 */
size_t wr_drm_clip_damage(uint32_t width, uint32_t height, const int32_t *rects, size_t count,
                          struct drm_mode_rect clipped[WR_DRM_RECTS_MAX]);

/* One monitor: connector, CRTC, primary plane and two buffers. */
struct wr_drm_output {
  struct wr_drm_device *device;
  uint32_t connector, crtc, plane;
  struct drm_mode_modeinfo mode;
  uint32_t mode_blob;
  struct wr_drm_property connector_props[3], crtc_props[2], plane_props[11];
  struct wr_drm_buffer buffers[2];
  struct wr_drm_buffer cursor;
  bool lit;
};
/* Changes nothing on the screen yet. Null: device->failure tells why. */
struct wr_drm_output *wr_drm_output_open(struct wr_drm_device *device, uint32_t connector,
                                         uint32_t crtc, const struct drm_mode_modeinfo *mode);
/* Darkens the screen where that is still allowed. */
void wr_drm_output_close(struct wr_drm_output *output);
/* Sets the mode with this buffer on the screen; returns when it is there. */
bool wr_drm_output_light(struct wr_drm_output *output, unsigned buffer);
/* Puts the monitor to sleep; light() wakes it. */
bool wr_drm_output_sleep(struct wr_drm_output *output);
enum wr_drm_flip { WR_DRM_FLIP_FAILED, WR_DRM_FLIP_EVENT, WR_DRM_FLIP_DONE };
/* Shows the other buffer from the next vertical blank on; an event follows with FLIP_EVENT, none
 * with FLIP_DONE. `rects` is all that was drawn into this buffer since it was shown the last time.
 */
enum wr_drm_flip wr_drm_output_flip(struct wr_drm_output *output, unsigned buffer,
                                    const int32_t *rects, size_t count);
/* Premultiplied ARGB8888 of at most the device's cursor size. */
bool wr_drm_output_set_cursor(struct wr_drm_output *output, uint32_t width, uint32_t height,
                              int32_t hotspot_x, int32_t hotspot_y, const uint8_t *argb);
bool wr_drm_output_hide_cursor(struct wr_drm_output *output);
/* Where the cursor's top left corner goes. */
bool wr_drm_output_move_cursor(struct wr_drm_output *output, int32_t x, int32_t y);

/* CLOCK_MONOTONIC in µs when the picture was on its way to the screen. */
typedef void (*wr_drm_flipped)(void *user, uint32_t crtc, uint32_t sequence, uint64_t time_us);
/* Reads what is there, once. False for an error or the end. */
bool wr_drm_read_events(struct wr_drm_device *device, wr_drm_flipped flipped, void *user);
/* What was read: `bytes` may hold anything. */
void wr_drm_parse_events(const uint8_t *bytes, size_t length, wr_drm_flipped flipped, void *user);

#ifdef __cplusplus
}
#endif
