#define _GNU_SOURCE
/* Run under ASan/UBSan by the sanitizer build; aborts on the first wrong answer. Needs no graphics
 * card: the kernel is fake-kernel.c. */
#include "fake-kernel.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition)                                                                           \
  do {                                                                                             \
    if (!(condition)) {                                                                            \
      fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                              \
      exit(1);                                                                                     \
    }                                                                                              \
  } while (0)

#define HOSTILE_RUNS 10000

static struct wr_drm_device device;
static struct wr_drm_connector connector;

static void boot(struct fake_kernel kernel) { fake = kernel; }

static struct wr_drm_output *open_output(void) {
  CHECK(wr_drm_device_open(&device, &fake_sys, "/dev/dri/card0", false));
  CHECK(wr_drm_read_connector(&device, FAKE_CONNECTOR, &connector));
  struct wr_drm_output *output =
      wr_drm_output_open(&device, FAKE_CONNECTOR, FAKE_CRTC, &connector.modes[0]);
  CHECK(output);
  return output;
}

static void close_all(struct wr_drm_output *output) {
  wr_drm_output_close(output);
  wr_drm_device_close(&device);
  CHECK(fake_leaks() == 0);
}

static void check_what_is_there(void) {
  struct wr_drm_plane planes[WR_DRM_PLANES_MAX];
  struct wr_drm_resources resources;
  size_t count;
  boot((struct fake_kernel){0});
  CHECK(!wr_drm_device_open(&device, &fake_sys, "/dev/dri/card9", false));
  CHECK(strcmp(device.failure.call, "open") == 0 && device.failure.number == ENOENT);
  CHECK(wr_drm_device_open(&device, &fake_sys, "/dev/dri/card0", false));
  CHECK(device.atomic && strcmp(device.driver, "fake") == 0 && device.cursor_width == 64);
  CHECK(wr_drm_read_resources(&device, &resources));
  CHECK(resources.crtc_count == 1 && resources.crtcs[0] == FAKE_CRTC);
  CHECK(wr_drm_read_connector(&device, FAKE_CONNECTOR, &connector));
  CHECK(connector.connected && connector.possible_crtcs == 1 && connector.edid_length == 128);
  CHECK(connector.mode_count == 1 && connector.modes[0].hdisplay == FAKE_WIDTH);
  CHECK(wr_drm_read_planes(&device, planes, &count) && count == 2);
  CHECK(planes[0].type == WR_DRM_PLANE_CURSOR && planes[1].xrgb8888);
  CHECK(!wr_drm_read_connector(&device, 9, &connector) && device.failure.number == ENOENT);
  wr_drm_device_close(&device);
  CHECK(fake_leaks() == 0);
}

/* Planes that several CRTCs can have: none is taken from the monitor beside. */
static void check_choice_of_planes(void) {
  struct wr_drm_plane planes[] = {
      {.id = 1, .type = WR_DRM_PLANE_OVERLAY, .possible_crtcs = 3, .xrgb8888 = true},
      {.id = 2, .type = WR_DRM_PLANE_PRIMARY, .possible_crtcs = 3},
      {.id = 3, .type = WR_DRM_PLANE_PRIMARY, .possible_crtcs = 3, .crtc = 41, .xrgb8888 = true},
      {.id = 4, .type = WR_DRM_PLANE_PRIMARY, .possible_crtcs = 1, .xrgb8888 = true},
      {.id = 5, .type = WR_DRM_PLANE_PRIMARY, .possible_crtcs = 3, .xrgb8888 = true},
  };
  CHECK(wr_drm_choose_plane(planes, 5, 41, 0) == 3);
  CHECK(wr_drm_choose_plane(planes, 5, 42, 1) == 5);
  planes[4].crtc = 42;
  CHECK(wr_drm_choose_plane(planes, 5, 42, 1) == 5);
  planes[4].crtc = 43;
  CHECK(wr_drm_choose_plane(planes, 5, 42, 1) == 3);
  CHECK(wr_drm_choose_plane(planes, 5, 42, 2) == 0);
}

static void check_atomic(void) {
  boot((struct fake_kernel){0});
  struct wr_drm_output *output = open_output();
  CHECK(!fake.lit);
  CHECK(wr_drm_output_light(output, 0) && fake.lit);
  CHECK(fake.shown == output->buffers[0].framebuffer);
  int32_t rects[] = {-5, -5, 10, 10, 60, 40, 100, 100, 200, 0, 5, 5};
  CHECK(wr_drm_output_flip(output, 1, rects, 3) == WR_DRM_FLIP_EVENT);
  CHECK(fake.shown == output->buffers[1].framebuffer && fake.damage_count == 2);
  CHECK(fake.damage[0].x1 == 0 && fake.damage[0].x2 == 5 && fake.damage[1].y2 == FAKE_HEIGHT);
  CHECK(fake.blobs == 1);
  CHECK(wr_drm_output_sleep(output) && !fake.lit);
  CHECK(wr_drm_output_light(output, 1) && fake.lit);
  close_all(output);
  CHECK(!fake.lit);
}

static void check_legacy(void) {
  boot((struct fake_kernel){.no_atomic = true});
  struct wr_drm_output *output = open_output();
  int32_t rect[] = {1, 2, 3, 4};
  CHECK(!device.atomic && wr_drm_output_light(output, 0) && fake.lit);
  CHECK(wr_drm_output_flip(output, 1, rect, 1) == WR_DRM_FLIP_EVENT && fake.flips == 1);
  fake.no_page_flip = true;
  CHECK(wr_drm_output_flip(output, 0, rect, 1) == WR_DRM_FLIP_DONE && fake.dirty_calls == 1);
  CHECK(fake.shown == output->buffers[0].framebuffer);
  CHECK(wr_drm_output_sleep(output) && fake.dpms == DRM_MODE_DPMS_OFF);
  CHECK(wr_drm_output_light(output, 0) && fake.dpms == DRM_MODE_DPMS_ON);
  close_all(output);
}

/* A DisplayPort cable that was out for a moment. */
static void check_bad_link(bool no_atomic) {
  boot((struct fake_kernel){.no_atomic = no_atomic});
  struct wr_drm_output *output = open_output();
  CHECK(!connector.link_bad && wr_drm_output_light(output, 0));
  fake.link_bad = true;
  CHECK(wr_drm_read_connector(&device, FAKE_CONNECTOR, &connector) && connector.link_bad);
  CHECK(wr_drm_output_flip(output, 1, NULL, 0) != WR_DRM_FLIP_FAILED && fake.link_bad);
  CHECK(wr_drm_output_light(output, 1) && !fake.link_bad);
  CHECK(wr_drm_read_connector(&device, FAKE_CONNECTOR, &connector) && !connector.link_bad);
  close_all(output);
}

static void check_drawing(void) {
  boot((struct fake_kernel){0});
  struct wr_drm_output *output = open_output();
  struct wr_drm_buffer *buffer = &output->buffers[0];
  /* Narrower and higher than the screen. */
  static uint8_t picture[10 * 100 * 4];
  memset(picture, 0x11, sizeof picture);
  int32_t rects[] = {8, 46, 50, 50, INT32_MAX, INT32_MAX, INT32_MAX, INT32_MAX};
  wr_drm_buffer_draw(buffer, picture, 10, 100, rects, 2);
  CHECK(buffer->pixels[46 * buffer->stride + 8 * 4] == 0x11);
  CHECK(buffer->pixels[46 * buffer->stride + 10 * 4] == 0);
  CHECK(buffer->pixels[45 * buffer->stride + 8 * 4] == 0);
  close_all(output);
}

static void check_blending(void) {
  boot((struct fake_kernel){0});
  struct wr_drm_output *output = open_output();
  struct wr_drm_buffer *buffer = &output->buffers[0];
  static uint32_t below_pixels[20 * 10], over_pixels[2 * 2];
  for (int i = 0; i < 200; i++)
    below_pixels[i] = 0xff404040;
  /* Opaque, half, nothing, and more than its alpha allows. */
  memcpy(over_pixels, (uint32_t[]){0xff112233, 0x80404040, 0, 0x01ffffff}, 16);
  struct wr_drm_picture below = {(const uint8_t *)below_pixels, 20, 10};
  struct wr_drm_picture over = {(const uint8_t *)over_pixels, 2, 2};
  wr_drm_buffer_blend(buffer, &below, &over, 3, 4);
  const uint32_t *row = (const uint32_t *)(buffer->pixels + 4 * buffer->stride);
  CHECK(row[3] == 0x112233 && row[4] == 0x606060);
  row = (const uint32_t *)(buffer->pixels + 5 * buffer->stride);
  CHECK(row[3] == 0x404040 && row[4] == 0xffffff);
  /* Over every edge, and where the picture below ends. */
  int32_t places[][2] = {{-1, -1}, {63, 47}, {19, 9}, {-2, 0}, {64, 0}, {INT32_MIN, INT32_MAX}};
  for (size_t i = 0; i < sizeof places / sizeof *places; i++)
    wr_drm_buffer_blend(buffer, &below, &over, places[i][0], places[i][1]);
  CHECK(*(const uint32_t *)buffer->pixels == 0xffffff);
  close_all(output);
}

static void check_borrowed_device(void) {
  boot((struct fake_kernel){0});
  CHECK(wr_drm_device_borrow(&device, &fake_sys, 5, false) && device.atomic);
  wr_drm_device_close(&device);
  CHECK(fake.open_devices == 0 && device.fd == -1);
}

static void check_much_damage(void) {
  struct drm_mode_rect clipped[WR_DRM_RECTS_MAX];
  int32_t rects[4 * (WR_DRM_RECTS_MAX + 1)];
  for (int i = 0; i <= WR_DRM_RECTS_MAX; i++)
    memcpy(rects + 4 * i, (int32_t[]){i + 2, 3, 1, 1}, 16);
  CHECK(wr_drm_clip_damage(500, 500, rects, WR_DRM_RECTS_MAX, clipped) == WR_DRM_RECTS_MAX);
  CHECK(wr_drm_clip_damage(500, 500, rects, WR_DRM_RECTS_MAX + 1, clipped) == 1);
  CHECK(clipped[0].x1 == 2 && clipped[0].x2 == WR_DRM_RECTS_MAX + 3 && clipped[0].y2 == 4);
}

static void check_cursor(void) {
  static uint8_t argb[65 * 65 * 4];
  boot((struct fake_kernel){0});
  struct wr_drm_output *output = open_output();
  CHECK(wr_drm_output_set_cursor(output, 24, 20, 3, 4, argb));
  CHECK(fake.cursor.width == 64 && fake.cursor.hot_x == 3 && fake.cursor.handle != 0);
  CHECK(!wr_drm_output_set_cursor(output, 65, 64, 0, 0, argb) && device.failure.number == E2BIG);
  CHECK(wr_drm_output_move_cursor(output, -7, 9) && fake.cursor.x == -7);
  CHECK(wr_drm_output_hide_cursor(output) && fake.cursor.handle == 0);
  close_all(output);
}

static void check_master(void) {
  boot((struct fake_kernel){0});
  struct wr_drm_output *output = open_output();
  CHECK(wr_drm_output_light(output, 0) && wr_drm_device_is_master(&device));
  CHECK(wr_drm_device_drop_master(&device) && !wr_drm_device_is_master(&device));
  CHECK(wr_drm_output_flip(output, 1, NULL, 0) == WR_DRM_FLIP_FAILED);
  CHECK(strcmp(device.failure.call, "DRM_IOCTL_MODE_ATOMIC") == 0);
  CHECK(device.failure.number == EACCES);
  CHECK(wr_drm_device_take_master(&device) && wr_drm_output_light(output, 0));
  close_all(output);
}

struct seen {
  unsigned count;
  uint32_t crtc, sequence;
  uint64_t time_us;
};

static void flipped(void *user, uint32_t crtc, uint32_t sequence, uint64_t time_us) {
  struct seen *seen = user;
  *seen = (struct seen){seen->count + 1, crtc, sequence, time_us};
}

static void check_events(void) {
  struct seen seen = {0};
  struct drm_event_vblank event = {.base = {DRM_EVENT_FLIP_COMPLETE, sizeof event},
                                   .user_data = FAKE_CRTC,
                                   .tv_sec = 5,
                                   .tv_usec = 7,
                                   .sequence = 99};
  struct drm_event unknown = {0x80000001, sizeof unknown};
  boot((struct fake_kernel){0});
  CHECK(wr_drm_device_open(&device, &fake_sys, "/dev/dri/card0", false));
  CHECK(wr_drm_read_events(&device, flipped, &seen) && seen.count == 0);
  memcpy(fake.events, &unknown, sizeof unknown);
  memcpy(fake.events + sizeof unknown, &event, sizeof event);
  fake.event_bytes = sizeof unknown + sizeof event;
  CHECK(wr_drm_read_events(&device, flipped, &seen) && seen.count == 1);
  CHECK(seen.crtc == FAKE_CRTC && seen.sequence == 99 && seen.time_us == 5000007);
  wr_drm_device_close(&device);
}

static void check_hostile_events(void) {
  unsigned chance = 1;
  for (int run = 0; run < HOSTILE_RUNS; run++) {
    struct seen seen = {0};
    size_t length = (size_t)rand_r(&chance) % 200;
    uint8_t *bytes = malloc(length ? length : 1);
    for (size_t i = 0; i < length; i++)
      bytes[i] = (uint8_t)(rand_r(&chance) % 3 ? rand_r(&chance) % 40 : 0);
    wr_drm_parse_events(bytes, length, flipped, &seen);
    CHECK(seen.count <= length / sizeof(struct drm_event_vblank));
    free(bytes);
  }
}

/* Goes as far as it can; gives back all that it took. */
static bool whole_way(void) {
  static const uint8_t argb[16 * 16 * 4];
  int32_t rect[] = {0, 0, 20, 20};
  if (!wr_drm_device_open(&device, &fake_sys, "/dev/dri/card0", false))
    return false;
  struct wr_drm_output *output = NULL;
  struct wr_drm_plane planes[WR_DRM_PLANES_MAX];
  size_t count;
  bool good = wr_drm_read_connector(&device, FAKE_CONNECTOR, &connector) &&
              wr_drm_read_planes(&device, planes, &count) && connector.mode_count > 0;
  if (good)
    output = wr_drm_output_open(&device, FAKE_CONNECTOR, FAKE_CRTC, &connector.modes[0]);
  good = output && wr_drm_output_light(output, 0) &&
         wr_drm_output_set_cursor(output, 16, 16, 0, 0, argb) &&
         wr_drm_output_flip(output, 1, rect, 1) != WR_DRM_FLIP_FAILED &&
         wr_drm_output_sleep(output);
  struct wr_drm_failure why = device.failure;
  if (output)
    wr_drm_output_close(output);
  wr_drm_device_close(&device);
  device.failure = why;
  return good;
}

static void check_every_failure(bool no_atomic) {
  boot((struct fake_kernel){.no_atomic = no_atomic});
  CHECK(whole_way());
  unsigned calls = fake.calls, failed = 0;
  for (unsigned at = 1; at <= calls; at++) {
    boot((struct fake_kernel){.no_atomic = no_atomic, .fail_at = at, .fail_with = EIO});
    bool good = whole_way();
    failed += !good;
    CHECK(good || (device.failure.call && device.failure.number));
    /* Only what the failed call itself was to give back may be left. */
    CHECK(fake_leaks() <= 1);
  }
  CHECK(failed > calls / 2);
}

static void check_hostile_replies(void) {
  unsigned good = 0;
  for (unsigned run = 1; run <= HOSTILE_RUNS; run++) {
    boot((struct fake_kernel){.spoil = run, .no_atomic = run % 2});
    good += whole_way();
    CHECK(fake.open_devices == 0 && fake.maps == 0);
  }
  CHECK(good > 0 && good < HOSTILE_RUNS);
}

int main(void) {
  check_what_is_there();
  check_choice_of_planes();
  check_atomic();
  check_legacy();
  check_bad_link(false);
  check_bad_link(true);
  check_drawing();
  check_blending();
  check_borrowed_device();
  check_much_damage();
  check_cursor();
  check_master();
  check_events();
  check_hostile_events();
  check_every_failure(false);
  check_every_failure(true);
  check_hostile_replies();
  return 0;
}
